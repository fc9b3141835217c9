// Bundles the command line and the language server into dist/. Safe to run while a `dagbook` from an earlier build is at work: chunks are named
// by their content, the entry is swapped in last, and chunks of earlier builds stay for an hour.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built-from');

/** Everything whose change asks for a new build. */
const SOURCES = ['cli', 'disk', 'language', 'protocol', 'runtime', 'schemas', 'server', 'package.json', 'package-lock.json', 'scripts/build.mjs'];

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
    return readFileSync(stamp, 'utf8') === sourcesFingerprint() && ['cli.mjs', 'server.mjs'].every((name) => statSync(path.join(dist, name)).isFile());
  } catch {
    return false;
  }
}

/** @type {import('esbuild').BuildOptions & { write: false, metafile: true }} */
const COMMON = {
  absWorkingDir: root,
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  // Some packages offer a bundle-hostile UMD file as `main` beside a proper module.
  mainFields: ['module', 'main'],
  sourcemap: true,
  sourcesContent: false,
  keepNames: false,
  // A native module: it stays in node_modules and is loaded by the runtime alone.
  external: ['better-sqlite3'],
  // CommonJS packages inside an ES module bundle ask for Node's own modules through `require`.
  banner: { js: "import { createRequire as dagbookRequire } from 'node:module';\nconst require = dagbookRequire(import.meta.url);" },
  legalComments: 'linked',
  logLevel: 'warning',
  write: false,
  metafile: true,
};

export async function build() {
  const fingerprint = sourcesFingerprint();
  const { build: bundle } = await import('esbuild');
  const cli = await bundle({ ...COMMON, entryPoints: { cli: 'cli/main.ts' }, chunkNames: 'chunks/[name]-[hash]', splitting: true });
  // One file: an editor waits for it at every start.
  const server = await bundle({ ...COMMON, entryPoints: { server: 'server/entry.ts' } });
  publish([...cli.outputFiles, ...server.outputFiles]);
  writeFileSync(stamp, fingerprint);
  return { inputs: { ...cli.metafile.inputs, ...server.metafile.inputs }, outputs: { ...cli.metafile.outputs, ...server.metafile.outputs } };
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
