import { DagbookError } from '../protocol/dagbook-error.ts';
import type { RunHandle, RunResult, Runtime } from '../runtime/index.ts';
import { halt, isOpen, shortRunId } from '../runtime/index.ts';
import { asLine } from './display-text.ts';
import type { ExitCode } from './exit.ts';
import { EXIT, exitCodeOfRun } from './exit.ts';
import { withInterrupts } from './interrupts.ts';
import { progressPrinter } from './progress.ts';
import { printRun, runJson } from './run-summary.ts';
import type { VerbContext } from './verb.ts';

type Context = Pick<VerbContext, 'global' | 'out' | 'err'>;

/** Work that ignores its abort may not hold the command up when all is said: milliseconds. */
const LINGER_MS = 100;

export interface DriveOptions {
  /** Frames from before this process took the run up are not printed again. */
  readonly onlyNew?: boolean;
}

/** Drives one run to its end with its progress on stderr, prints what it came to, and says so to the shell. */
export async function driveRun(context: Context, runtime: Runtime, handle: RunHandle, options: DriveOptions = {}): Promise<ExitCode> {
  const [result] = await driveAll(context, runtime, [handle], options);
  if (result === undefined) throw new Error('unreachable: a drive without a result');
  const code = exitCodeOfResult(result);
  if (context.global.json) context.out.json(runJson(result));
  else printRun(context, runtime, result);
  return code;
}

/**
 * Drives runs side by side. The first Ctrl-C halts them: their rows are closed before anything else, whatever their
 * models do; the second one ends the process.
 */
export async function driveAll(context: Context, runtime: Runtime, handles: readonly RunHandle[], options: DriveOptions = {}): Promise<readonly RunResult[]> {
  const { err } = context;
  for (const { notes } of handles) for (const note of notes) err.line(`note: ${asLine(note)}`);
  const progress = handles.map((handle) => printProgress(context, runtime, handle, options, handles.length > 1));
  const broken = Promise.withResolvers<never>();
  const onInterrupt = (): void => {
    try {
      const { halted } = handles.map(({ id }) => halt(runtime, { run: id, hold: false })).reduce((all, one) => ({ halted: [...all.halted, ...one.halted], held: one.held }));
      for (const { clear } of progress) clear();
      const which = halted.map((id) => shortRunId(runtime.ledger, id)).join(', ');
      err.line(halted.length === 0 ? 'Nothing is left to halt.' : `Halted ${which}. Press Ctrl-C again to leave at once.`);
    } catch (error) {
      // The switch could not be written: then at least nothing goes on here.
      runtime.supervisor.abandonAll();
      broken.reject(error);
    }
  };
  try {
    return await withInterrupts(onInterrupt, async () => {
      const results = await Promise.race([Promise.all(handles.map(({ result }) => result)), broken.promise]);
      // A second Ctrl-C that came while the first one was written down is heard before this is over: one whole turn of the loop.
      for (let half = 0; half < 2; half++) await new Promise(setImmediate);
      return results;
    });
  } finally {
    for (const { stop } of progress) stop();
    lingerNoLonger();
  }
}

/** Unreferenced: it fires only where something else still holds the process up. Not before it is known with which code to end: on a busy machine, closing takes its time. */
function lingerNoLonger(): void {
  setTimeout(() => {
    if (process.exitCode === undefined) lingerNoLonger();
    else process.exit();
  }, LINGER_MS).unref();
}

function printProgress({ err }: Context, runtime: Runtime, handle: RunHandle, { onlyNew = false }: DriveOptions, several: boolean): { readonly clear: () => void; readonly stop: () => void } {
  const printer = progressPrinter(err, several ? { label: shortRunId(runtime.ledger, handle.id) } : {});
  let silent = onlyNew;
  const unsubscribe = handle.subscribe((frame) => printer.print(frame, silent));
  silent = false;
  return {
    clear: () => printer.clear(),
    stop: () => {
      unsubscribe();
      printer.clear();
    },
  };
}

/** A run that is open but not waiting goes on somewhere else: this process cannot say how it ends. */
export function exitCodeOfResult({ run_id: id, status, error }: RunResult): ExitCode {
  if (isOpen({ status }) && status !== 'waiting') throw new DagbookError('run-taken', (command) => `Run ${id} goes on in another process. Watch it with: ${command('tail', id)}`);
  return error?.name === 'internal-error' ? EXIT.bug : exitCodeOfRun(status);
}

/** The one code for several runs: what went wrong most. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  const order = [EXIT.bug, EXIT.error, EXIT.rejected, EXIT.halted, EXIT.waiting];
  return order.find((code) => codes.includes(code)) ?? EXIT.ok;
}
