'use strict';
// A folder that lies on no disk: `virtualfs:/NAME/…`, the files of files.json beside this script. Written to in memory only.
const { readFileSync } = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const { FileSystemError, FileType, FileChangeType } = vscode;

class MemoryFiles {
  #changed = new vscode.EventEmitter();
  /** @type {Map<string, Uint8Array>} by absolute path */
  #files = new Map();
  onDidChangeFile = this.#changed.event;

  /** @param {Readonly<Record<string, string>>} files */
  constructor(files) {
    for (const [file, text] of Object.entries(files)) this.#files.set(`/${file}`, new TextEncoder().encode(text));
  }

  watch() {
    return new vscode.Disposable(() => undefined);
  }

  stat({ path: file }) {
    const content = this.#files.get(file);
    if (content !== undefined) return { type: FileType.File, ctime: 0, mtime: 1, size: content.length };
    if (this.#below(file).size > 0) return { type: FileType.Directory, ctime: 0, mtime: 1, size: 0 };
    throw FileSystemError.FileNotFound(file);
  }

  readDirectory({ path: folder }) {
    return [...this.#below(folder)];
  }

  readFile({ path: file }) {
    const content = this.#files.get(file);
    if (content === undefined) throw FileSystemError.FileNotFound(file);
    return content;
  }

  writeFile(uri, content) {
    const type = this.#files.has(uri.path) ? FileChangeType.Changed : FileChangeType.Created;
    this.#files.set(uri.path, content);
    this.#changed.fire([{ type, uri }]);
  }

  delete(uri) {
    this.#files.delete(uri.path);
    this.#changed.fire([{ type: FileChangeType.Deleted, uri }]);
  }

  createDirectory() {
    throw FileSystemError.NoPermissions('Folders are there where files are.');
  }

  rename() {
    throw FileSystemError.NoPermissions('Not in this file system.');
  }

  /** Names with their types. */
  #below(folder) {
    const prefix = folder.endsWith('/') ? folder : `${folder}/`;
    const names = new Map();
    for (const file of this.#files.keys()) {
      if (!file.startsWith(prefix)) continue;
      const [name, ...rest] = file.slice(prefix.length).split('/');
      names.set(name, rest.length === 0 ? FileType.File : FileType.Directory);
    }
    return names;
  }
}

exports.activate = (context) => {
  const files = JSON.parse(readFileSync(path.join(__dirname, 'files.json'), 'utf8'));
  context.subscriptions.push(vscode.workspace.registerFileSystemProvider('virtualfs', new MemoryFiles(files), { isCaseSensitive: true }));
};
