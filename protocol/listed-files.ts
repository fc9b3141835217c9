/** What was installed, built or recorded: no folder of these names is looked into for documents. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', '.git', '.hg', '.svn', '.dagbook', '.cache', '.venv', '__pycache__']);

export function isYamlName(name: string): boolean {
  return /\.ya?ml$/i.test(name);
}

/** Whether a folder of this name is left out. */
export function isSkipped(name: string): boolean {
  return SKIPPED.has(name);
}

/** Whether a listing may hold the file at all, going by its path. */
export function isListedPath(file: string): boolean {
  return isYamlName(file) && !file.split('/').some(isSkipped);
}
