import type { ErrorCode } from '../protocol/dagbook-error.ts';
import type { RunStatus } from '../protocol/run-records.ts';

/** What the shell is told. `docs/command-line.md` lists them for people. */
export const EXIT = {
  ok: 0,
  /** Findings, or a run that ended in error. */
  error: 1,
  usage: 2,
  halted: 3,
  rejected: 4,
  waiting: 5,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command that names what is not there was typed wrongly; everything else went wrong while doing it. */
export function exitCodeOf(code: ErrorCode): ExitCode {
  return code === 'usage' || code === 'file-not-found' || code === 'workspace-not-found' ? EXIT.usage : EXIT.error;
}

/** How a run that this process has driven, or looked at, tells the shell about its end. */
export function exitCodeOfRun(status: RunStatus): ExitCode {
  switch (status) {
    case 'completed':
      return EXIT.ok;
    case 'error':
      return EXIT.error;
    case 'halted':
      return EXIT.halted;
    case 'rejected':
      return EXIT.rejected;
    case 'pending':
    case 'running':
    case 'waiting':
      return EXIT.waiting;
  }
}
