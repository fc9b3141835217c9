import { compileSooner } from '../compile-sooner.ts';
import { Host } from './host.ts';
import { inFull } from './host-error.ts';
import { answerQueries, QUERY_WORD } from './query-process.ts';

/** After so many failures nobody caught, within so many milliseconds, the process is beyond help. */
const MOST_FAULTS = 5;
const FAULTS_MS = 10_000;
const FAILED = 70;

if (process.send === undefined) {
  process.stderr.write('This is the process that runs workflows for an editor; the editor starts it. In a terminal, use `dagbook`.\n');
  process.exitCode = 2;
} else if (process.argv[2] === QUERY_WORD) {
  answerQueries({ on: (...given: Parameters<typeof process.on>) => process.on(...given), exit: (code) => process.exit(code), send });
} else serve();

function serve(): void {
  compileSooner();
  let ending = false;
  const faults: number[] = [];
  const host = new Host({ script: process.argv[1] ?? '', send, end });

  /** Whatever the reason, the leases go first: another window may take the runs over at once. */
  function end(code: number): void {
    if (ending) return;
    ending = true;
    try {
      host.close();
    } catch {
      // The ledger cannot be written; the leases end by themselves.
    }
    process.exit(code);
  }

  // A fault of one run must not end the others: what it had not committed is lost, and its lease ends.
  const fault = (error: unknown): void => {
    const now = Date.now();
    faults.push(now);
    host.log('error', `Nobody caught this: ${inFull(error)}`);
    if (faults.filter((at) => now - at < FAULTS_MS).length >= MOST_FAULTS) {
      host.log('error', `The runtime host ends: ${MOST_FAULTS} failures within ${FAULTS_MS / 1_000} s.`);
      setImmediate(() => end(FAILED));
    }
  };
  process.on('uncaughtException', fault);
  process.on('unhandledRejection', fault);
  process.on('message', (message) => host.receive(message));
  process.on('disconnect', () => end(0));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0));
}

/** What cannot be sent any more has nobody to read it. */
function send(message: unknown, sent?: () => void): void {
  if (process.connected) process.send?.(message, () => sent?.());
  else sent?.();
}
