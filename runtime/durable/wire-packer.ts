import { packWire, packWireBeside } from '../ledger/wire-store.ts';
import type { Wire } from '../ledger/event.ts';
import { atOnce, inTurns } from '../models/steps.ts';
import type { WireLog } from '../models/wire-log.ts';

/** A shorter record is packed at once, in less than a millisecond: bytes. */
const SHORT = 32 * 1024;

/** The record of a call as it stands now, ready to be stored: at once, whatever it takes. */
export function packNow(log: WireLog | null, ending: 'closed' | 'open' = 'closed'): Wire | undefined {
  const text = log === null ? null : atOnce(log.sealing(ending));
  return text === null ? undefined : packWire(text);
}

/**
 * Packs records without holding anybody up. A long one is cleaned of secrets in steps and compressed by another thread; one
 * is made at a time, however many calls end at once.
 */
export class WirePacker {
  #last: Promise<unknown> = Promise.resolve();
  /** How long this thread was held up by long records, all in all: milliseconds. */
  busy = 0;

  /** `open`: the call goes on. Rejects for bugs only. */
  pack(log: WireLog, ending: 'closed' | 'open' = 'closed'): Wire | undefined | Promise<Wire | undefined> {
    return log.size <= SHORT && ending === 'closed' ? packNow(log) : this.#inTurn(() => this.#packed(log, ending));
  }

  async #packed(log: WireLog, ending: 'closed' | 'open'): Promise<Wire | undefined> {
    const text = await inTurns(log.sealing(ending), (spent) => { this.busy += spent; });
    return text === null ? undefined : packWireBeside(text);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

