import { DagbookError } from '../protocol/dagbook-error.ts';
import { harmless } from './display-text.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOf } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** The process boundary: whatever was thrown becomes one line a person can act on, and an exit code. */
export function reportFailure(err: Terminal, error: unknown, debug: boolean): ExitCode {
  if (error instanceof DagbookError) {
    const place = error.place === null ? '' : `${error.place.file}:${error.place.line}:${error.place.column}: `;
    err.line(`${harmless(place)}${err.style('red', error.code)}: ${harmless(error.message)}`);
    if (debug) printStack(err, error);
    return exitCodeOf(error.code);
  }
  const message = error instanceof Error ? error.message : String(error);
  err.line(`${err.style('red', 'internal-error')}: ${harmless(message)}`);
  if (debug) printStack(err, error);
  else err.line('This is a mistake in Dagbook, not in your files. Run the same command with --debug to see where.');
  return EXIT.bug;
}

function printStack(err: Terminal, error: unknown): void {
  if (!(error instanceof Error)) return;
  err.line(err.style('dim', error.stack ?? ''));
  if (error.cause !== undefined) {
    err.line('caused by:');
    printStack(err, error.cause);
  }
}
