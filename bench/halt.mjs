// From throwing the switch to halted rows: 1,000 running nodes whose model ignores the abort, halted by the process that
// runs them and by another one.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { histogram, machine, milliseconds, quantile } from './shared.mjs';
import { Runtime, halt, startRun } from '../runtime/index.ts';
import { openWorkspace } from '../disk/open-workspace.ts';

const NODES = 1_000;
const ROUNDS = Number(process.env.BENCH_HALT_ROUNDS ?? 30);
const deaf = {
  name: 'deaf',
  price: () => 'free',
  async *stream() {
    await new Promise(() => undefined);
    yield { type: 'finish', reason: 'stop' };
  },
};

function open(folder, providers) {
  return new Runtime({
    ledgerFile: path.join(folder, '.dagbook/ledger.db'), synchronous: 'FULL', workspace: openWorkspace(folder), models: { defaultModel: 'deaf', tiers: {} }, stallMs: 300_000, providers, leaveWaiting: false,
  });
}

function makeWorkspace() {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-bench-'));
  mkdirSync(path.join(folder, 'configs/workflows'), { recursive: true });
  mkdirSync(path.join(folder, 'configs/agents'), { recursive: true });
  writeFileSync(path.join(folder, 'configs/agents/deaf.yaml'), 'name: deaf\nrole: deaf\nmodel: { provider: deaf, price: free }\n');
  const nodes = Array.from({ length: NODES }, (_, i) => `  - { id: n${i}, agent_spec: configs/agents/deaf.yaml }\n`).join('');
  writeFileSync(path.join(folder, 'configs/workflows/wide.yaml'), `name: wide\nadapter_kind: graph\nmax_concurrency: ${NODES}\nnodes:\n${nodes}`);
  return folder;
}

async function startWide(runtime) {
  const handle = startRun(runtime, { workflow: 'configs/workflows/wide.yaml' }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {} });
  const opened = runtime.ledger.db.prepare("SELECT COUNT(*) FROM journal WHERE run = (SELECT key FROM runs WHERE id = ?) AND kind = 'reserved'").pluck();
  while (opened.get(handle.id) < NODES) await new Promise((resolve) => setTimeout(resolve, 5));
  return handle;
}

function assertHalted(runtime, id) {
  const open = runtime.ledger.db.prepare("SELECT COUNT(*) FROM agent_runs_v2 WHERE workflow_run_id = ? AND status <> 'halted'").pluck().get(id);
  const status = runtime.ledger.db.prepare('SELECT status FROM runs WHERE id = ?').pluck().get(id);
  if (open !== 0 || status !== 'halted') throw new Error(`not halted: run ${status}, ${open} open agent runs`);
}

export async function run() {
  const folder = makeWorkspace();
  const runtime = open(folder, [deaf]);
  const other = spawn(process.execPath, [fileURLToPath(import.meta.url), folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  try {
    const here = [];
    const elsewhere = [];
    const noticed = [];
    await lineOf(other);
    for (let i = 0; i < ROUNDS; i++) {
      const own = await startWide(runtime);
      const start = milliseconds();
      halt(runtime, { run: own.id, hold: false });
      here.push(milliseconds() - start);
      assertHalted(runtime, own.id);
      await own.result;

      const foreign = await startWide(runtime);
      const asked = milliseconds();
      other.stdin.write(`${foreign.id}\n`);
      const rows = lineOf(other).then((took) => elsewhere.push(Number(took)));
      await foreign.result;
      noticed.push(milliseconds() - asked);
      await rows;
      assertHalted(runtime, foreign.id);
    }
    console.log(`${machine()}; ${NODES} running nodes that ignore the abort; ${ROUNDS} rounds; synchronous=FULL`);
    for (const [what, times] of [['switch → halted rows, same process', here], ['switch → halted rows, from another process', elsewhere], ['switch in another process → executor has let go', noticed]]) {
      console.log(`${what}: p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`);
      console.log(histogram(times, [10, 20, 30, 50, 100, 150, 250]));
    }
  } finally {
    other.kill();
    runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The other process: reads run ids, halts each, answers with the milliseconds from reading to rows closed. */
async function serve(folder) {
  const runtime = open(folder, []);
  process.stdin.setEncoding('utf8');
  process.stdout.write('ready\n');
  for await (const line of process.stdin) {
    const start = milliseconds();
    halt(runtime, { run: line.trim(), hold: false });
    process.stdout.write(`${milliseconds() - start}\n`);
  }
}

function lineOf(child) {
  return new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data).trim())));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await serve(process.argv[2] ?? '');
