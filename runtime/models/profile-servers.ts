import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json } from '../../protocol/json.ts';
import { send } from './http-post.ts';
import { objectOf, textOf } from './json-parts.ts';
import { createLifeline } from './lifeline.ts';
import { urlBelow } from './model-endpoint.ts';
import type { ModelProfile } from './model-profiles.ts';
import { credentialsIn } from './secrets.ts';

/** A profile that is in use: its address stands in for the provider's own, until it is stopped. */
export interface ActiveProfile {
  readonly name: string;
  readonly provider: string;
  readonly baseUrl: string;
  /** The server we started; null = somebody else's. */
  readonly process: StartedProcess | null;
}

interface StartedProcess {
  readonly pid: number;
  /** What the system says of when it began: a pid alone may by now be somebody else. Empty where it does not say. */
  readonly began: string;
}

const FILE = 'model-servers.json';

/** Of one workspace, in its `.dagbook` folder. */
export function activeProfiles(workspaceRoot: string): readonly ActiveProfile[] {
  try {
    const json = JSON.parse(readFileSync(path.join(workspaceRoot, '.dagbook', FILE), 'utf8')) as Json;
    return Object.entries(objectOf(json)).flatMap(([name, value]): readonly ActiveProfile[] => {
      const { provider, base_url: baseUrl, process } = objectOf(value);
      if (typeof provider !== 'string' || typeof baseUrl !== 'string' || !URL.canParse(baseUrl)) return [];
      const { pid, began } = objectOf(process);
      return [{ name, provider, baseUrl, process: typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 1 ? { pid, began: textOf(began) } : null }];
    });
  } catch {
    return []; // None yet, or not ours: then nothing is in use.
  }
}

/** Where calls go because of a profile: per provider. No key of ours goes there: a document named the address, not the person. */
export function profileEndpoints(workspaceRoot: string): Readonly<Record<string, string>> {
  return Object.fromEntries(activeProfiles(workspaceRoot).map(({ provider, baseUrl }) => [provider, baseUrl]));
}

export interface StartOptions {
  readonly workspaceRoot: string;
  /** A server that does not answer after so long is ended again: milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** A secret's value by its name; null = there is none. */
  readonly secret: (name: string) => string | null;
}

/**
 * Starts the profile's server where it names a command and nobody answers at its address yet, waits until it answers,
 * and makes its address the one calls go to. Its output goes to `.dagbook/<name>.log`, and nowhere where it is given a secret:
 * nobody would be there any more to take it out.
 */
export async function startProfile(profile: ModelProfile, { workspaceRoot, patienceMs, signal, secret }: StartOptions): Promise<ActiveProfile> {
  const { name, provider, baseUrl, command } = profile;
  if (!profile.enabled) throw new DagbookError('usage', `The profile ${name} is switched off: write "enabled: true" in ${profile.path} first.`);
  if (baseUrl === null) throw new DagbookError('usage', `The profile ${name} names no base_url, so nobody knows where its server is (${profile.path}).`);
  const folder = dataFolder(workspaceRoot);
  if (await answers(baseUrl, signal)) return activate(folder, workspaceRoot, { name, provider, baseUrl, process: activeProfiles(workspaceRoot).find((each) => each.name === name)?.process ?? null });
  if (command === null) throw new DagbookError('model-not-available', `Nobody answers at ${baseUrl}, and the profile ${name} names no command to start it with.`);
  const secretive = Object.values(profile.env).some((value) => typeof value !== 'string');
  const log = secretive ? null : path.join(folder, `${name.replace(/[^\w.-]/g, '_')}.log`);
  const started = await spawnServer(profile, workspaceRoot, log, environmentFor(profile, secret));
  const active = activate(folder, workspaceRoot, { name, provider, baseUrl, process: started });
  if (await waitForAnswer(baseUrl, started, patienceMs, signal)) return active;
  const died = !isAlive(started);
  stopProfile(workspaceRoot, name);
  const why = died ? 'It ended at once' : signal.aborted ? 'It was given up' : `It did not answer at ${baseUrl} within ${patienceMs / 1000} s`;
  throw new DagbookError('model-not-available', `The server of ${name} was started, but ${why.charAt(0).toLowerCase()}${why.slice(1)}. ${log === null ? 'What it prints is not kept, because it is given a secret: start it by hand to see it.' : `What it said last: ${lastLine(log)}`}`);
}

/** Ends the server we started, with all its children, and takes the address back. False = the profile was not in use. */
export function stopProfile(workspaceRoot: string, name: string): boolean {
  const active = activeProfiles(workspaceRoot);
  const mine = active.find((each) => each.name === name);
  if (mine === undefined) return false;
  if (mine.process !== null && isAlive(mine.process)) endGroup(mine.process.pid);
  write(dataFolder(workspaceRoot), active.filter((each) => each.name !== name));
  return true;
}

export function isRunning(active: ActiveProfile): boolean {
  return active.process === null || isAlive(active.process);
}

function dataFolder(workspaceRoot: string): string {
  const folder = path.join(workspaceRoot, '.dagbook');
  mkdirSync(folder, { recursive: true });
  const ignore = path.join(folder, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  return folder;
}

/** One profile a provider: the one that was started last. */
function activate(folder: string, workspaceRoot: string, active: ActiveProfile): ActiveProfile {
  const others = activeProfiles(workspaceRoot).filter(({ name, provider }) => name !== active.name && provider !== active.provider);
  write(folder, [...others, active]);
  return active;
}

/** Whole or not at all. */
function write(folder: string, active: readonly ActiveProfile[]): void {
  const file = path.join(folder, FILE);
  if (active.length === 0) {
    rmSync(file, { force: true });
    return;
  }
  const draft = `${file}.${String(process.pid)}.tmp`;
  writeFileSync(draft, `${JSON.stringify(Object.fromEntries(active.map(({ name, provider, baseUrl, process: started }) => [name, { provider, base_url: baseUrl, process: started }])), null, 2)}\n`);
  renameSync(draft, file);
}

async function spawnServer({ name, command, args }: ModelProfile, cwd: string, log: string | null, env: NodeJS.ProcessEnv): Promise<StartedProcess> {
  const output = log === null ? 'ignore' : openSync(log, 'w');
  try {
    // A group of its own: it outlives this command, and is ended whole.
    const child = spawn(command ?? '', args, { cwd, env, detached: true, stdio: ['ignore', output, output], windowsHide: true });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error: NodeJS.ErrnoException) => reject(new DagbookError('model-not-available', `The server of ${name} cannot be started: ${command ?? ''} (${error.code ?? error.message}).`)));
    });
    child.unref();
    const pid = child.pid ?? 0;
    return { pid, began: beganAt(pid) };
  } finally {
    if (output !== 'ignore') closeSync(output);
  }
}

/** Ours without keys, and what the profile says. */
function environmentFor({ name, path: file, env }: ModelProfile, secret: (name: string) => string | null): NodeJS.ProcessEnv {
  const given = Object.entries(env).map(([variable, value]) => {
    if (typeof value === 'string') return [variable, value] as const;
    const known = secret(value.secret) ?? '';
    if (known === '') throw new DagbookError('model-not-available', `The server of ${name} needs the secret ${value.secret} (${file}): set the environment variable ${value.secret}.`);
    return [variable, known] as const;
  });
  return { ...withoutCredentials(process.env), ...Object.fromEntries(given) };
}

/** A document names the program, and what it prints goes to a file: it gets no keys but those the document names. */
function withoutCredentials(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const credentials = credentialsIn(environment);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !Object.hasOwn(credentials, name) && name !== 'DAGBOOK_SECRET_COMMAND'));
}

const LOOK_EVERY_MS = 200;

async function waitForAnswer(baseUrl: string, started: StartedProcess, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until && !signal.aborted && isAlive(started)) {
    if (await answers(baseUrl, signal)) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return false;
}

/** Any answer at all: what it says of its models is another question. */
async function answers(baseUrl: string, signal: AbortSignal): Promise<boolean> {
  const base = new URL(baseUrl);
  const lifeline = createLifeline(signal, base.host, 2_000);
  try {
    await send('GET', urlBelow(base, 'models'), { accept: 'application/json' }, null, lifeline.signal);
    return true;
  } catch {
    return false;
  } finally {
    lifeline.end();
  }
}

function isAlive({ pid, began }: StartedProcess): boolean {
  try {
    process.kill(pid, 0);
    return began === beganAt(pid);
  } catch {
    return false;
  }
}

/** Clock ticks since the machine was started, where the system has them in a file (Linux); else empty. */
function beganAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The program's name stands in brackets and may hold spaces; what we want is the 20th field after it.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function endGroup(pid: number): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGTERM');
  } catch {
    // It has ended by itself meanwhile.
  }
}

function lastLine(log: string): string {
  try {
    const lines = readFileSync(log, 'utf8').trim().split('\n');
    const last = (lines.at(-1) ?? '').slice(0, 300);
    return last === '' ? `nothing (${log})` : `${last} (${log})`;
  } catch {
    return `nothing (${log})`;
  }
}
