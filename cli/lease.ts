import { hostname } from 'node:os';
import type { RunRow, Runtime } from '../runtime/index.ts';
import { isFree, isOpen, LEASE_STALE_MS } from '../runtime/index.ts';
import { formatDuration } from './table.ts';
import type { Terminal } from './terminal.ts';

/**
 * A process that was killed leaves its leases behind for some seconds. Where it ran on this machine and is gone for
 * sure, it is worth waiting for them to end instead of saying that somebody drives the run.
 */
export async function waitForDeadLeases(runtime: Runtime, runs: readonly RunRow[], err: Terminal): Promise<void> {
  const dead = runs.filter((run) => isOpen(run) && !isFree(run, runtime.now()) && run.lease_owner !== null && isGone(run.lease_owner));
  if (dead.length === 0) return;
  const until = Math.max(...dead.map(({ lease_at: at }) => at ?? 0)) + LEASE_STALE_MS;
  const ms = Math.max(0, until - runtime.now()) + 50;
  err.line(`The process that drove ${dead.length === 1 ? 'the run' : `${dead.length} runs`} is gone; its lease ends in ${formatDuration(ms)} …`);
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** `user@host:pid`. True only for a process of this machine that is certainly not there. */
function isGone(owner: string): boolean {
  const [, host, pid] = /@(.+):(\d+)$/.exec(owner) ?? [];
  if (host !== hostname()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
