import * as vscode from 'vscode';
import type { RowWords } from '../ledger/run-item.ts';
import type { StatusLook } from '../words/status-words.ts';

export function iconOf({ icon, color }: StatusLook): vscode.ThemeIcon {
  return color === null ? new vscode.ThemeIcon(icon) : new vscode.ThemeIcon(icon, new vscode.ThemeColor(color));
}

/** Text of documents and models is text here: a tooltip is no markdown. */
export function treeItem(words: RowWords, id: string, collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(words.label, collapsible);
  item.id = id;
  item.description = words.description;
  item.tooltip = words.tooltip;
  item.iconPath = iconOf(words.look);
  item.contextValue = words.context;
  item.accessibilityInformation = { label: [words.label, words.look.word, words.description].filter((word) => word !== '').join(', ') };
  return item;
}

export interface FolderElement {
  readonly kind: 'folder';
  readonly folder: vscode.WorkspaceFolder;
}

/** The rows of the only folder, or a row for each of several. */
export async function rowsByFolder<E>(folders: readonly vscode.WorkspaceFolder[], rowsOf: (folder: vscode.WorkspaceFolder) => Promise<readonly E[]>): Promise<(E | FolderElement)[]> {
  const [only, another] = folders;
  return only !== undefined && another === undefined ? [...await rowsOf(only)] : folders.map((folder) => ({ kind: 'folder', folder }));
}

export function folderItem({ folder }: FolderElement): vscode.TreeItem {
  const item = new vscode.TreeItem(folder.name, vscode.TreeItemCollapsibleState.Expanded);
  item.id = folder.uri.toString();
  item.iconPath = vscode.ThemeIcon.Folder;
  return item;
}

/** Tells a view to look again, at most ten times a second. */
export class RefreshSoon<E> implements vscode.Disposable {
  readonly #emitter = new vscode.EventEmitter<E | undefined>();
  #timer: NodeJS.Timeout | null = null;

  readonly event = this.#emitter.event;

  now(element?: E): void {
    this.#emitter.fire(element);
  }

  soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#emitter.fire(undefined);
    }, 100);
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#emitter.dispose();
  }
}
