import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';

it('the engine of this Node has every setting that the runtime host gives it', () => {
  // V8 says nothing to its caller of a setting it does not have; it writes to the standard error of the process.
  const file = path.resolve(import.meta.dirname, '../../runtime/compile-sooner.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', `import { compileSooner } from ${JSON.stringify(file)}; compileSooner(); console.log(process.versions.v8);`], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^12\.4\./);
});
