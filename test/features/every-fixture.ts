import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFiles, type Files } from './feature-kit.ts';

export interface NamedFiles extends Files {
  readonly name: string;
}

const root = join(import.meta.dirname, '../fixtures');

/** Every fixture there is: those of the checks without their marks, and those of the features. */
export function everyFixture(): readonly NamedFiles[] {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.yaml')).sort();
  return paths.map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const unmarked = text.split('\n').filter((line) => !/^\s*#\s*(?:\^+|@\d+-\d+) (?:error|warning|information|hint)\[/.test(line)).join('\n');
    return { name: path, ...readFiles(unmarked.replace(/^(# file: \S+) \(.*\)$/gm, '$1')) };
  });
}

/** The same numbers for the same seed, from 0 up to 1. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
