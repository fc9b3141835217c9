// The language server beside yaml-language-server 2.0, with the same driver over the same documents in the same run.
// The driver is ../shared/bench/lsp, copied to .cache/ (it is read-only, and its packages are none of ours).
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const shared = process.env['DAGBOOK_LSP_BENCH'] ?? path.join(root, '..', 'shared', 'bench', 'lsp');
const home = path.join(root, '.cache', 'lsp-bench');

/** What the issue asks for; p95, milliseconds and MiB. */
const AIMS = {
  'spawn → initialize': 150,
  '1,000 lines: key → correct diagnostics': 10,
  '10,000 lines: key → correct diagnostics': 16,
  '50,000 lines: key → correct diagnostics': 60,
  '10,000 lines: completion of a key after an edit': 10,
  '10,000 lines: hover after an edit': 10,
  '10,000 lines: resident memory at the end (MiB)': 120,
  'rename over 1,000 files': 300,
  '2,000 files: first full check': 3000,
  '2,000 files: longest wait of a hover meanwhile': 50,
};

/** `--sizes=1000,10000` for a short run; `--dialect=workflow` or `--dialect=agentworkflow` for one family. */
export async function run() {
  if (!existsSync(shared)) {
    console.log(`There is no ${shared}: set DAGBOOK_LSP_BENCH to the folder of the driver.`);
    return;
  }
  prepare();
  const sizes = option('--sizes', '1000,10000,50000');
  for (const [dialect, title] of [['workflow', 'documents of nodes'], ['agentworkflow', 'documents of states']]) {
    if (option('--dialect', dialect) !== dialect) continue;
    const [theirs, ours] = [drive(peerConfig(dialect), dialect, sizes), drive(ourConfig(dialect), dialect, sizes)];
    console.log(`\n${title}: ${ours.cpu}, ${ours.ncpu} cores, load ${os.loadavg()[0].toFixed(1)}, Node ${process.version}; p95 in ms\n`);
    printTable(rowsOf(theirs), rowsOf(ours));
  }
  const wide = await manyFiles();
  console.log('\nA workspace of many files\n');
  printTable({}, wide);
}

function option(name, standard) {
  return process.argv.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? standard;
}

function prepare() {
  if (!existsSync(path.join(home, 'node_modules', 'yaml-language-server'))) {
    rmSync(home, { recursive: true, force: true });
    cpSync(shared, home, { recursive: true });
    execFileSync('chmod', ['-R', 'u+w', home]);
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: home, stdio: 'inherit' });
  }
  mkdirSync(path.join(home, 'results'), { recursive: true });
  chmodSync(home, 0o755);
  execFileSync(process.execPath, [path.join(root, 'scripts', 'build.mjs')], { cwd: root });
}

function peerConfig(dialect) {
  return path.join(home, 'configs', dialect === 'workflow' ? 'yaml-ls-nodes.json' : 'yaml-ls.json');
}

function ourConfig(dialect) {
  const file = path.join(home, 'configs', `dagbook-${dialect}.json`);
  const command = [process.execPath, path.join(root, 'dist', 'server.mjs'), '--stdio'];
  writeFileSync(file, JSON.stringify({ name: 'dagbook', command, languageId: 'yaml', dialect, fileName: dialect === 'workflow' ? 'wf-{n}.nodes.yaml' : 'wf-{n}.states.yaml', initializationOptions: {}, settings: {}, customRequests: {} }));
  return file;
}

function drive(config, dialect, sizes) {
  const out = path.join(home, 'results', `${path.basename(config, '.json')}-${dialect}.json`);
  execFileSync(process.execPath, [path.join(home, 'lspbench.mjs'), config, '--dialect', dialect, '--sizes', sizes, '--out', out], { cwd: home, stdio: ['ignore', 'ignore', 'ignore'] });
  return JSON.parse(readFileSync(out, 'utf8'));
}

function rowsOf(result) {
  const rows = { 'spawn → initialize': result.spawnToInitializeMs.p95 };
  for (const [size, of] of Object.entries(result.sizes)) {
    const label = `${Number(size).toLocaleString('en')} lines:`;
    rows[`${label} open → first diagnostics`] = of.openToDiagnosticsMs;
    rows[`${label} key → correct diagnostics`] = of.keystrokeToDiagnosticsMs?.p95;
    rows[`${label} completion of a key after an edit`] = of.features?.['completion.key']?.afterEdit?.p95;
    rows[`${label} hover after an edit`] = of.features?.hover?.afterEdit?.p95;
    rows[`${label} resident memory at the end (MiB)`] = of.rssEnd?.rssMiB;
  }
  return rows;
}

function printTable(theirs, ours) {
  console.log('| | yaml-language-server 2.0 | Dagbook | aim |\n|---|---|---|---|');
  for (const [label, value] of Object.entries(ours)) {
    const aim = AIMS[label];
    const met = aim === undefined ? '' : `≤ ${aim}${value <= aim ? '' : ' (missed)'}`;
    console.log(`| ${label} | ${theirs[label] ?? '–'} | ${value ?? '–'} | ${met} |`);
  }
}

/** 1,000 workflows that use one agent, and 1,000 agents: first full check, a hover meanwhile, and renaming the agent. */
export async function manyFiles() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'dagbook-lsp-bench-'));
  mkdirSync(path.join(folder, 'configs', 'agents'), { recursive: true });
  mkdirSync(path.join(folder, 'configs', 'workflows'));
  for (let i = 0; i < 1000; i += 1) {
    writeFileSync(path.join(folder, 'configs', 'agents', `a${i}.yaml`), `name: agent-${i}\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Do the thing ${i}.\n`);
    const nodes = Array.from({ length: 4 }, (_, k) => `  - id: n${k}\n    agent_spec: ${k === 0 ? 'agent-0' : `configs/agents/a${(i + k) % 1000}.yaml`}\n    task: { goal: do ${k} }\n    depends_on: [${k === 0 ? '' : `n${k - 1}`}]\n`).join('');
    writeFileSync(path.join(folder, 'configs', 'workflows', `w${i}.yaml`), `name: w${i}\nadapter_kind: graph\nnodes:\n${nodes}`);
  }
  const { LspClient } = await import(path.join(home, 'lib', 'client.mjs'));
  const client = new LspClient({ command: [process.execPath, path.join(root, 'dist', 'server.mjs'), '--stdio'], cwd: folder });
  const uri = (file) => new URL(`file://${folder}/${file}`).href;
  await client.initialize(uri('').replace(/\/$/, ''), {});
  const start = performance.now();
  let done = false;
  const checked = client.request('workspace/diagnostic', { previousResultIds: [] }).then(() => { done = true; }, () => { done = true; });
  void checked;
  let longest = 0;
  const hover = { textDocument: { uri: uri('configs/workflows/w5.yaml') }, position: { line: 1, character: 3 } };
  // A workspace without a mistake is answered when there is one: the end of the check is when every file has been looked at.
  const total = client.request('workspace/symbol', { query: 'agent-999' }).then(() => performance.now() - start);
  let full = null;
  void total.then((ms) => { full = ms; });
  while (full === null && !done) {
    const asked = performance.now();
    await client.request('textDocument/hover', hover);
    longest = Math.max(longest, performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const first = full ?? performance.now() - start;
  const renamed = performance.now();
  const edit = await client.request('textDocument/rename', { textDocument: { uri: uri('configs/agents/a0.yaml') }, position: { line: 0, character: 8 }, newName: 'renamed' });
  const rename = performance.now() - renamed;
  const memory = client.rss().rssMiB;
  await client.close();
  rmSync(folder, { recursive: true, force: true });
  return {
    '2,000 files: first full check': Math.round(first),
    '2,000 files: longest wait of a hover meanwhile': Math.round(longest),
    'rename over 1,000 files': Math.round(rename),
    'rename: files edited': edit?.documentChanges?.length ?? 0,
    '2,000 files: resident memory (MiB)': memory,
  };
}
