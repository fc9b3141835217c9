import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { FileRead } from '../language/index.ts';
import { isListedPath } from '../protocol/listed-files.ts';
import { isInside, realPath } from './inside.ts';
import { listYaml } from './list-yaml.ts';
import { failedRead, readText, stampOf } from './read-text.ts';

/** A folder on the disk, read as it is asked for, and never left. The listing is kept until a watcher tells of a change. */
export class WorkspaceFolder {
  /** Absolute, as the person named it; links are followed only to see whether a file lies inside. */
  readonly root: string;
  readonly #realRoot: string;
  #listed: Set<string> | null = null;
  #sorted: readonly string[] | null = null;
  #partial = false;

  constructor(root: string) {
    this.root = root;
    this.#realRoot = realPath(root) ?? root;
  }

  /** A file by its path, relative to the root. Never throws, never leaves the folder. */
  read(file: string): FileRead {
    const absolute = path.resolve(this.root, file);
    if (!isInside(this.root, absolute)) return { kind: 'outside' };
    try {
      const followed = realpathSync.native(absolute);
      return isInside(this.#realRoot, followed) ? readText(followed) : { kind: 'outside' };
    } catch (error) {
      return failedRead(error);
    }
  }

  /** What changes whenever the text of a file may have; null = it cannot be told. */
  stamp(file: string): string | null {
    return stampOf(path.resolve(this.root, file));
  }

  /** Every YAML file that may be ours, as sorted workspace-relative POSIX paths. */
  list(): readonly string[] {
    return (this.#sorted ??= [...this.#listing()].sort());
  }

  /** True when `list()` stopped before it had seen every folder. */
  listIsPartial(): boolean {
    this.#listing();
    return this.#partial;
  }

  /** Workspace-relative POSIX path of an absolute one; null when it lies outside. */
  relative(file: string): string | null {
    // The same folder may have been named through a link (`/tmp` on macOS).
    const base = [this.root, this.#realRoot].find((candidate) => isInside(candidate, file));
    return base === undefined ? null : path.relative(base, file).split(path.sep).join('/');
  }

  /** A watcher saw that the file is there, or that it is gone. */
  noticed(file: string, exists: boolean): void {
    if (exists && !isListedPath(file)) return;
    if (exists) this.#listed?.add(file);
    else this.#listed?.delete(file);
    this.#sorted = null;
  }

  #listing(): Set<string> {
    if (this.#listed === null) {
      const { files, partial } = listYaml(this.root, this.#realRoot);
      this.#listed = new Set(files);
      this.#sorted = files;
      this.#partial = partial;
    }
    return this.#listed;
  }
}
