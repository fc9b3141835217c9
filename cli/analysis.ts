import { createHash } from 'node:crypto';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import type { Analysis, LockedSpec } from '../language/index.ts';
import { analyzeFile, DocumentLibrary } from '../language/index.ts';

export type Analyse = (file: string, workspace: DiskWorkspace) => Analysis;

/** Looks at files one after another, parsing each document once however many others refer to it. `lockedSpec`: from the ledger. */
export function analyser(lockedSpec: (workspace: DiskWorkspace, specHash: string) => LockedSpec | null = () => null): Analyse {
  const libraries = new WeakMap<DiskWorkspace, DocumentLibrary>();
  return (file, workspace) => {
    const library = libraries.get(workspace) ?? new DocumentLibrary(workspace);
    libraries.set(workspace, library);
    return analyzeFile(file, workspace, { sha256, library, lockedSpec: (specHash) => lockedSpec(workspace, specHash) });
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
