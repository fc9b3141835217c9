import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import { BIN, dagbook, makeWorkspace, plainEnv } from './kit.ts';
import type { Ended } from './kit.ts';

/** What every workspace here is: the tutorial's three agents, without the tutorial's prose. */
export const LOOP = `name: Loop
adapter_kind: graph
inputs:
  lookback_days: { type: integer, default: 30 }
  label: { type: string, default: none }
nodes:
  - id: research
    agent_spec: configs/agents/research_lite.yaml
    inputs: { lookback_days: "{% inputs.lookback_days %}", label: "{% inputs.label %}" }
  - id: selection
    agent_spec: configs/agents/selection_lite.yaml
    depends_on: [research]
  - id: trader
    agent_spec: configs/agents/trader_paper.yaml
    depends_on: [selection]
cost_caps: { per_node_max_tokens: 4000, per_run_max_tokens: 40000, per_run_max_usd: 0.50 }
`;

/** An agent on the simulated model; `extras` says how it behaves, as in the documents. */
export function agent(name: string, extras: Readonly<Record<string, Json>> = {}, rest = ''): string {
  return `name: ${name}\nrole: ${name}\nsystem_prompt: You are ${name}.\nmodel: { provider: simulated, price: { input: 0.25, output: 2.00 }, extras: ${JSON.stringify(extras)} }\n${rest}`;
}

export const AGENTS = {
  'configs/agents/research_lite.yaml': agent('research_lite'),
  'configs/agents/selection_lite.yaml': agent('selection_lite'),
  'configs/agents/trader_paper.yaml': agent('trader_paper'),
};

export const FILES = { 'configs/workflows/loop.yaml': LOOP, ...AGENTS };

/** A workflow `name` whose one node, or chain of them, runs these agents. */
export function chain(name: string, ...agents: readonly string[]): string {
  const nodes = agents.map((one, at) => `  - { id: n${at}, agent_spec: configs/agents/${one}.yaml${at === 0 ? '' : `, depends_on: [n${at - 1}]`} }\n`);
  return `name: ${name}\nadapter_kind: graph\nnodes:\n${nodes.join('')}`;
}

/** `first`, then an agent that never answers and does not hear an abort. */
export const STALLED = {
  ...AGENTS,
  'configs/agents/stalled.yaml': agent('stalled', { stall: true, ignore_abort: true }),
  'configs/workflows/stalled.yaml': chain('Stalled', 'research_lite', 'stalled'),
};

/** Three nodes of which the second takes its time. */
export function slow(ms: number): Readonly<Record<string, string>> {
  return { ...AGENTS, 'configs/agents/slow.yaml': agent('slow', { latency_ms: ms }), 'configs/workflows/slow.yaml': chain('Slow', 'research_lite', 'slow', 'trader_paper') };
}

export const APPROVAL = {
  ...AGENTS,
  'configs/workflows/approve.yaml': `name: Approve
adapter_kind: graph
nodes:
  - { id: draft, agent_spec: configs/agents/research_lite.yaml }
  - id: approve
    task: { goal: Shall we publish? }
    human: { form: { type: object, required: [approved], properties: { approved: { type: boolean } } }, assignees: [ana] }
    depends_on: [draft]
  - { id: publish, agent_spec: configs/agents/trader_paper.yaml, depends_on: [approve] }
`,
};

export interface RunJson {
  readonly run_id: string;
  readonly task_id: string;
  readonly status: string;
  readonly workflow_name: string;
  readonly spec_version_id: string;
  readonly spec_hash: string;
  readonly total_tokens: number;
  readonly total_cost_usd: number;
  readonly output: Json;
  readonly error: { readonly name: string; readonly message: string; readonly path: string | null } | null;
}

export function workspaceOf(files: Readonly<Record<string, string>>): string {
  return makeWorkspace(files);
}

/** Runs a verb with `--json` and reads what it prints, whatever its exit code. */
export async function json<T>(args: readonly string[], folder: string): Promise<T> {
  const { stdout, stderr } = await dagbook([...args, '--json'], folder);
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout) as T;
}

export async function run(folder: string, ...args: readonly string[]): Promise<RunJson> {
  return await json<RunJson>(['run', ...args], folder);
}

export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  kill(signal: NodeJS.Signals): void;
  /** Resolves once stderr holds the text. */
  says(text: string): Promise<void>;
}

/** Starts the built command and leaves it to itself. */
export function start(args: readonly string[], cwd: string): Running {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: plainEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
  return {
    pid: child.pid ?? 0,
    ended,
    kill: (signal) => void child.kill(signal),
    says: async (text) => await eventually(() => stderr.includes(text), `stderr to say "${text}"; it says:\n${stderr}`),
  };
}

export async function eventually(holds: () => boolean | Promise<boolean>, what: string, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited ${ms} ms for ${what}`);
    await pause(10);
  }
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

export function ledgerOf(folder: string): string {
  return path.join(folder, '.dagbook/ledger.db');
}

/** A second, foreign connection to the ledger, as any tool may open one. */
export function openDb(folder: string): Database.Database {
  const db = new Database(ledgerOf(folder), { timeout: 5_000 });
  onTestFinished(() => void db.close());
  return db;
}

export type Row = Readonly<Record<string, unknown>>;

export function rows<T extends object = Row>(folder: string, sql: string, ...values: readonly unknown[]): T[] {
  if (!existsSync(ledgerOf(folder))) return [];
  const db = new Database(ledgerOf(folder), { timeout: 5_000 });
  try {
    return db.prepare(sql).all(...values) as T[];
  } finally {
    db.close();
  }
}

export function count(folder: string, table: string): number {
  return rows<{ n: number }>(folder, `SELECT COUNT(*) AS n FROM ${table}`)[0]?.n ?? 0;
}

export function statusOf(folder: string, id: string): string {
  return rows<{ status: string }>(folder, 'SELECT status FROM workflow_runs WHERE id = ?', id)[0]?.status ?? 'none';
}

/** Every command ends in one line a person can act on, and never in a stack. */
export function expectCleanFailure(ended: Ended, code: number, message: RegExp | string): void {
  expect(ended.stderr).toMatch(message);
  expect(ended).toMatchObject({ code, signal: null });
  expect(ended.stderr + ended.stdout).not.toMatch(/^\s+at /m);
  expect(ended.stderr).not.toContain('internal-error');
}
