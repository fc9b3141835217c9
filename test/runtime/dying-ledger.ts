import type { Ledger } from '../../runtime/ledger/ledger.ts';

export class Crash extends Error {}

/** A ledger that dies at its n-th commit: just before it, or just after (the effects of the turn are then never started). */
export function dyingLedger(ledger: Ledger, at: number, moment: 'before' | 'after'): Ledger {
  let commits = 0;
  return {
    ...ledger,
    write<T>(work: () => T): T {
      commits += 1;
      if (commits === at && moment === 'before') throw new Crash();
      const value = ledger.write(work);
      if (commits === at) throw new Crash();
      return value;
    },
  };
}
