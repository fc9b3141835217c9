import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { prepareWorkbench } from '../../scripts/workbench.mjs';
import { installExtension } from './server.ts';
import './kit.ts';

const root = path.resolve(import.meta.dirname, '../..');

/**
 * Once for all files: the workbench is there, and ours is installed from its package, as a person would have it. DAGBOOK_VSIX names a package to
 * test instead of a fresh one.
 */
export async function setup(project: TestProject): Promise<() => void> {
  const answer = await prepareWorkbench((message) => process.stderr.write(message + '\n'));
  if (!answer.ok) throw new Error(`workbench-missing: ${answer.reason}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-package-'));
  const given = process.env['DAGBOOK_VSIX'] ?? '';
  const vsix = given === '' ? makePackage(folder) : path.resolve(given);
  const extensions = path.join(folder, 'extensions');
  await installExtension(answer.workbench, vsix, extensions);
  project.provide('prepared', { workbench: answer.workbench, extensions, vsix });
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
}

function makePackage(folder: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts/package.mjs'), '--out', folder, 'universal'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The extension was not packaged.\n${stdout}${stderr}`);
  return path.join(folder, 'dagbook-universal.vsix');
}
