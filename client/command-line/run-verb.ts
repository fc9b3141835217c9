import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as path from 'node:path';
import type { Json } from '../../protocol/json.ts';

export interface VerbRequest {
  /** The folder the extension is installed in. */
  readonly extension: string;
  /** Absolute path of the workspace folder; null where the verb is about none. */
  readonly workspace: string | null;
  readonly words: readonly string[];
  /** Keys for model providers, by variable. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Exit codes that still mean an answer, such as 1 for findings. */
  readonly accepts?: readonly number[];
}

/** A verb that ends after so long has hung. */
const LIMIT_MS = 180_000;
const LONGEST_OUTPUT = 64 * 1024 * 1024;

/**
 * What a verb of `dagbook` prints with `--json`. In a process of its own, on the Node of this one: what the command line
 * knows is not written twice. Rejects with what the verb says on stderr.
 */
export function runVerb({ signal, accepts = [0], ...request }: VerbRequest): Promise<Json> {
  const { args, options } = invocation(request);
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { ...options, timeout: LIMIT_MS, maxBuffer: LONGEST_OUTPUT, ...(signal === undefined ? {} : { signal }) }, (error, stdout, stderr) => {
      if (error !== null && !(typeof error.code === 'number' && accepts.includes(error.code))) {
        reject(new Error(firstParagraph(stderr) || error.message));
        return;
      }
      try {
        resolve(JSON.parse(stdout) as Json);
      } catch {
        reject(new Error(firstParagraph(stderr) || `dagbook ${request.words[0] ?? ''} answered with something that is no JSON.`));
      }
    });
  });
}

/**
 * A verb that takes its time and prints a JSON value a line. An abort is its first Ctrl-C: it gives up in order, and this
 * resolves. Rejects with what it says on stderr.
 */
export function followVerb(request: Omit<VerbRequest, 'accepts'> & { readonly signal: AbortSignal }, onValue: (value: Json) => void): Promise<void> {
  const { args, options } = invocation(request);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    const giveUp = (): void => { child.kill('SIGINT'); };
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => { told = (told + text).slice(0, LONGEST_OUTPUT); });
    createInterface({ input: child.stdout }).on('line', (line) => { onValue(valueOf(line)); });
    if (request.signal.aborted) giveUp();
    request.signal.addEventListener('abort', giveUp, { once: true });
    child.once('error', reject);
    child.once('close', (code) => {
      request.signal.removeEventListener('abort', giveUp);
      if (code === 0 || request.signal.aborted) resolve();
      else reject(new Error(firstParagraph(told) || `dagbook ${request.words.join(' ')} ended with code ${String(code)}.`));
    });
  });
}

function valueOf(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return line;
  }
}

function invocation({ extension, workspace, words, environment = {} }: Pick<VerbRequest, 'extension' | 'workspace' | 'words' | 'environment'>): { readonly args: readonly string[]; readonly options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string } } {
  return {
    args: [path.join(extension, 'dist', 'cli.mjs'), ...words, '--json', ...(workspace === null ? [] : ['-C', workspace])],
    options: { env: { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' }, ...(workspace === null ? {} : { cwd: workspace }) },
  };
}

function firstParagraph(text: string): string {
  return text.trim().split(/\n\s*\n/)[0]?.slice(0, 2_000) ?? '';
}
