// Everything that follows from schemas/, from the header comments of language/checks/ and from the texts of client/: types, validators, schema
// constants, the manual, the setting that names the codes, and what translators translate. `node scripts/generate.mjs` writes it; `--check` fails where a committed file is stale.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateManifest } from './generate/manifest.mjs';
import { generateManual, manualPages } from './generate/manual.mjs';
import { generateSchemaConstants } from './generate/schema-constants.mjs';
import { generateStrings } from './generate/strings.mjs';
import { generateTypes } from './generate/types.mjs';
import { generateValidators } from './generate/validators.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folders = ['language/documents/generated', 'language/checks/generated', 'docs/diagnostics'];

async function loadSchemas() {
  const names = ['workflow', 'states', 'agent', 'model-profile'];
  const texts = await Promise.all(names.map((name) => readFile(join(root, 'schemas', `${name}.schema.json`), 'utf8')));
  return Object.fromEntries(names.map((name, i) => [name, JSON.parse(texts[i])]));
}

async function generateAll() {
  const schemas = await loadSchemas();
  const parts = await Promise.all([
    generateTypes(schemas),
    generateSchemaConstants(schemas),
    generateValidators(schemas),
    generateManual(root),
    generateStrings(root),
    manualPages(root).then((pages) => generateManifest(root, pages)),
  ]);
  return new Map(parts.flatMap((part) => [...part]));
}

async function existing() {
  const found = new Map();
  for (const name of ['package.json', 'l10n/bundle.l10n.json']) found.set(name, await readFile(join(root, name), 'utf8').catch(() => ''));
  for (const folder of folders) {
    const names = await readdir(join(root, folder)).catch(() => []);
    for (const name of names) found.set(`${folder}/${name}`, await readFile(join(root, folder, name), 'utf8'));
  }
  return found;
}

const wanted = await generateAll();
const present = await existing();
const stale = [...wanted].filter(([path, text]) => present.get(path) !== text).map(([path]) => path);
const left = [...present.keys()].filter((path) => !wanted.has(path));

if (process.argv.includes('--check')) {
  if (stale.length + left.length > 0) {
    console.error(`Generated files are stale:\n${[...stale, ...left].map((path) => `  ${path}`).join('\n')}\nMend them with: npm run generate`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), wanted.get(path));
  }
  for (const path of left) await rm(join(root, path));
  console.log(`${wanted.size} generated files: ${stale.length} written, ${left.length} removed.`);
}
