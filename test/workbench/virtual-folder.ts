import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import { installExtension } from './server.ts';

/** A folder that lies on no disk, as somebody has it who looks at a repository through an extension. */
export interface VirtualFolder {
  /** A folder of extensions: ours, and the one whose files these are. */
  readonly extensions: string;
  readonly folder: string;
  readonly dispose: () => void;
}

/** Makes the extension of `virtual-folder/` with these files, and installs it beside ours, both from packages. */
export async function makeVirtualFolder(files: Readonly<Record<string, string>>): Promise<VirtualFolder> {
  return { ...await installBeside('virtual-folder', { 'files.json': JSON.stringify(files) }), folder: 'virtualfs:/' };
}

/** Installs an extension of a folder beside this file, and with these files in it, beside ours, both from packages. */
export async function installBeside(name: string, files: Readonly<Record<string, string>> = {}): Promise<Omit<VirtualFolder, 'folder'>> {
  const { workbench, extensions: ours } = inject('prepared');
  const scratch = mkdtempSync(path.join(tmpdir(), 'dagbook-beside-'));
  const [source, extensions, packagePath] = ['source', 'extensions', `${name}.vsix`].map((part) => path.join(scratch, part)) as [string, string, string];
  cpSync(path.join(import.meta.dirname, name), source, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(source, file), text);
  const { createVSIX } = await import('@vscode/vsce');
  await createVSIX({ cwd: source, packagePath, dependencies: false, allowMissingRepository: true, skipLicense: true });
  cpSync(ours, extensions, { recursive: true });
  await installExtension(workbench, packagePath, extensions);
  return { extensions, dispose: () => { rmSync(scratch, { recursive: true, force: true }); } };
}
