import path from 'node:path';
import { URI } from 'vscode-uri';
import type { FileRead } from '../language/index.ts';
import type { FolderFiles } from '../protocol/language-requests.ts';
import { isListedPath } from '../protocol/listed-files.ts';

/** A folder that lies on no disk, as far as the editor has told of it. */
export class ToldFolder {
  readonly #root: URI;
  readonly #files = new Map<string, string>();

  constructor(uri: string) {
    this.#root = URI.parse(uri);
  }

  read(file: string): FileRead {
    const text = this.#files.get(file);
    if (text !== undefined) return { kind: 'text', text };
    return path.posix.normalize(`./${file}`).startsWith('../') ? { kind: 'outside' } : { kind: 'missing' };
  }

  list(): readonly string[] {
    return [...this.#files.keys()].filter(isListedPath).sort();
  }

  /** Nothing: the watcher of the editor's own side tells the text with the change. */
  noticed(): void {
    return;
  }

  /** Takes over what is told; the paths that are others now. */
  told(files: FolderFiles['files']): readonly string[] {
    return Object.entries(files).flatMap(([file, text]) => (text === null ? this.#gone(file) : this.#set(file, text)));
  }

  uriOf(file: string): string {
    return file === '' ? this.#root.toString() : this.#root.with({ path: path.posix.join(this.#root.path, file) }).toString();
  }

  /** Null for a URI that is not below the root. */
  pathOf(uri: string): string | null {
    const { scheme, authority, path: asked } = URI.parse(uri);
    const relative = path.posix.relative(this.#root.path, asked);
    const isOurs = scheme === this.#root.scheme && authority === this.#root.authority;
    return isOurs && relative !== '..' && !relative.startsWith('../') ? relative : null;
  }

  #set(file: string, text: string): readonly string[] {
    if (this.#files.get(file) === text) return [];
    this.#files.set(file, text);
    return [file];
  }

  #gone(name: string): readonly string[] {
    const files = [...this.#files.keys()].filter((file) => file === name || file.startsWith(`${name}/`));
    for (const file of files) this.#files.delete(file);
    return files;
  }
}
