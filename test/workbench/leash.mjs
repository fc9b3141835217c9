// Runs a program in a process group of its own and ends the whole group when whoever started it goes away, however it goes: our standard input is
// a pipe that it holds. `node leash.mjs <program> …args`; output goes to our own standard output and error.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

/** @param {NodeJS.Signals} signal */
function endGroup(signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left.
  }
}

let asked = false;
function end() {
  if (asked) return;
  asked = true;
  endGroup('SIGTERM');
  setTimeout(() => {
    endGroup('SIGKILL');
    process.exit(0);
  }, 3_000);
}

process.stdin.on('end', end).on('error', end).resume();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
child.on('error', () => process.exit(127));
child.on('exit', (code) => {
  // What the leader has left behind: a terminal's shell, a language server.
  endGroup('SIGKILL');
  process.exit(code ?? 0);
});
