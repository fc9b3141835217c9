import { realpathSync } from 'node:fs';
import path from 'node:path';

/** Whether an absolute path names the folder or something below it, going by the names alone. */
export function isInside(root: string, file: string): boolean {
  const relative = path.relative(root, file);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
}

/** The path with all its links followed; null when it leads nowhere. */
export function realPath(file: string): string | null {
  try {
    return realpathSync.native(file);
  } catch {
    return null;
  }
}
