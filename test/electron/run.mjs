// `npm run test:electron [version]`: the API suite in a desktop VS Code, which is downloaded once into .vscode-test. Without a display: `xvfb-run -a npm run test:electron`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { build } from '../../scripts/build.mjs';
import { WORKSPACE } from './cases.ts';
import { buildSuite, writeFiles } from './prepare.mjs';

const root = path.resolve(import.meta.dirname, '../..');
const scratch = mkdtempSync(path.join(tmpdir(), 'dagbook-electron-'));
try {
  await build();
  const workspace = path.join(scratch, 'workspace');
  writeFiles(workspace, WORKSPACE);
  const extensionTestsPath = await buildSuite(scratch);
  const launchArgs = [workspace, '--disable-extensions', '--disable-workspace-trust', '--user-data-dir', path.join(scratch, 'user')];
  process.exitCode = await runTests({ version: process.argv[2] ?? 'stable', extensionDevelopmentPath: root, extensionTestsPath, launchArgs });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
