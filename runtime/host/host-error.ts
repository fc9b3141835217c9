import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { HostError } from '../../protocol/host.ts';

/** A failure as it crosses the channel. What no person can mend is a bug, whatever it is called. */
export function hostError(error: unknown): HostError {
  if (error instanceof DagbookError) return { code: error.code, message: error.message, place: error.place };
  return { code: 'bug', message: error instanceof Error ? error.message : String(error), place: null };
}

/** For a log: a bug with its stack. */
export function inFull(error: unknown): string {
  if (error instanceof DagbookError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
