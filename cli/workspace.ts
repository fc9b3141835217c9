import { closeSync, existsSync, fstatSync, lstatSync, openSync, readdirSync, readSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { FileRead, LanguageSettings, Workspace } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Settings } from './settings.ts';
import { readSettings } from './settings.ts';

/** No document is that long; a file that is was named by mistake, and reading it would take the memory. */
const MAX_BYTES = 8 * 1024 * 1024;
/** How many folder entries are looked at when listing: a workspace opened at the root of a disk must not hang. */
const MAX_ENTRIES = 100_000;
const MAX_DEPTH = 32;
const SKIPPED = new Set(['node_modules', '.git', '.hg', '.svn', '.dagbook', '.cache', '.venv', '__pycache__']);
const MARKERS = ['.dagbook', 'configs', '.git'];

/** A workspace on the disk, with its settings. */
export interface DiskWorkspace extends Workspace {
  /** Absolute, as the person named it; links are followed only to see whether a file lies inside. */
  readonly root: string;
  readonly settings: LanguageSettings;
  /** Everything `.vscode/settings.json` says about us, with the defaults filled in. Throws `settings-invalid`. */
  allSettings(): Settings;
  /** Workspace-relative POSIX path of an absolute one; null when it lies outside. */
  relative(file: string): string | null;
  /** True when `list()` stopped before it had seen every folder. */
  listIsPartial(): boolean;
}

/** The nearest folder upward that looks like a workspace; null when none does. */
export function findWorkspace(from: string): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (MARKERS.some((marker) => existsSync(path.join(folder, marker)))) return folder;
    if (path.dirname(folder) === folder) return null;
  }
}

export function openWorkspace(root: string): DiskWorkspace {
  const stat = statSync(root, { throwIfNoEntry: false });
  if (stat === undefined) throw new DagbookError('workspace-not-found', `There is no folder ${root}.`);
  if (!stat.isDirectory()) throw new DagbookError('workspace-not-found', `${root} is a file; a workspace is a folder.`);
  const realRoot = realpathSync.native(root);
  let settings: Settings | null = null;
  let listing: Listing | null = null;
  const allSettings = (): Settings => (settings ??= readSettings(root));
  const list = (): Listing => (listing ??= listYaml(root, realRoot));
  return {
    root,
    read: (file) => readInside(root, realRoot, file),
    list: () => list().files,
    listIsPartial: () => list().partial,
    get settings() {
      const { agents, workflowGlobs } = allSettings();
      return { agents, workflowGlobs };
    },
    allSettings,
    relative: (file) => relativeInside(root, realRoot, file),
  };
}

function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

function relativeInside(root: string, realRoot: string, file: string): string | null {
  // The same folder may have been named through a link (`/tmp` on macOS).
  const base = [root, realRoot].find((candidate) => isInside(candidate, file));
  return base === undefined ? null : path.relative(base, file).split(path.sep).join('/');
}

function readInside(root: string, realRoot: string, file: string): FileRead {
  const absolute = path.resolve(root, file);
  if (!isInside(root, absolute)) return { kind: 'outside' };
  try {
    const real = realpathSync.native(absolute);
    if (!isInside(realRoot, real)) return { kind: 'outside' };
    return readText(real);
  } catch (error) {
    return failedRead(error);
  }
}

/** Opened without waiting and then looked at, so that a pipe does not block and a file swapped meanwhile is not read. */
function readText(file: string): FileRead {
  if (!statSync(file).isFile()) return { kind: 'unreadable', reason: 'it is not an ordinary file' };
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    if (size > MAX_BYTES) return { kind: 'too-large', bytes: size, limit: MAX_BYTES };
    const bytes = readAll(handle, size);
    if (bytes.includes(0) && !looksUtf16(bytes)) return { kind: 'unreadable', reason: 'it is not a text file' };
    return { kind: 'text', text: decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'unreadable', reason: 'it is not UTF-8 text' };
    throw error;
  } finally {
    closeSync(handle);
  }
}

function readAll(handle: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = readSync(handle, bytes, length, size - length, length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function looksUtf16(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Throws TypeError on bytes that are not text. A byte order mark is no part of the text. */
function decode(bytes: Buffer): string {
  const encoding = !looksUtf16(bytes) ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  return new TextDecoder(encoding, { fatal: true }).decode(bytes);
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

interface Listing {
  readonly files: readonly string[];
  readonly partial: boolean;
}

/** Folders behind symbolic links are not entered (they may lead in a circle); linked files are, while they stay inside. */
function listYaml(root: string, realRoot: string): Listing {
  const files: string[] = [];
  let left = MAX_ENTRIES;
  let partial = false;
  const visit = (folder: string, depth: number): void => {
    for (const entry of entriesOf(path.join(root, folder))) {
      if (left-- <= 0 || depth > MAX_DEPTH) {
        partial = true;
        return;
      }
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(file, depth + 1);
      } else if (isYamlName(entry.name) && (entry.isFile() || isLinkedFile(root, realRoot, file))) files.push(file);
    }
  };
  visit('', 0);
  return { files: files.sort(), partial };
}

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

function entriesOf(folder: string): ReturnType<typeof readFolder> {
  try {
    return readFolder(folder);
  } catch {
    // A folder we may not read holds nothing for us.
    return [];
  }
}

function readFolder(folder: string): { readonly name: string; isDirectory(): boolean; isFile(): boolean }[] {
  return readdirSync(folder, { withFileTypes: true });
}

function isLinkedFile(root: string, realRoot: string, file: string): boolean {
  try {
    if (!lstatSync(path.join(root, file)).isSymbolicLink()) return false;
    const real = realpathSync.native(path.join(root, file));
    return isInside(realRoot, real) && statSync(real).isFile();
  } catch {
    return false;
  }
}
