import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFiles, readFiles, withSnapshot } from './feature-kit.ts';
import { renderers } from './render-feature.ts';

const folder = join(import.meta.dirname, '../fixtures/features');
const update = process.env['UPDATE_FIXTURES'] === '1';

/** A fixture of a folder is shown by the renderer of that name; `$0` is the cursor, `#>` begins what is found there. */
describe.each(Object.keys(renderers))('%s', (feature) => {
  const names = readdirSync(join(folder, feature)).filter((name) => name.endsWith('.yaml') && !name.endsWith('.fixed.yaml'));

  it.each(names)('%s (UPDATE_FIXTURES=1 rewrites what is expected)', (name) => {
    const path = join(folder, feature, name);
    const text = readFileSync(path, 'utf8');
    const files = readFiles(text);
    const context = openFiles(files.texts)(files.path);
    const rendered = withSnapshot(text, renderers[feature]?.(context, files.offset) ?? '');
    if (update && rendered !== text) writeFileSync(path, rendered);
    expect(update ? rendered : text).toBe(rendered);
  });
});

it('every folder of fixtures has a renderer', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(renderers).sort());
});
