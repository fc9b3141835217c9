import type { Json } from '../../protocol/json.ts';
import type { TerminalStatus } from '../../protocol/run-records.ts';
import { bodyOf } from '../ledger/event.ts';
import type { ErrorData, JournalEvent } from '../ledger/event.ts';
import { RunFailure } from './context.ts';
import type { RunOutcome } from './context.ts';
import type { Amount } from './purse.ts';
import { describe, Divergence } from './record.ts';
import { faultData } from './run-fault.ts';

/** How the run a recorded replay repeats has ended. */
export interface RecordedEnd {
  readonly status: TerminalStatus;
  readonly error: ErrorData | null;
  /** SHA-256 (hex) of the parent's output; null when it has none. */
  readonly outputHash: string | null;
  /** What each agent run had cost that was still open at the end, in order. */
  readonly broken: readonly Amount[];
}

/** What the adapter's walk came to. */
export type Finish = { readonly ok: true; readonly output: Json } | { readonly ok: false; readonly error: unknown };

export interface WalkEnd {
  /** The first thing that went wrong with the run as a whole. */
  readonly fatal: Error | null;
  /** What the record has beyond the end of the walk. */
  readonly next: JournalEvent | undefined;
  readonly finish: Finish | null;
  /** Only for a recorded replay. */
  readonly recorded: RecordedEnd | null;
}

/** How a run ends whose walk is over. A recorded replay must end in the very bytes its parent ended in. */
export function outcomeOf({ fatal, next, finish, recorded }: WalkEnd): Pick<RunOutcome, 'status' | 'output' | 'error'> {
  const failed = (error: unknown): ReturnType<typeof outcomeOf> => ({ status: 'error', output: null, error: faultData(error) });
  if (fatal !== null) return failed(fatal);
  if (next !== undefined) return failed(new Divergence('', `The walk ended, but the record goes on with ${describe(next)}.`));
  if (finish === null) throw new Error('unreachable: a run ends finished or fatal');
  if (!finish.ok) return finish.error instanceof RunFailure ? { status: finish.error.status, output: null, error: finish.error.error } : failed(finish.error);
  const expected = recorded?.outputHash ?? null;
  const actual = expected === null ? null : bodyOf(finish.output).hash;
  if (actual !== expected) return failed(new Divergence('', `The record ends with output ${String(expected)}, this walk with ${String(actual)}.`));
  return { status: 'completed', output: finish.output, error: null };
}
