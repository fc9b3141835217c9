import { spawn } from 'node:child_process';

/** Starts this same command with other words, in a session of its own that outlives this terminal. */
export async function startDetached(words: readonly string[]): Promise<void> {
  const [, program] = process.argv;
  if (program === undefined) throw new Error('unreachable: a command without a program');
  const child = spawn(process.execPath, [program, ...words], { detached: true, stdio: 'ignore', windowsHide: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  child.unref();
}
