import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errorNames } from '../../language/documents/states/error-names.ts';

const root = join(import.meta.dirname, '../..');

/** Every text in the code that looks like the name of an error of the system, with the files it stands in. */
function namesInCode(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const file of globSync('{runtime,protocol}/**/*.ts', { cwd: root })) {
    for (const [, name = ''] of readFileSync(join(root, file), 'utf8').matchAll(/['"`]((?:States|Runner|Platform|Tool|Dagbook)\.[A-Z][A-Za-z.]*)['"`]/g)) found.set(name, [...(found.get(name) ?? []), file]);
  }
  return found;
}

it('whatever name the runtime gives an error, completion offers it, hover explains it, and no check calls it unknown', () => {
  const known = new Set(errorNames.map(({ name }) => name));
  const inCode = namesInCode();
  expect(inCode.size).toBeGreaterThan(20);
  expect([...inCode].filter(([name]) => !known.has(name))).toEqual([]);
  expect(known.size).toBe(errorNames.length);
});

it('a name of ours that nothing in the runtime raises is not in the table', () => {
  const inCode = namesInCode();
  // Names of Amazon States Language are known whether or not they can happen here.
  expect(errorNames.filter(({ name }) => /^(Tool|Dagbook)\./.test(name) && !inCode.has(name))).toEqual([]);
});

it('docs/errors.md says the same (UPDATE_FIXTURES=1 writes it)', () => {
  const rows = (handled: boolean): string => errorNames.filter((error) => error.handled === handled).map(({ name, means }) => `| \`${name}\` | ${means} |\n`).join('');
  const page = `# Error names

What \`retry\` and \`catch\` of a state can name in \`errorEquals\`, and what stands in the \`error\` of runs and steps. Any other name is an agent's, a
tool's or a Fail state's. Names that begin with \`States.\`, \`Runner.\`, \`Platform.\` or \`Dagbook.\` are the system's.

| name | what happened |
|---|---|
${rows(true)}
## Never caught or tried again

| name | what happened |
|---|---|
${rows(false)}`;
  const file = join(root, 'docs/errors.md');
  if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(file, page);
  expect(readFileSync(file, 'utf8')).toBe(page);
});
