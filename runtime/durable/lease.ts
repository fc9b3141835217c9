import { readlinkSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { RunRow } from '../ledger/run-store.ts';

/** How long a lease lives without a heartbeat: milliseconds (rule 20). */
export const LEASE_STALE_MS = 10_000;
export const HEARTBEAT_MS = 2_000;

/** As Linux numbers the one that it begins with. */
const FIRST_NAMESPACE = 'pid:[4026531836]';
/** The process numbers of a container, or of one of several Linuxes under Windows, mean nothing outside: they get its name. */
const HERE = `${hostname()}${namespaceOf()}`;

export function isOpen(run: { readonly status: string }): boolean {
  return run.status === 'pending' || run.status === 'running' || run.status === 'waiting';
}

/**
 * True when nobody alive drives the run: no lease, one that nobody has renewed for too long, or one of a process of this
 * machine that is certainly gone. A number that the system has given to another process since looks alive: then the
 * lease must end by itself.
 */
export function isFree(run: RunRow, now: number): boolean {
  return isOpen(run) && (run.lease_owner === null || !isAlive(run.lease_at, now) || isGone(run.lease_owner));
}

/** A sign of life far ahead of the clock is none either: the clock was set back, and whoever lives has beaten since. */
export function isAlive(leaseAt: number | null, now: number): boolean {
  return leaseAt !== null && Math.abs(now - leaseAt) < LEASE_STALE_MS;
}

/**
 * Takes a run over by compare-and-swap on its epoch. Throws run-finished or run-taken. `ours` says of the row as it is now
 * that its lease, however young, is nobody else's: a child of a run that is taken already, because whoever held it has lost
 * the parent; or a run that this process holds and no longer drives.
 */
export function takeRun(ledger: Ledger, run: RunRow, owner: string, now: number, ours: (current: RunRow) => boolean): RunRow {
  const taken = ledger.write(() => {
    const current = ledger.runs.byKey(run.key);
    if (current === null || !isOpen(current)) return null;
    return ours(current) || isFree(current, now) ? ledger.runs.take(current, { owner, at: now }) : null;
  });
  if (taken !== null) return taken;
  const row = ledger.read(() => ledger.runs.byKey(run.key));
  if (row !== null && !isOpen(row)) throw new DagbookError('run-finished', `Run ${run.id} has already ended as ${row.status}.`);
  throw new DagbookError('run-taken', (command) => `Run ${run.id} is driven by ${row?.lease_owner ?? 'another process'}, which is alive. Watch it with: ${command('tail', run.id)}`);
}

/** `user@host:pid`: who drives, and who halts. */
export function processName(): string {
  return `${userName()}@${HERE}:${process.pid}`;
}

function namespaceOf(): string {
  try {
    const namespace = readlinkSync('/proc/self/ns/pid');
    return namespace === FIRST_NAMESPACE ? '' : `/${namespace.replace(/\D/g, '')}`;
  } catch {
    return ''; // Not Linux.
  }
}

/** True for a process that ran where this one runs and is there no more. */
export function isGone(owner: string): boolean {
  const [, host, pid] = /@(.+):(\d+)$/.exec(owner) ?? [];
  if (host !== HERE) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // No entry for this user id: common in containers.
  }
}
