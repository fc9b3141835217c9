import type { Runtime } from './runtime.ts';

export interface HaltRequest {
  /** Null = every open run in the ledger, whoever started it. */
  readonly run: string | null;
  /** Also refuse new runs until `release`. */
  readonly hold: boolean;
}

export interface HaltResult {
  /** Ids of the runs that were open and are now halted. */
  readonly halted: readonly string[];
  readonly held: boolean;
}

/**
 * The switch (rules 16 and 17). Rows are closed and the epoch raised in one transaction, by whichever process; only then
 * is the work of this process aborted. Other processes are fenced off at once and notice within their watch interval.
 */
export function halt(runtime: Runtime, request: HaltRequest): HaltResult {
  const { ledger } = runtime;
  const at = runtime.now();
  const error = { name: 'Dagbook.Halted', message: `Halted by ${runtime.owner}.` };
  if (request.hold) ledger.write(() => ledger.held() || ledger.setHold('hold', runtime.owner, new Date(at).toISOString()));
  const targets = request.run === null ? ledger.read(() => ledger.runs.open()) : [runtime.find(request.run)];
  const halted = targets.length === 0 ? [] : ledger.halt(targets, at, error, runtime.supervisor.openWires());
  runtime.supervisor.look();
  return { halted, held: ledger.read(() => ledger.held()) };
}

export function release(runtime: Runtime): HaltResult {
  const { ledger } = runtime;
  ledger.write(() => {
    if (ledger.held()) ledger.setHold('release', runtime.owner, runtime.iso());
  });
  return { halted: [], held: false };
}

