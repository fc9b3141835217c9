// Bundles every program of the project into dist/. Safe to run while a `dagbook` from an earlier build is at work: chunks are named
// by their content, the entry is swapped in last, and chunks of earlier builds stay for an hour.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built-from');

/** Everything whose change asks for a new build. */
const SOURCES = ['cli', 'client', 'disk', 'language', 'protocol', 'runtime', 'schemas', 'server', 'webview', 'package.json', 'package-lock.json', 'scripts/build.mjs'];

const OLD_CHUNK_MS = 3_600_000;

/** Names, sizes and times of all sources: a deleted or renamed file changes it too. */
export function sourcesFingerprint() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addFile(hash, path.join(root, source));
  return hash.digest('hex');
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} file
 */
function addFile(hash, file) {
  const entry = statSync(file, { throwIfNoEntry: false });
  if (entry === undefined) return;
  if (!entry.isDirectory()) {
    hash.update(`${path.relative(root, file)}\0${String(entry.size)}\0${String(entry.mtimeMs)}\n`);
    return;
  }
  for (const name of readdirSync(file).sort()) addFile(hash, path.join(file, name));
}

/** True when dist/ was built from the sources as they are. */
export function isBuilt() {
  try {
    return readFileSync(stamp, 'utf8') === sourcesFingerprint() && programs().every(({ entries }) => Object.keys(entries).every((out) => statSync(path.join(dist, out)).isFile()));
  } catch {
    return false;
  }
}

/**
 * ELK answers messages as soon as it is loaded in a worker. It is one script already, and stays one: inside the functions of a bundle its
 * 1.6 MB would be parsed twice before the first layout, a tenth of a second.
 */
const LAYOUT_WORKER = 'node_modules/elkjs/lib/elk-worker.min.js';

/**
 * Programs that are built together: out file → source. With `chunks` they share their common code, and load what only some of them need late.
 * An entry that is not there has nothing to build.
 * @typedef {{ kind: 'node' | 'extension' | 'browser' | 'script'; entries: Readonly<Record<string, string>>; chunks?: true }} Programs
 * @type {readonly Programs[]}
 */
const PROGRAMS = [
  { kind: 'node', entries: { 'cli.mjs': 'cli/main.ts', 'host.mjs': 'runtime/host/entry.ts' }, chunks: true },
  // One file: an editor waits for it at every start.
  { kind: 'node', entries: { 'server.mjs': 'server/entry.ts' } },
  { kind: 'extension', entries: { 'client.cjs': 'client/extension.ts' } },
  { kind: 'browser', entries: { 'webview/graph.js': 'webview/graph/main.ts', 'webview/run.js': 'webview/run/main.ts' } },
  { kind: 'script', entries: { 'webview/layout-worker.js': LAYOUT_WORKER } },
];

/** @returns {readonly Programs[]} without what is not there */
function programs() {
  return PROGRAMS.map(({ entries, ...rest }) => ({ ...rest, entries: Object.fromEntries(Object.entries(entries).filter(([, source]) => existsSync(path.join(root, source)))) }))
    .filter(({ entries }) => Object.keys(entries).length > 0);
}

/**
 * What is said to esbuild for each kind of program.
 * @type {Readonly<Record<Programs['kind'], import('esbuild').BuildOptions>>}
 */
const KINDS = {
  node: {
    format: 'esm',
    platform: 'node',
    target: 'node22',
    outExtension: { '.js': '.mjs' },
    // CommonJS packages inside an ES module bundle ask for Node's own modules through `require`.
    banner: { js: "import { createRequire as dagbookRequire } from 'node:module';\nconst require = dagbookRequire(import.meta.url);" },
  },
  // The extension host of the oldest editor we support loads CommonJS only.
  extension: { format: 'cjs', platform: 'node', target: 'node22', outExtension: { '.js': '.cjs' }, external: ['vscode'] },
  browser: { format: 'iife', platform: 'browser', target: 'chrome134' },
  // As it is, only smaller.
  script: { platform: 'browser', target: 'chrome134' },
};

/** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
const COMMON = {
  absWorkingDir: root,
  bundle: true,
  // Some packages offer a bundle-hostile UMD file as `main` beside a proper module.
  mainFields: ['module', 'main'],
  keepNames: false,
  logLevel: 'warning',
  write: false,
  metafile: true,
};

/**
 * `work`: readable, with maps; the database driver stays in node_modules, where the runtime alone loads it.
 * `package`: small and whole. The driver looks for its native file beside the folder that it is in, so all code lies in one folder. The licences
 * of what is bundled stand in a page of their own (scripts/package.mjs).
 * @typedef {'work' | 'package'} Purpose
 * @type {Readonly<Record<Purpose, import('esbuild').BuildOptions>>}
 */
const PURPOSES = {
  work: { sourcemap: true, sourcesContent: false, legalComments: 'linked', external: ['better-sqlite3'], chunkNames: 'chunks/[name]-[hash]' },
  package: { minify: true, legalComments: 'none', chunkNames: '[name]-[hash]' },
};

/**
 * Code that loads a large package only when it is needed says `createRequire(import.meta.url)('name')`. In a package there is no node_modules to
 * take it from: it is bundled, and still runs only then.
 * @type {import('esbuild').Plugin}
 */
const LAZY_PACKAGES = {
  name: 'lazy-packages',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path: file }) => ({
      contents: readFileSync(file, 'utf8').replaceAll(/\bcreateRequire\(import\.meta\.url\)(?=\((['"])[^'"]+\1\))/g, 'require'),
      loader: 'ts',
    }));
  },
};

/**
 * Bundles every program; writes nothing.
 * @param {string} outdir
 * @param {Purpose} purpose
 */
export async function bundle(outdir, purpose) {
  const { build: esbuild } = await import('esbuild');
  const results = await Promise.all(programs().map(({ kind, entries, chunks = false }) => esbuild({
    ...KINDS[kind],
    ...PURPOSES[purpose],
    ...COMMON,
    bundle: kind !== 'script',
    external: kind === 'script' ? [] : [...KINDS[kind].external ?? [], ...PURPOSES[purpose].external ?? []],
    define: purpose === 'package' && kind === 'node' ? { __dirname: 'import.meta.dirname' } : {},
    plugins: purpose === 'package' ? [LAZY_PACKAGES] : [],
    outdir,
    splitting: chunks,
    entryPoints: Object.fromEntries(Object.entries(entries).map(([out, source]) => [out.replace(/\.[cm]?js$/, ''), source])),
  })));
  return {
    files: results.flatMap(({ outputFiles }) => outputFiles),
    inputs: Object.assign({}, ...results.map(({ metafile }) => metafile.inputs)),
    outputs: Object.assign({}, ...results.map(({ metafile }) => metafile.outputs)),
  };
}

export async function build() {
  const fingerprint = sourcesFingerprint();
  const { files, inputs, outputs } = await bundle(dist, 'work');
  publish(files);
  writeFileSync(stamp, fingerprint);
  return { inputs, outputs };
}

/** @param {readonly import('esbuild').OutputFile[]} files */
function publish(files) {
  const now = new Date();
  const written = new Set(files.map((file) => file.path));
  // The entry names its chunks, so it comes last, and whole.
  for (const file of [...files].sort((a, b) => rank(a.path) - rank(b.path))) {
    mkdirSync(path.dirname(file.path), { recursive: true });
    const draft = `${file.path}.${String(process.pid)}.tmp`;
    writeFileSync(draft, file.contents);
    renameSync(draft, file.path);
    utimesSync(file.path, now, now);
  }
  const chunks = path.join(dist, 'chunks');
  mkdirSync(chunks, { recursive: true });
  for (const name of readdirSync(chunks)) {
    const file = path.join(chunks, name);
    if (!written.has(file) && now.getTime() - statSync(file).mtimeMs > OLD_CHUNK_MS) rmSync(file, { force: true });
  }
}

/** @param {string} file */
function rank(file) {
  return file.startsWith(path.join(dist, 'chunks') + path.sep) ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const metafile = await build();
  if (process.argv.includes('--analyze')) {
    const { analyzeMetafile } = await import('esbuild');
    process.stdout.write(await analyzeMetafile(metafile));
  }
}
