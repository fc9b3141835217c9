import { statSync } from 'node:fs';
import type { Workspace } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Settings } from './settings.ts';
import { readSettings } from './settings.ts';
import { WorkspaceFolder } from './workspace-folder.ts';

/** A workspace on the disk, with its settings. */
export interface DiskWorkspace extends Workspace {
  /** Absolute, as the person named it. */
  readonly root: string;
  /** Everything `.vscode/settings.json` says about us, with the defaults filled in. Throws `settings-invalid`. */
  allSettings(): Settings;
  /** Workspace-relative POSIX path of an absolute one; null when it lies outside. */
  relative(file: string): string | null;
  /** True when `list()` stopped before it had seen every folder. */
  listIsPartial(): boolean;
}

/** Throws `workspace-not-found`. The settings are read when they are first asked for. */
export function openWorkspace(root: string): DiskWorkspace {
  const stat = statSync(root, { throwIfNoEntry: false });
  if (stat === undefined) throw new DagbookError('workspace-not-found', `There is no folder ${root}.`);
  if (!stat.isDirectory()) throw new DagbookError('workspace-not-found', `${root} is a file; a workspace is a folder.`);
  const folder = new WorkspaceFolder(root);
  let known: Settings | null = null;
  const allSettings = (): Settings => (known ??= readSettings(root));
  return {
    root,
    read: (file) => folder.read(file),
    stamp: (file) => folder.stamp(file),
    list: () => folder.list(),
    listIsPartial: () => folder.listIsPartial(),
    relative: (file) => folder.relative(file),
    get settings() {
      return allSettings();
    },
    allSettings,
  };
}
