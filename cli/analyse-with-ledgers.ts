import { existsSync } from 'node:fs';
import type { LockedSpec } from '../language/index.ts';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { analyser, type Analyse } from './analysis.ts';
import type { VerbContext } from './verb.ts';

/**
 * Does the work over analyses that know what the ledger has locked. Few documents refer to anything by digest, and
 * loading the database takes longer than checking them: so it is opened, to look only, once one does, and the work done again.
 */
export async function analyseWithLedgers<T>(context: Pick<VerbContext, 'global'>, work: (analyse: Analyse) => T): Promise<T> {
  const asked = new Set<string>();
  const result = work(analyser((_, specHash) => {
    asked.add(specHash);
    return null;
  }));
  if (asked.size === 0) return result;
  const [{ lockedSpecOf, openReader }, { ledgerFile }] = await Promise.all([import('../runtime/index.ts'), import('./open-runtime.ts')]);
  const readers = new Map<string, ReturnType<typeof openReader> | null>();
  const find = (workspace: DiskWorkspace, specHash: string): LockedSpec | null => {
    const file = ledgerFile(context, workspace);
    const reader = readers.has(file) ? (readers.get(file) ?? null) : opened(file, openReader);
    readers.set(file, reader);
    return reader === null ? null : lockedSpecOf(reader, specHash);
  };
  try {
    return work(analyser(find));
  } finally {
    for (const reader of readers.values()) reader?.close();
  }
}

/** A ledger of an older release is told of by what runs; a check goes on without it. */
function opened<R>(file: string, open: (file: string) => R): R | null {
  try {
    return existsSync(file) ? open(file) : null;
  } catch (error) {
    if (error instanceof DagbookError) return null;
    throw error;
  }
}
