import type { FileRead, LockResult, Workspace } from '../language/index.ts';

/**
 * The last lock of each workflow, good for as long as every file it read still holds the same text. Each dispatch locks
 * again (rule 8); this only spares reading the same YAML twice.
 */
export interface LockCache {
  /** The last lock, where it still holds. */
  known(key: string, workspace: Workspace): KnownLock | null;
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
    stamp: (path) => workspace.stamp?.(path) ?? null,
  };
}

interface SeenFile {
  readonly read: FileRead;
  /** As it was before it was read. */
  stamp: string | null;
}

interface Entry extends KnownLock {
  readonly seen: ReadonlyMap<string, SeenFile>;
  readonly list: readonly string[] | null;
}

const MOST = 64;

export function createLockCache(): LockCache {
  const entries = new Map<string, Entry>();
  const known = (key: string, workspace: Workspace): Entry | null => {
    const entry = entries.get(key);
    return entry !== undefined && isCurrent(entry, workspace) ? entry : null;
  };
  return {
    known,
    lock(key, workspace, work) {
      const current = known(key, workspace);
      if (current !== null) return current;
      const seen = new Map<string, SeenFile>();
      let list: readonly string[] | null = null;
      const result = work({
        settings: workspace.settings,
        read(path) {
          const file = seen.get(path) ?? look(path, workspace);
          seen.set(path, file);
          return file.read;
        },
        list: () => (list ??= workspace.list()),
      });
      entries.delete(key);
      const entry: Entry = { seen, list, result, version: null };
      entries.set(key, entry);
      for (const oldest of entries.keys()) if (entries.size > MOST) entries.delete(oldest);
      return entry;
    },
  };
}

/** The stamp comes first: a file that changes in between has another by the next time. */
function look(path: string, workspace: Workspace): SeenFile {
  const stamp = workspace.stamp?.(path) ?? null;
  return { read: workspace.read(path), stamp };
}

function isCurrent(entry: Entry, workspace: Workspace): boolean {
  for (const [path, then] of entry.seen) {
    if (then.stamp !== null && workspace.stamp?.(path) === then.stamp) continue;
    const now = look(path, workspace);
    if (!isSame(now.read, then.read)) return false;
    then.stamp = now.stamp;
  }
  return entry.list === null || JSON.stringify(workspace.list()) === JSON.stringify(entry.list);
}

function isSame(now: FileRead, then: FileRead): boolean {
  return now.kind === then.kind && (now.kind !== 'text' || then.kind !== 'text' || now.text === then.text);
}
