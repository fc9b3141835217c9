import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type Database from 'better-sqlite3';
import { afterEach, expect } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import type { Json } from '../../protocol/json.ts';
import { agentRunsOf, Runtime, startRun, stepsOf, verifyLedger } from '../../runtime/index.ts';
import type { AgentRunRow, ModelCall, ModelEvent, ModelProvider, Price, RunHandle, RunResult, RuntimeOptions, StartOptions, StepRow } from '../../runtime/index.ts';
import { memoryWorkspace } from '../language/memory-workspace.ts';
import { temporaryFolder } from './harness.ts';

/** Small workspaces over the public runtime and a real SQLite file; only the model (and where said the clock) is a fake. */

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

export type Reply = string | Promise<string> | AsyncIterable<ModelEvent>;

/** A model that does what a test says, and remembers what it was asked. */
export class ScriptedProvider implements ModelProvider {
  readonly name = 'scripted';
  /** Goals of the calls, in the order they were made. */
  readonly calls: string[] = [];
  price_: Price | 'free' = 'free';
  reply: (goal: string, call: ModelCall, nth: number) => Reply = (goal) => `answer to ${goal}`;

  price(): Price | 'free' {
    return this.price_;
  }

  async *stream(call: ModelCall): AsyncGenerator<ModelEvent, void, undefined> {
    const goal = goalOf(call);
    const nth = this.calls.push(goal);
    const reply = this.reply(goal, call, nth);
    if (typeof reply !== 'string' && Symbol.asyncIterator in reply) {
      yield* reply;
      return;
    }
    yield* honest(call, await reply);
  }

  callsOf(goal: string): number {
    return this.calls.filter((made) => made === goal).length;
  }
}

/** A whole answer with its usage. */
export function* honest(call: ModelCall, text: string): Generator<ModelEvent, void, undefined> {
  yield { type: 'text', text };
  const promptTokens = Math.ceil(call.request.messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0) / 4);
  yield { type: 'usage', usage: { promptTokens, outputTokens: Math.ceil(Buffer.byteLength(text) / 4) } };
  yield { type: 'finish', reason: 'stop' };
}

/** The `goal` of the task that stands in a request; the whole prompt where there is none. */
export function goalOf(call: ModelCall): string {
  const text = call.request.messages.findLast((message) => message.role === 'user' && message.content.startsWith('Task: '))?.content ?? '';
  return /^Task: (.*)$/m.exec(text)?.[1] ?? text;
}

export type Document = Readonly<Record<string, Json>>;

/** A workflow document: nodes with a `task` whose goal is their id, unless they say otherwise. JSON is YAML. */
export function workflow(nodes: readonly (string | Document)[], rest: Document = {}): string {
  const full = nodes.map((node) => (typeof node === 'string' ? { id: node, task: { goal: node } } : 'task' in node || 'human' in node || 'agent_spec' in node || 'workflow' in node ? node : { task: { goal: node['id'] ?? '' }, ...node }));
  return JSON.stringify({ name: 'W', adapter_kind: 'graph', nodes: full, ...rest });
}

/** a → b → c */
export function chain(...ids: readonly string[]): Document[] {
  return ids.map((id, i) => (i === 0 ? { id } : { id, depends_on: [ids[i - 1] ?? ''] }));
}

export interface WorkshopOptions extends Partial<Omit<RuntimeOptions, 'workspace'>> {
  readonly files?: Readonly<Record<string, string>>;
  readonly provider?: ScriptedProvider;
}

export class Workshop {
  readonly provider: ScriptedProvider;
  readonly runtime: Runtime;
  readonly file: string;
  readonly files: Map<string, string>;

  constructor(options: WorkshopOptions = {}) {
    const { files, provider = new ScriptedProvider(), ...rest } = options;
    this.provider = provider;
    this.files = new Map(Object.entries(files ?? {}));
    this.file = options.ledgerFile ?? join(temporaryFolder(), 'ledger.db');
    const read = () => memoryWorkspace(Object.fromEntries(this.files));
    const workspace = { read: (path: string) => read().read(path), list: () => read().list(), settings: read().settings };
    this.runtime = new Runtime({
      synchronous: 'NORMAL', workspace, models: { defaultModel: 'scripted', tiers: {} }, stallMs: 300_000, leaveWaiting: false,
      onBug: (error) => { throw error; }, providers: [provider], ...rest, ledgerFile: this.file,
    });
    cleanups.push(() => this.close());
  }

  #closed = false;
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.runtime.close();
  }

  start(path: string, options: Partial<StartOptions> = {}): RunHandle {
    return startRun(this.runtime, { workflow: path }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {}, ...options });
  }

  /** Locks and runs a workflow given as text, to its end. */
  async run(text: string, options: Partial<StartOptions> = {}): Promise<RunResult> {
    this.files.set('w.workflow.yaml', text);
    return this.start('w.workflow.yaml', options).result;
  }

  launch(text: string, options: Partial<StartOptions> = {}): RunHandle {
    this.files.set('w.workflow.yaml', text);
    return this.start('w.workflow.yaml', options);
  }

  nodes(run: string): AgentRunRow[] {
    return agentRunsOf(this.runtime.ledger.db, run);
  }

  node(run: string, id: string): AgentRunRow {
    const rows = this.nodes(run).filter((row) => row.node_id === id);
    expect(rows, `agent runs of node ${id}`).toHaveLength(1);
    return rows[0] as AgentRunRow;
  }

  statuses(run: string): Record<string, string> {
    return Object.fromEntries(this.nodes(run).map((row) => [row.node_id, row.status]));
  }

  steps(run: string): StepRow[] {
    return stepsOf(this.runtime.ledger.db, run);
  }

  row(sql: string, ...values: readonly (string | number)[]): Record<string, unknown> {
    return (this.runtime.ledger.db.prepare(sql).get(...values) ?? {}) as Record<string, unknown>;
  }

  count(table: string): number {
    return this.runtime.ledger.db.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get() as number;
  }

  events(run: string) {
    return this.runtime.ledger.journal.read(this.runtime.find(run).key);
  }

  status(run: string): string {
    return this.runtime.find(run).status;
  }

  expectSound(): void {
    expect(verifyLedger(this.runtime.ledger.db).problems).toEqual([]);
  }
}

/** Changes what history refuses to have changed, as with a hex editor: no trigger is in the way, and afterwards all are there. */
export function withoutTriggers(db: Pick<Database.Database, 'prepare' | 'exec'>, tamper: () => void): void {
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string; sql: string }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  tamper();
  for (const { sql } of triggers) db.exec(sql);
}

/** A second process's view of a workshop: the same ledger through a runtime of its own. */
export function secondRuntime(shop: Workshop, options: WorkshopOptions = {}): Workshop {
  return new Workshop({ files: Object.fromEntries(shop.files), ...options, ledgerFile: shop.file });
}

export async function until(holds: () => boolean, what: string, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited ${ms} ms in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** A promise that a test settles. */
export function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => { open = resolve; });
  return { open: () => open(), passed };
}

export function collect(handle: RunHandle): Frame[] {
  const frames: Frame[] = [];
  handle.subscribe((frame) => frames.push(frame));
  return frames;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// Real processes.

export interface Orders {
  readonly ledger: string;
  /** Workflow text; needed by `start`. */
  readonly workflow?: string;
  readonly verb: 'start' | 'resume' | 'halt' | 'hold' | 'answer' | 'block';
  readonly run?: string;
  readonly path?: string;
  readonly value?: Json;
  /** One line per model call is appended here before it is made. */
  readonly calls?: string;
  /** How long the model takes: milliseconds. Null = for ever, whatever it is told. */
  readonly delay?: number | null;
  /** A server that is called instead of the model within the process: an address below which OpenAI's API is. */
  readonly openai?: string;
  /** Until this file is there, `block` keeps its event loop busy once its nodes run. */
  readonly block?: string;
}

export interface Message {
  readonly event: string;
  readonly [name: string]: Json;
}

export interface Process {
  readonly child: ChildProcess;
  readonly messages: Message[];
  readonly ended: Promise<number | null>;
  /** The first message of that kind; fails when the process ends without it. */
  message(event: string): Promise<Message>;
}

/** The run a process says it drives. */
export function idIn(message: Message): string {
  const { run } = message;
  if (typeof run !== 'string') throw new Error(`no run in ${JSON.stringify(message)}`);
  return run;
}

const script = join(import.meta.dirname, 'processes', 'worker.ts');

/** A process of its own over the same ledger file. */
export function launchProcess(orders: Orders): Process {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, JSON.stringify(orders)], { stdio: ['ignore', 'pipe', 'pipe'] });
  cleanups.push(() => child.kill('SIGKILL'));
  const messages: Message[] = [];
  let errors = '';
  let ended = false;
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
  createInterface({ input: child.stdout }).on('line', (line) => messages.push(JSON.parse(line) as Message));
  const exit = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      ended = true;
      resolve(code);
    });
  });
  return {
    child, messages, ended: exit,
    async message(event) {
      await until(() => ended || messages.some((message) => message.event === event), `message ${event} of process ${orders.verb}`, 60_000);
      const found = messages.find((message) => message.event === event);
      if (found === undefined) throw new Error(`process ${orders.verb} ended without "${event}": ${JSON.stringify(messages)} ${errors}`);
      return found;
    },
  };
}
