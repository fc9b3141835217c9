import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** Tests run the built command: one that is older than the sources would test yesterday's code. */
export function setup(): void {
  const script = "import { build, isBuilt } from './scripts/build.mjs'; if (!isBuilt()) await build();";
  spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, stdio: 'inherit' });
}
