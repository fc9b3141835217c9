import type { RunRow, Runtime } from '../runtime/index.ts';
import { isOrphaned, leaseLeft } from '../runtime/index.ts';
import { formatDuration } from './table.ts';
import type { Terminal } from './terminal.ts';

/**
 * A process that was killed leaves its leases behind for some seconds. Where it ran on this machine and is gone for
 * sure, it is worth waiting for them to end instead of saying that somebody drives the run.
 */
export async function waitForDeadLeases(runtime: Runtime, runs: readonly RunRow[], err: Terminal): Promise<void> {
  const dead = runs.filter((run) => isOrphaned(run, runtime.now()));
  if (dead.length === 0) return;
  const ms = Math.max(...dead.map((run) => leaseLeft(run, runtime.now())));
  err.line(`The process that drove ${dead.length === 1 ? 'the run' : `${dead.length} runs`} is gone; its lease ends in ${formatDuration(ms)} …`);
  await new Promise((resolve) => setTimeout(resolve, ms));
}
