import { existsSync } from 'node:fs';
import path from 'node:path';

const MARKERS = ['.dagbook', 'configs', '.git'];

/** The nearest folder upward that looks like a workspace; null when none does. */
export function findWorkspace(from: string): string | null {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (MARKERS.some((marker) => existsSync(path.join(folder, marker)))) return folder;
    if (path.dirname(folder) === folder) return null;
  }
}
