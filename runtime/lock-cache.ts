import type { FileRead, LockResult, Workspace } from '../language/index.ts';

/**
 * The last lock of each workflow, good for as long as every file it read still holds the same text. Each dispatch locks
 * again (rule 8); this only spares reading the same YAML twice.
 */
export interface LockCache {
  lock(key: string, workspace: Workspace, work: (workspace: Workspace) => LockResult): KnownLock;
}

export interface KnownLock {
  readonly result: LockResult;
  /** Key of the version it is in the ledger, once it is there: versions stay. */
  version: number | null;
}

/** The same files, each read from the disk at most once: one dispatch sees one state of them. */
export function readOnce(workspace: Workspace): Workspace {
  const reads = new Map<string, FileRead>();
  let list: readonly string[] | null = null;
  return {
    settings: workspace.settings,
    read(path) {
      const read = reads.get(path) ?? workspace.read(path);
      reads.set(path, read);
      return read;
    },
    list: () => (list ??= workspace.list()),
  };
}

interface Entry extends KnownLock {
  readonly reads: ReadonlyMap<string, FileRead>;
  readonly list: readonly string[] | null;
}

const MOST = 64;

export function createLockCache(): LockCache {
  const entries = new Map<string, Entry>();
  return {
    lock(key, workspace, work) {
      const known = entries.get(key);
      if (known !== undefined && isCurrent(known, workspace)) return known;
      const reads = new Map<string, FileRead>();
      let list: readonly string[] | null = null;
      const result = work({
        settings: workspace.settings,
        read(path) {
          const read = reads.get(path) ?? workspace.read(path);
          reads.set(path, read);
          return read;
        },
        list: () => (list ??= workspace.list()),
      });
      entries.delete(key);
      const entry: Entry = { reads, list, result, version: null };
      entries.set(key, entry);
      for (const oldest of entries.keys()) if (entries.size > MOST) entries.delete(oldest);
      return entry;
    },
  };
}

function isCurrent(entry: Entry, workspace: Workspace): boolean {
  for (const [path, then] of entry.reads) {
    const now = workspace.read(path);
    if (now.kind !== then.kind || (now.kind === 'text' && then.kind === 'text' && now.text !== then.text)) return false;
  }
  return entry.list === null || JSON.stringify(workspace.list()) === JSON.stringify(entry.list);
}
