import { EXIT } from './exit.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work` so that the first Ctrl-C calls `first` (which halts) and the second one ends the process with 130.
 *
 * Under the launcher (`bin.mjs` on an old Node) a Ctrl-C reaches both processes and the launcher's comes here as a
 * message: the larger of the two counts is the number of times somebody really pressed it.
 */
export async function withInterrupts<T>(first: (signal: string) => void, work: () => Promise<T>): Promise<T> {
  let own = 0;
  let passedOn = 0;
  let seen = 0;
  const count = (signal: string): void => {
    const pressed = Math.max(own, passedOn);
    if (pressed === seen) return;
    seen = pressed;
    if (seen === 1) first(signal);
    else process.exit(EXIT.interrupted);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    own += 1;
    count(signal);
  };
  const onMessage = (message: unknown): void => {
    if (!isSignalMessage(message)) return;
    passedOn += 1;
    count(message.signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('message', onMessage);
  process.channel?.unref();
  process.send?.('counts-signals');
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, onSignal);
    process.removeListener('message', onMessage);
  }
}

/**
 * The launcher and this process are one command to everybody outside: who kills it with a signal that nobody can pass on has
 * killed this one too. It is no halt: the run can be resumed.
 */
export function endWithLauncher(env: NodeJS.ProcessEnv): void {
  if (process.channel === undefined || env['DAGBOOK_LAUNCHER'] !== String(process.ppid)) return;
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}

function isSignalMessage(message: unknown): message is { readonly signal: string } {
  return typeof message === 'object' && message !== null && 'signal' in message && typeof message.signal === 'string';
}
