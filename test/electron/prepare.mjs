// What both ways of running the suite need: the suite as one file that an extension host can load, and the workspace it speaks of.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/**
 * @param {string} folder
 * @returns {Promise<string>} the file whose `run` the extension host calls
 */
export async function buildSuite(folder) {
  const outfile = path.join(folder, 'suite.cjs');
  await build({ entryPoints: [path.join(import.meta.dirname, 'suite.ts')], outfile, bundle: true, format: 'cjs', platform: 'node', target: 'node22', external: ['vscode'], logLevel: 'warning' });
  return outfile;
}

/**
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} files texts by relative path
 */
export function writeFiles(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}
