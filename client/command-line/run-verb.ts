import { execFile } from 'node:child_process';
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
export function runVerb({ extension, workspace, words, environment = {}, signal, accepts = [0] }: VerbRequest): Promise<Json> {
  const args = [path.join(extension, 'dist', 'cli.mjs'), ...words, '--json', ...(workspace === null ? [] : ['-C', workspace])];
  const env = { ...process.env, ...environment, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env, timeout: LIMIT_MS, maxBuffer: LONGEST_OUTPUT, ...(workspace === null ? {} : { cwd: workspace }), ...(signal === undefined ? {} : { signal }) }, (error, stdout, stderr) => {
      if (error !== null && !(typeof error.code === 'number' && accepts.includes(error.code))) {
        reject(new Error(firstParagraph(stderr) || error.message));
        return;
      }
      try {
        resolve(JSON.parse(stdout) as Json);
      } catch {
        reject(new Error(firstParagraph(stderr) || `dagbook ${words[0] ?? ''} answered with something that is no JSON.`));
      }
    });
  });
}

function firstParagraph(text: string): string {
  return text.trim().split(/\n\s*\n/)[0]?.slice(0, 2_000) ?? '';
}
