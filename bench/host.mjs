// The runtime host over a ledger of many runs: its start, its pages, and how soon it tells of what another process does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startHost } from '../client/host/host-connection.ts';
import { openRun, Runtime } from '../runtime/index.ts';
import { fillRuns } from './list.mjs';
import { machine, milliseconds, quantile, root } from './shared.mjs';

const RUNS = Number(process.env.BENCH_HOST_RUNS ?? 100_000);
const SETTINGS = { synchronous: 'NORMAL', defaultModel: 'simulated', tiers: {}, prices: {}, agents: {}, workflowGlobs: [], stallSeconds: 300, secrets: {} };
const PROMPT = 'name: solo\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: Say hello. } }\n';

export async function run() {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-bench-'));
  const ledgerFile = path.join(folder, 'ledger.db');
  const workspace = { settings: { agents: {}, workflowGlobs: [] }, list: () => [], read: () => ({ kind: 'missing' }) };
  const elsewhere = new Runtime({ ledgerFile, synchronous: 'NORMAL', workspace, models: { defaultModel: 'simulated', tiers: {} }, stallMs: 300_000, leaveWaiting: false });
  fillRuns(elsewhere.ledger, RUNS);
  const started = milliseconds();
  const host = startHost({ execPath: process.execPath, script: path.join(root, 'dist/host.mjs'), env: process.env, log: console.error });
  try {
    await host.call('open', { ...SETTINGS, workspace: folder, ledgerFile });
    console.log(`${machine()}; ${RUNS.toLocaleString('en')} runs`);
    console.log(`fork, load, open: ${(milliseconds() - started).toFixed(0)} ms`);
    const page = (more) => host.call('runs', { limit: 50, cursor: null, status: null, workflow: null, ...more });
    const middle = elsewhere.ledger.db.prepare('SELECT id FROM runs WHERE key = ?').pluck().get(RUNS / 2);
    await report('first page of 50', 100, () => page({}));
    await report('50 from the middle', 100, () => page({ cursor: middle }));
    await report('50 of one workflow in twenty', 100, () => page({ workflow: 'w7' }));
    await report('a status nobody has', 5, () => page({ status: 'halted' }));
    await report('last runs of 20 workflows, the first time', 1, () => host.call('lastRuns', { workflows: Array.from({ length: 20 }, (_, i) => `w${i}`) }));
    await report('last runs of 20 workflows', 100, () => host.call('lastRuns', { workflows: Array.from({ length: 20 }, (_, i) => `w${i}`) }));
    await notice(host, elsewhere);
    await haltAcross(host, folder, ledgerFile);
    const before = await cpuOf(host.pid);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    console.log(`idle: ${((await cpuOf(host.pid)) - before) / 5} ms of processor time per second`);
  } finally {
    host.dispose();
    elsewhere.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function report(what, times, work) {
  const took = [];
  for (let n = 0; n < times; n++) {
    const start = milliseconds();
    await work();
    took.push(milliseconds() - start);
  }
  console.log(`${what}: p50 ${quantile(took, 0.5).toFixed(2)} ms, p95 ${quantile(took, 0.95).toFixed(2)} ms`);
}

/** From a run's row, committed by this process, to the event that tells of it. */
async function notice(host, elsewhere) {
  const took = [];
  for (let n = 0; n < 50; n++) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
    const { run } = openRun(elsewhere, { workflow: 'solo.workflow.yaml', text: PROMPT }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {} });
    const start = milliseconds();
    await new Promise((resolve) => {
      const stop = host.onEvent((event) => {
        if (event.kind !== 'runs-changed' || !event.runs.some(({ id }) => id === run.id)) return;
        stop();
        resolve();
      });
    });
    took.push(milliseconds() - start);
  }
  console.log(`a run of another process is told of: p50 ${quantile(took, 0.5).toFixed(0)} ms, p95 ${quantile(took, 0.95).toFixed(0)} ms, at most ${Math.max(...took).toFixed(0)} ms`);
}

/** A run that another window drives, whose model never answers and hears no abort: from the switch here to both windows saying so. */
async function haltAcross(host, folder, ledgerFile) {
  const other = startHost({ execPath: process.execPath, script: path.join(root, 'dist/host.mjs'), env: process.env, log: console.error });
  await other.call('open', { ...SETTINGS, workspace: folder, ledgerFile });
  const stalled = 'name: stalled\nadapter_kind: graph\nnodes:\n  - { id: a, agent_spec: stalled.agent.yaml }\n';
  writeFileSync(path.join(folder, 'stalled.agent.yaml'), 'name: stalled\nrole: custom\nsystem_prompt: Wait.\nmodel: { provider: simulated, extras: { stall: true, ignore_abort: true } }\n');
  const [answered, told] = [[], []];
  for (let n = 0; n < 30; n++) {
    const { run } = await other.call('run', { target: { workflow: 'stalled.workflow.yaml', text: stalled }, inputs: {}, model: null, until: null, pauseAt: [], pins: {}, experiment: null, test: null });
    await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 100));
    const heard = new Promise((resolve) => {
      const stop = other.onEvent((event) => {
        if (event.kind !== 'runs-changed' || !event.runs.some(({ id, status }) => id === run.id && status === 'halted')) return;
        stop();
        resolve();
      });
    });
    const start = milliseconds();
    await host.call('halt', { run: run.id, hold: false });
    answered.push(milliseconds() - start);
    await heard;
    told.push(milliseconds() - start);
  }
  other.dispose();
  console.log(`a run of another window is halted: p50 ${quantile(answered, 0.5).toFixed(0)} ms, p95 ${quantile(answered, 0.95).toFixed(0)} ms; that window says so: p50 ${quantile(told, 0.5).toFixed(0)} ms, p95 ${quantile(told, 0.95).toFixed(0)} ms, at most ${Math.max(...told).toFixed(0)} ms`);
}

/** Milliseconds of processor time a process has used, where the system says so. */
async function cpuOf(pid) {
  const { readFile } = await import('node:fs/promises');
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? Number.NaN : (Number(fields[11]) + Number(fields[12])) * 10;
}
