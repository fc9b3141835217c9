import { hostname } from 'node:os';
import { isFree, isOpen, LEASE_STALE_MS } from './durable/supervisor.ts';
import type { RunRow } from './ledger/run-store.ts';

/** True for a run whose driver ran on this machine and is certainly gone, though its lease has not ended yet. */
export function isOrphaned(run: RunRow, now: number): boolean {
  return isOpen(run) && !isFree(run, now) && run.lease_owner !== null && isGone(run.lease_owner);
}

/** How long such a run must wait for its lease to end before it may be taken: milliseconds. */
export function leaseLeft(run: Pick<RunRow, 'lease_at'>, now: number): number {
  return Math.max(0, (run.lease_at ?? 0) + LEASE_STALE_MS - now) + 50;
}

/** `user@host:pid`. */
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
