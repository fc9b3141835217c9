import { createHash } from 'node:crypto';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import type { Analysis } from '../language/index.ts';
import { analyzeFile, DocumentLibrary } from '../language/index.ts';

export type Analyse = (file: string, workspace: DiskWorkspace) => Analysis;

/** Looks at files one after another, parsing each document once however many others refer to it. */
export function analyser(): Analyse {
  const libraries = new WeakMap<DiskWorkspace, DocumentLibrary>();
  return (file, workspace) => {
    const library = libraries.get(workspace) ?? new DocumentLibrary(workspace);
    libraries.set(workspace, library);
    return analyzeFile(file, workspace, { sha256, library });
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
