import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isSkipped } from '../protocol/listed-files.ts';
import { isInside, realPath } from './inside.ts';
import { MAX_DEPTH, MAX_ENTRIES } from './list-yaml.ts';

export interface FolderChange {
  /** Relative to the folder, POSIX. */
  readonly path: string;
  readonly exists: boolean;
}

/** How often is looked at most, and how much of the time may go into looking. */
const SHORTEST_MS = 2_000;
const LONGEST_MS = 60_000;
const SHARE = 0.02;
const AT_ONCE = 32;

/**
 * Looks every few seconds which YAML and JSON files of a folder have come, changed or gone: for editors that watch no
 * files for us. Looking goes on between other work, the less often the longer it takes, and costs no open file; what was
 * installed, built or recorded is left out, and a folder that is too large is looked at in part, as it is listed.
 */
export class FolderWatch {
  readonly #root: string;
  readonly #realRoot: string;
  readonly #onChanges: (changes: readonly FolderChange[]) => void;
  readonly #shortest: number;
  #known: ReadonlyMap<string, string> = new Map();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(root: string, onChanges: (changes: readonly FolderChange[]) => void, shortest = SHORTEST_MS) {
    this.#root = root;
    this.#realRoot = realPath(root) ?? root;
    this.#onChanges = onChanges;
    this.#shortest = shortest;
  }

  /** Resolves when it is known how things are now: every later change will be told. */
  async start(): Promise<void> {
    await this.#look();
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #look(): Promise<ReadonlyMap<string, string>> {
    const start = performance.now();
    const before = this.#known;
    this.#known = await this.#stamps();
    if (this.#closed) return before;
    const took = performance.now() - start;
    this.#timer = setTimeout(() => void this.#lookAgain(), Math.min(LONGEST_MS, Math.max(this.#shortest, took / SHARE)));
    // Nobody stays alive to look.
    this.#timer.unref();
    return before;
  }

  async #lookAgain(): Promise<void> {
    const before = await this.#look();
    if (this.#closed) return;
    const written = [...this.#known].filter(([file, stamp]) => before.get(file) !== stamp).map(([file]) => ({ path: file, exists: true }));
    const gone = [...before.keys()].filter((file) => !this.#known.has(file)).map((file) => ({ path: file, exists: false }));
    if (written.length + gone.length > 0) this.#onChanges([...gone, ...written]);
  }

  /** Path to what tells one state of a file from another. */
  async #stamps(): Promise<ReadonlyMap<string, string>> {
    const files: string[] = [];
    const folders: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
    let left = MAX_ENTRIES;
    for (let folder = folders.pop(); folder !== undefined && left > 0 && !this.#closed; folder = folders.pop()) {
      // A folder we may not read, or that is gone by now, holds nothing for us.
      const entries = await readdir(path.join(this.#root, folder.path), { withFileTypes: true }).catch(() => []);
      left -= entries.length;
      for (const entry of entries) {
        const own = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
        if (entry.isDirectory()) {
          if (!isSkipped(entry.name) && folder.depth < MAX_DEPTH) folders.push({ path: own, depth: folder.depth + 1 });
        } else if (/\.(?:ya?ml|json)$/i.test(entry.name) && (entry.isFile() || (entry.isSymbolicLink() && this.#leadsInside(own)))) files.push(own);
      }
    }
    const stamps = new Map<string, string>();
    for (let i = 0; i < files.length && !this.#closed; i += AT_ONCE) {
      const batch = files.slice(i, i + AT_ONCE);
      const found = await Promise.all(batch.map(async (file) => await stat(path.join(this.#root, file)).catch(() => null)));
      for (const [j, file] of batch.entries()) {
        const one = found[j];
        if (one?.isFile() === true) stamps.set(file, `${one.mtimeMs} ${one.size} ${one.ino}`);
      }
    }
    return stamps;
  }

  #leadsInside(file: string): boolean {
    const followed = realPath(path.join(this.#root, file));
    return followed !== null && isInside(this.#realRoot, followed);
  }
}
