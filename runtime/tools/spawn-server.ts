import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Asks it to go by closing its input, and after a while makes it: the whole group of processes it has started. */
  stop(): void;
}

/**
 * Variables that a program needs to be found and to find its own files. Nothing else of our environment is handed on:
 * whatever a server needs to know is declared.
 */
const HANDED_ON = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'TEMP', 'SYSTEMROOT', 'PATHEXT', 'COMSPEC', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'];

/**
 * A watch that lives in the server's group of processes and kills it when descriptor 3 is closed: by us, or by the system
 * when our process is gone, however it went. The server itself takes the shell's place.
 */
const WATCHED = '( read -r _ <&3; kill -KILL 0 ) </dev/null >/dev/null 2>&1 & exec "$@" 3<&-';

/** How long a server may take to go after its input was closed, and after it was asked to: milliseconds. */
const GRACE = 1_000;

export function spawnServer(command: string, args: readonly string[], cwd: string, environment: Readonly<Record<string, string>>): ServerProcess {
  const inherited = Object.fromEntries(HANDED_ON.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  const env = { ...inherited, ...environment };
  const windows = process.platform === 'win32';
  const child = windows
    ? spawn(command, args, { cwd, env, windowsHide: true, stdio: ['pipe', 'pipe', 'pipe'] })
    : spawn('/bin/sh', ['-c', WATCHED, 'sh', command, ...args], { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  const lifeline = windows ? null : (child.stdio[3] as Writable | null);
  // Either end may go first.
  for (const stream of [child.stdin, lifeline]) stream?.on('error', () => undefined);
  const timers: NodeJS.Timeout[] = [];
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      if (windows) child.kill(name);
      else process.kill(-child.pid, name);
    } catch {
      // Nobody is left in that group.
    }
  };
  child.on('exit', () => {
    for (const timer of timers) clearTimeout(timer);
    // Whatever it has started and left behind goes with it.
    if (!windows) signal('SIGKILL');
    lifeline?.destroy();
  });
  return {
    child,
    stop() {
      if (timers.length > 0) return;
      child.stdin.end();
      timers.push(setTimeout(() => signal('SIGTERM'), GRACE), setTimeout(() => signal('SIGKILL'), 2 * GRACE));
    },
  };
}
