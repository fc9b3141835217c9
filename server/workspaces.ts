import path from 'node:path';
import { URI } from 'vscode-uri';
import { findWorkspace } from '../disk/find-workspace.ts';
import { isInside } from '../disk/inside.ts';
import { readSettingsLeniently, type Settings } from '../disk/settings.ts';
import type { FolderFiles } from '../protocol/language-requests.ts';
import { applySettings, diskWorkspace, loneWorkspace, toldWorkspace, type ServerWorkspace, type WorkspacePorts } from './server-workspace.ts';
import { ToldFolder } from './told-folder.ts';

/** A document with the workspace it belongs to. */
export interface Located {
  readonly workspace: ServerWorkspace;
  readonly path: string;
}

/** The folders that are open, and what is made up for documents outside them. */
export class Workspaces {
  readonly #folders = new Map<string, ServerWorkspace>();
  /** Made when a document was opened that lies in no open folder. */
  readonly #others = new Map<string, ServerWorkspace>();
  readonly #ports: WorkspacePorts;

  constructor(ports: WorkspacePorts) {
    this.#ports = ports;
  }

  addFolder(uri: string): void {
    const { scheme, fsPath } = URI.parse(uri);
    // Any other is there once its files have been told.
    if (scheme === 'file' && !this.#folders.has(fsPath)) this.#folders.set(fsPath, diskWorkspace(fsPath, readSettingsLeniently(fsPath), this.#ports));
  }

  removeFolder(uri: string): void {
    this.#folders.delete(keyOf(uri));
  }

  /** Takes over what the editor tells of a folder that lies on no disk. True = it was not known before. */
  told({ folder, files }: FolderFiles): boolean {
    const key = keyOf(folder);
    const known = this.#folders.get(key);
    const workspace = known ?? toldWorkspace(folder, this.#ports);
    this.#folders.set(key, workspace);
    if (!(workspace.files instanceof ToldFolder)) return false;
    for (const file of workspace.files.told(files)) workspace.session.fileChanged(file);
    return known === undefined;
  }

  /** Those a person has opened, not those made up for single documents. */
  folders(): readonly ServerWorkspace[] {
    return [...this.#folders.values()];
  }

  all(): readonly ServerWorkspace[] {
    return [...this.#folders.values(), ...this.#others.values()];
  }

  locate(uri: string): Located {
    const { scheme, fsPath } = URI.parse(uri);
    const workspace = scheme === 'file' ? (this.#folderOf(fsPath) ?? this.#madeUpFor(fsPath)) : (this.#toldFolderOf(uri) ?? this.#loneFor(uri));
    return { workspace, path: workspace.pathOf(uri) ?? path.basename(fsPath) };
  }

  /** Every workspace of a folder that a file on the disk lies in: a change concerns them all. */
  holding(uri: string): readonly Located[] {
    return this.all().flatMap((workspace) => {
      const found = workspace.files === null ? null : workspace.pathOf(uri);
      return found === null ? [] : [{ workspace, path: found }];
    });
  }

  forgetLone(uri: string): void {
    this.#others.delete(uri);
  }

  setSettings(workspace: ServerWorkspace, settings: Settings): void {
    applySettings(workspace, settings, this.#ports);
  }

  #folderOf(file: string): ServerWorkspace | undefined {
    const holding = [...this.#folders].filter(([root, workspace]) => workspace.root !== null && isInside(root, file));
    return holding.sort(([a], [b]) => b.length - a.length)[0]?.[1];
  }

  #toldFolderOf(uri: string): ServerWorkspace | undefined {
    const holding = [...this.#folders].filter(([, { root, pathOf }]) => root === null && pathOf(uri) !== null);
    return holding.sort(([a], [b]) => b.length - a.length)[0]?.[1];
  }

  #madeUpFor(file: string): ServerWorkspace {
    // As the command line finds it: the nearest folder upward that looks like a workspace, else the document's own.
    const root = findWorkspace(path.dirname(file)) ?? path.dirname(file);
    const known = this.#others.get(root);
    if (known !== undefined) return known;
    const made = diskWorkspace(root, readSettingsLeniently(root), this.#ports);
    this.#others.set(root, made);
    return made;
  }

  #loneFor(uri: string): ServerWorkspace {
    const known = this.#others.get(uri);
    if (known !== undefined) return known;
    const made = loneWorkspace(uri, this.#ports);
    this.#others.set(uri, made);
    return made;
  }
}

/** How a folder is known, however an editor writes its URI. */
function keyOf(uri: string): string {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? parsed.fsPath : parsed.toString().replace(/\/$/, '');
}
