// `npm run package`: the extension as one VSIX per platform and a universal one, in .cache/vsix. `npm run package linux-x64 universal` makes
// only some, `--out FOLDER` puts them elsewhere. Each is put together in a folder of its own, from a list: what is not on it does not ship.
import { copyFileSync, cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle } from './build.mjs';
import { thirdPartyNotices } from './notices.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const prebuilds = path.join(root, 'node_modules', 'better-sqlite3', 'prebuilds');

/**
 * VS Code's names of the platforms, and the driver's names of their native files.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const TARGETS = {
  'win32-x64': ['win32-x64'],
  'win32-arm64': ['win32-arm64'],
  'darwin-x64': ['darwin-x64'],
  'darwin-arm64': ['darwin-arm64'],
  'linux-x64': ['linux-x64'],
  'linux-arm64': ['linux-arm64'],
  'alpine-x64': ['linuxmusl-x64'],
  'alpine-arm64': ['linuxmusl-arm64'],
  universal: readdirSync(prebuilds).map((file) => path.basename(file, '.node')).sort(),
};

/** Folders and files that ship as they are, where they are there. */
const AS_THEY_ARE = ['README.md', 'CHANGELOG.md', 'LICENSE', 'language-configuration.json', 'images', 'syntaxes', 'examples', 'l10n', 'media', 'bin', 'cli/bin.mjs', 'cli/find-node.mjs'];

/** What of package.json concerns an editor. */
const MANIFEST_FIELDS = [
  'name', 'displayName', 'description', 'version', 'publisher', 'license', 'type', 'icon', 'galleryBanner', 'categories', 'keywords', 'main',
  'activationEvents', 'capabilities', 'extensionKind', 'l10n', 'contributes',
];

/**
 * @param {readonly string[]} targets
 * @param {string} folder where the packages go
 * @returns {Promise<{ target: string; file: string; bytes: number }[]>}
 */
export async function packageExtension(targets, folder) {
  const unknown = targets.filter((target) => !(target in TARGETS));
  if (unknown.length > 0) throw new Error(`No such target: ${unknown.join(', ')}. There are: ${Object.keys(TARGETS).join(', ')}.`);
  const { createVSIX } = await import('@vscode/vsce');
  const stage = path.join(folder, `stage-${String(process.pid)}`);
  try {
    await fillStage(stage);
    const packages = [];
    for (const target of targets) {
      putNativeFiles(stage, TARGETS[target] ?? []);
      const file = path.join(folder, `dagbook-${target}.vsix`);
      const draft = `${file}.${String(process.pid)}.tmp`;
      const platform = target === 'universal' ? {} : { target };
      await createVSIX({ cwd: stage, packagePath: draft, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false, ...platform });
      renameSync(draft, file);
      packages.push({ target, file, bytes: statSync(file).size });
    }
    return packages;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** @param {string} stage */
async function fillStage(stage) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const shipped = Object.fromEntries(MANIFEST_FIELDS.filter((name) => name in manifest).map((name) => [name, manifest[name]]));
  writeFileSync(path.join(stage, 'package.json'), JSON.stringify({ ...shipped, engines: { vscode: manifest.engines.vscode }, files: ['**'] }, null, 2));
  const translations = readdirSync(root).filter((name) => /^package\.nls(\..+)?\.json$/.test(name));
  for (const name of [...AS_THEY_ARE, ...translations]) copyInto(stage, name);
  const { files, inputs } = await bundle(path.join(stage, 'dist'), 'package');
  for (const { path: file, contents } of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
  writeFileSync(path.join(stage, 'ThirdPartyNotices.txt'), thirdPartyNotices(root, Object.keys(inputs)));
}

/**
 * @param {string} stage
 * @param {string} name
 */
function copyInto(stage, name) {
  const from = path.join(root, name);
  if (!existsSync(from)) return;
  mkdirSync(path.dirname(path.join(stage, name)), { recursive: true });
  // An example that was run has a ledger.
  cpSync(from, path.join(stage, name), { recursive: true, filter: (file) => path.basename(file) !== '.dagbook' });
}

/**
 * @param {string} stage
 * @param {readonly string[]} names
 */
function putNativeFiles(stage, names) {
  const folder = path.join(stage, 'prebuilds');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const name of names) copyFileSync(path.join(prebuilds, `${name}.node`), path.join(folder, `${name}.node`));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: { out }, positionals: asked } = parseArgs({ options: { out: { type: 'string', default: path.join(root, '.cache', 'vsix') } }, allowPositionals: true });
  for (const { target, file, bytes } of await packageExtension(asked.length > 0 ? asked : Object.keys(TARGETS), path.resolve(out))) {
    console.log(`${target.padEnd(13)} ${(bytes / 1_000_000).toFixed(2).padStart(6)} MB  ${path.relative(process.cwd(), file)}`);
  }
}
