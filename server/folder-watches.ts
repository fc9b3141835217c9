import path from 'node:path';
import { FileChangeType, type FileEvent } from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { FolderWatch } from '../disk/folder-watch.ts';

/** Watches folders in the place of an editor that cannot. */
export class FolderWatches {
  readonly #onChanges: (changes: readonly FileEvent[]) => void;
  readonly #watches = new Map<string, FolderWatch>();

  constructor(onChanges: (changes: readonly FileEvent[]) => void) {
    this.#onChanges = onChanges;
  }

  /** Watches exactly these folders from now on; resolves when no change of theirs can be missed. */
  async watch(roots: readonly string[]): Promise<void> {
    for (const [root, watch] of this.#watches) {
      if (roots.includes(root)) continue;
      watch.close();
      this.#watches.delete(root);
    }
    const added = roots.filter((root) => !this.#watches.has(root)).map((root) => {
      const watch = new FolderWatch(root, (changes) => {
        this.#onChanges(changes.map((change) => ({ uri: URI.file(path.join(root, change.path)).toString(), type: change.exists ? FileChangeType.Changed : FileChangeType.Deleted })));
      });
      this.#watches.set(root, watch);
      return watch;
    });
    await Promise.all(added.map(async (watch) => { await watch.start(); }));
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.close();
    this.#watches.clear();
  }
}
