import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { isSkipped, isYamlName } from '../protocol/listed-files.ts';
import { isInside, realPath } from './inside.ts';

/** How many folder entries are looked at: a workspace opened at the root of a disk must not hang. */
export const MAX_ENTRIES = 100_000;
export const MAX_DEPTH = 32;

export interface Listing {
  /** Workspace-relative POSIX paths, sorted. */
  readonly files: readonly string[];
  /** True when not every folder was seen. */
  readonly partial: boolean;
}

/** Folders behind symbolic links are not entered (they may lead in a circle); linked files are, while they stay inside. */
export function listYaml(root: string, realRoot: string): Listing {
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
        if (!isSkipped(entry.name)) visit(file, depth + 1);
      } else if (isYamlName(entry.name) && (entry.isFile() || isLinkedFile(root, realRoot, file))) files.push(file);
    }
  };
  visit('', 0);
  return { files: files.sort(), partial };
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
  const followed = realPath(path.join(root, file));
  return followed !== null && isInside(realRoot, followed) && statSync(followed, { throwIfNoEntry: false })?.isFile() === true;
}
