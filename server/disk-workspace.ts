import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileRead, LanguageSettings, Workspace } from '../language/index.ts';

const MAX_BYTES = 8 * 1024 * 1024;
const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 32;
/** Windows has no such flag, and no pipes among files. */
const NO_WAIT = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;
const SKIPPED = new Set(['node_modules', '.git', '.hg', '.svn', '.dagbook', '.cache', '.venv', '__pycache__']);

/** A folder on the disk, read as it is asked for. The listing is kept, and told of what the editor's watcher sees. */
export class DiskWorkspace implements Workspace {
  readonly root: string;
  settings: LanguageSettings;
  readonly #realRoot: string;
  #listed: Set<string> | null = null;

  constructor(root: string, settings: LanguageSettings) {
    this.root = root;
    this.settings = settings;
    this.#realRoot = real(root) ?? root;
  }

  read(file: string): FileRead {
    const absolute = path.resolve(this.root, file);
    if (!isInside(this.root, absolute)) return { kind: 'outside' };
    try {
      const followed = realpathSync.native(absolute);
      return isInside(this.#realRoot, followed) ? readText(followed) : { kind: 'outside' };
    } catch (error) {
      return failedRead(error);
    }
  }

  list(): readonly string[] {
    return [...(this.#listed ??= listYaml(this.root, this.#realRoot))].sort();
  }

  /** A watcher saw that the file is there, or that it is gone. */
  noticed(file: string, exists: boolean): void {
    if (!exists) this.#listed?.delete(file);
    else if (isYamlName(file) && !file.split('/').some((segment) => SKIPPED.has(segment))) this.#listed?.add(file);
  }

  /** A folder came or went: which files that means is read anew. */
  relist(): void {
    this.#listed = null;
  }
}

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

export function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function real(file: string): string | null {
  try {
    return realpathSync.native(file);
  } catch {
    return null;
  }
}

/** Opened without waiting, so that a pipe does not block. */
function readText(file: string): FileRead {
  const handle = openSync(file, constants.O_RDONLY | NO_WAIT);
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) return { kind: 'unreadable', reason: 'it is not an ordinary file' };
    const { size } = stat;
    if (size > MAX_BYTES) return { kind: 'too-large', bytes: size, limit: MAX_BYTES };
    const bytes = Buffer.alloc(size);
    let length = 0;
    for (let read = -1; length < size && read !== 0; length += read) read = readSync(handle, bytes, length, size - length, length);
    return decode(bytes.subarray(0, length));
  } finally {
    closeSync(handle);
  }
}

function decode(bytes: Buffer): FileRead {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!utf16 && bytes.includes(0)) return { kind: 'unreadable', reason: 'it is not a text file' };
  const encoding = !utf16 ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  try {
    return { kind: 'text', text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', reason: 'it is not UTF-8 text' };
  }
}

function failedRead(error: unknown): FileRead {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing' };
    case 'ELOOP':
      return { kind: 'unreadable', reason: 'its symbolic links lead in a circle' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unreadable', reason: 'permission denied' };
    case 'ENAMETOOLONG':
      return { kind: 'unreadable', reason: 'its name is too long' };
    case 'ERR_INVALID_ARG_VALUE':
      return { kind: 'unreadable', reason: 'its name holds a character no file name can hold' };
    default:
      return { kind: 'unreadable', reason: code === '' ? String(error) : code };
  }
}

/** Folders behind symbolic links are not entered (they may lead in a circle); linked files are, while they stay inside. */
function listYaml(root: string, realRoot: string): Set<string> {
  const files = new Set<string>();
  let left = MAX_ENTRIES;
  const visit = (folder: string, depth: number): void => {
    for (const entry of entriesOf(path.join(root, folder))) {
      if (left-- <= 0 || depth > MAX_DEPTH) return;
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(file, depth + 1);
      } else if (isYamlName(entry.name) && (entry.isFile() || isLinkedFile(root, realRoot, file))) files.add(file);
    }
  };
  visit('', 0);
  return files;
}

function entriesOf(folder: string): readonly { readonly name: string; isDirectory(): boolean; isFile(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder we may not read holds nothing for us.
    return [];
  }
}

function isLinkedFile(root: string, realRoot: string, file: string): boolean {
  const followed = real(path.join(root, file));
  return followed !== null && isInside(realRoot, followed) && statSync(followed).isFile();
}
