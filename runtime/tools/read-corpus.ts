import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { matchesGlob } from '../../language/index.ts';

/** A piece of a file that reads on its own. */
export interface Passage {
  /** Workspace-relative, with the line it begins at: `docs/a.md:12`. */
  readonly source: string;
  readonly text: string;
}

const MOST_FILES = 5_000;
/** Larger files, and what is beyond all of these together, are not read: bytes. */
const LARGEST_FILE = 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;
/** A passage ends at the first blank line after so many characters. */
const PASSAGE = 1_200;
const SKIPPED = new Set(['node_modules', '.git', '.dagbook']);

/** The passages of all text files below a folder that fit one of the globs, in order of path. No link is followed. */
export async function readCorpus(folder: string, globs: readonly string[]): Promise<readonly Passage[]> {
  const files = (await listFiles(folder, '')).filter((file) => globs.some((glob) => matchesGlob(file, glob))).slice(0, MOST_FILES);
  const passages: Passage[] = [];
  let bytes = 0;
  for (const file of files) {
    const whole = path.join(folder, file);
    const { size } = await stat(whole);
    if (size > LARGEST_FILE || bytes + size > MOST_BYTES) continue;
    bytes += size;
    const text = await readFile(whole, 'utf8');
    if (!text.includes('\0')) passages.push(...passagesOf(file, text));
  }
  return passages;
}

async function listFiles(folder: string, below: string): Promise<readonly string[]> {
  const entries = (await readdir(path.join(folder, below), { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const file = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) files.push(file);
    else if (entry.isDirectory() && !SKIPPED.has(entry.name)) files.push(...(await listFiles(folder, file)));
  }
  return files;
}

function passagesOf(file: string, text: string): readonly Passage[] {
  const passages: Passage[] = [];
  let lines: string[] = [];
  let size = 0;
  let first = 1;
  const take = (): void => {
    const passage = lines.join('\n').trim();
    if (passage !== '') passages.push({ source: `${file}:${first}`, text: passage });
    lines = [];
    size = 0;
  };
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (lines.length === 0) {
      if (line.trim() === '') continue;
      first = index + 1;
    }
    lines.push(line);
    size += line.length + 1;
    if ((line.trim() === '' && size >= PASSAGE) || size >= 4 * PASSAGE) take();
  }
  take();
  return passages;
}
