import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { FOLDER_FILES, type FolderFiles } from '../../protocol/language-requests.ts';
import { isListedPath, isSkipped } from '../../protocol/listed-files.ts';
import type { LanguageService } from './language-service.ts';

/** So much of a folder is looked at: behind each question may be a network. */
const MOST_FOLDERS = 2_000;
const MOST_FILES = 2_000;
const MOST_BYTES = 2 * 1024 * 1024;
/** Questions at a time. */
const AT_ONCE = 8;

/**
 * The language server reads disks. Of folders that lie on none (a repository that an extension shows, say) it is told the YAML files: all when it
 * starts, then each that changes.
 */
export function tellVirtualFolders(language: LanguageService, log: vscode.LogOutputChannel): vscode.Disposable {
  const fail = (error: unknown): void => { log.error(error instanceof Error ? error : String(error)); };
  const tell = async (folder: vscode.WorkspaceFolder, files: FolderFiles['files']): Promise<void> => {
    await language.notify(FOLDER_FILES, { folder: folder.uri.toString(), files } satisfies FolderFiles);
  };
  const tellAll = async (folders: readonly vscode.WorkspaceFolder[]): Promise<void> => {
    for (const folder of folders.filter(isVirtual)) await tell(folder, await filesOf(folder, log));
  };
  const changed = async (uri: vscode.Uri, exists: boolean): Promise<void> => {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (folder === undefined || !isVirtual(folder)) return;
    const file = pathIn(folder, uri);
    if (!exists) await tell(folder, { [file]: null });
    else if (isListedPath(file)) await tell(folder, { [file]: await textOf(uri) });
  };
  const watcher = vscode.workspace.createFileSystemWatcher('**/*');
  return vscode.Disposable.from(
    watcher,
    watcher.onDidCreate((uri) => { changed(uri, true).catch(fail); }),
    watcher.onDidChange((uri) => { changed(uri, true).catch(fail); }),
    watcher.onDidDelete((uri) => { changed(uri, false).catch(fail); }),
    vscode.workspace.onDidChangeWorkspaceFolders(({ added }) => { tellAll(added).catch(fail); }),
    language.started.listen(() => { tellAll(vscode.workspace.workspaceFolders ?? []).catch(fail); }),
  );
}

function isVirtual({ uri }: vscode.WorkspaceFolder): boolean {
  return uri.scheme !== 'file';
}

/** The search of the editor finds nothing in most of them: the folders are walked. */
async function filesOf(folder: vscode.WorkspaceFolder, log: vscode.LogOutputChannel): Promise<FolderFiles['files']> {
  const found: vscode.Uri[] = [];
  let open: readonly vscode.Uri[] = [folder.uri];
  let left = MOST_FOLDERS;
  while (open.length > 0 && left > 0) {
    const looked = open.slice(0, left);
    left -= looked.length;
    const inside = await inTurn(looked, entriesOf);
    found.push(...inside.flat().flatMap(({ uri, type }) => ((type & vscode.FileType.File) !== 0 && isListedPath(pathIn(folder, uri)) ? [uri] : [])));
    open = inside.flat().flatMap(({ uri, name, type }) => (type === vscode.FileType.Directory && !isSkipped(name) ? [uri] : []));
  }
  if (open.length > 0 || found.length > MOST_FILES) log.warn(l10n.t('{0} is large: only a part of its documents is known.', folder.name));
  const read = found.slice(0, MOST_FILES);
  const texts = await inTurn(read, textOf);
  return Object.fromEntries(read.map((uri, at) => [pathIn(folder, uri), texts[at] ?? null]));
}

/** A folder that cannot be read holds nothing for us. */
async function entriesOf(folder: vscode.Uri): Promise<readonly { readonly uri: vscode.Uri; readonly name: string; readonly type: vscode.FileType }[]> {
  const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(folder)).catch((): [string, vscode.FileType][] => []);
  return entries.map(([name, type]) => ({ uri: vscode.Uri.joinPath(folder, name), name, type }));
}

/** Null for what is gone, cannot be read or is no document by its size. */
async function textOf(uri: vscode.Uri): Promise<string | null> {
  try {
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.length > MOST_BYTES ? null : new TextDecoder().decode(bytes);
  } catch {
    return null;
  }
}

function pathIn(folder: vscode.WorkspaceFolder, uri: vscode.Uri): string {
  return uri.path.slice(folder.uri.path.replace(/\/$/, '').length + 1);
}

async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) results.push(...await Promise.all(all.slice(at, at + AT_ONCE).map(work)));
  return results;
}
