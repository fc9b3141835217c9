import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Workflow } from '../../language/graph/workflow.ts';
import type { Json } from '../../protocol/json.ts';
import type { Adapter, AgentRun, Budget, RunContext, RunSettings } from '../../runtime/durable/context.ts';
import { pathOf } from '../../runtime/durable/context.ts';
import type { Engine, ModelEffect } from '../../runtime/durable/engine.ts';
import { RunDriver } from '../../runtime/durable/run-driver.ts';
import type { DriveEnd } from '../../runtime/durable/run-driver.ts';
import type { KeptAnswers } from '../../runtime/durable/ask-board.ts';
import type { RecordedEnd } from '../../runtime/durable/run-outcome.ts';
import { WirePacker } from '../../runtime/durable/wire-packer.ts';
import { bodyOf, sha256 } from '../../runtime/ledger/event.ts';
import type { JournalEvent } from '../../runtime/ledger/event.ts';
import { openLedger } from '../../runtime/ledger/ledger.ts';
import type { Ledger } from '../../runtime/ledger/ledger.ts';
import type { RunRow } from '../../runtime/ledger/run-store.ts';
import type { ModelRequest } from '../../runtime/models/provider.ts';
import type { ModelOutcome } from '../../runtime/models/router.ts';

/** Hand-built graphs over the real durable core and a real SQLite file; only the model, the clock and the ids are fakes. */

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dagbook-test-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function temporaryLedger(file = join(temporaryFolder(), 'ledger.db')): Ledger {
  const ledger = openLedger(file, { synchronous: 'NORMAL' });
  cleanups.push(() => ledger.close());
  return ledger;
}

/** Ids that sort as they were made. */
export function idMaker(): () => string {
  let n = 0;
  return () => `00000000-0000-7000-8000-${String(++n).padStart(12, '0')}`;
}

export const noWorkflow: Workflow = {
  name: 'by hand', description: '', adapter: 'graph', inputs: {}, nodes: [], edges: [], outputs: null,
  caps: { perNodeMaxTokens: null, perRunMaxTokens: null, perRunMaxUsd: null }, maxConcurrency: 16, haltCheckSeconds: 1,
};

export const plainSettings: RunSettings = {
  models: {}, caps: { tokens: null, micros: null }, children: {}, until: null, pauseAt: [], pins: {}, keep: null, recorded: false,
};

export function adapterOf(walk: (ctx: RunContext) => Promise<Json>): Adapter {
  return { name: 'by hand', revision: '1', walk: (_workflow, ctx) => walk(ctx) };
}

export const freeBudget = (account: string): Budget => ({ account, tokens: null, micros: null, price: { input: 0, output: 0 } });

/** A node with one model call: what most tests walk. */
export async function simpleNode(ctx: RunContext, id: string, prompt: string, budget: Budget = freeBudget(pathOf('nodes', id)), attempt = 1): Promise<{ status: string; text: string }> {
  const path = attempt === 1 ? pathOf('nodes', id) : pathOf('nodes', id, attempt);
  const run: AgentRun = ctx.agentRun(path, { node: id, agent: id, version: null, inputs: { prompt }, model: 'simulated', attempt, iteration: 1, budget });
  const answer = await run.model(`${path}/model/1`, requestOf(prompt));
  if (answer.status === 'ok') {
    run.close({ status: 'completed', output: answer.text, error: null });
    return { status: 'completed', text: answer.text };
  }
  run.close({ status: answer.status, output: null, error: answer.error });
  return { status: answer.status, text: '' };
}

export function requestOf(prompt: string, maxTokens: number | null = null): ModelRequest {
  return { provider: 'simulated', model: '', messages: [{ role: 'user', content: prompt }], temperature: 0.2, maxTokens, outputSchema: null, extras: {} };
}

export function okOutcome(text: string, promptTokens = 10, outputTokens = 5): ModelOutcome {
  return { status: 'ok', text, finish: 'stop', usage: { promptTokens, outputTokens, source: 'reported' }, claimed: null };
}

/** An engine whose model is a function; every call is counted, so that a test can prove that none was made twice. */
export class FakeEngine implements Engine {
  readonly calls: string[] = [];
  readonly steps: string[] = [];
  clock: number;
  onModel: (effect: ModelEffect) => Promise<ModelOutcome> = async (effect) => {
    await Promise.resolve();
    return okOutcome(`answer to ${effect.request.messages[0]?.content ?? ''}`);
  };
  constructor(clock = Date.UTC(2026, 0, 1)) {
    this.clock = clock;
  }
  now(): number {
    return this.clock++;
  }
  random(): number {
    return 0.5;
  }
  model(effect: ModelEffect): Promise<ModelOutcome> {
    this.calls.push(effect.request.messages[0]?.content ?? '');
    return this.onModel(effect);
  }
  tool(): never {
    throw new Error('no tools here');
  }
  recall(): never {
    throw new Error('nothing to recall here');
  }
  async step(work: (signal: AbortSignal) => Promise<Json>, signal: AbortSignal): ReturnType<Engine['step']> {
    try {
      return { status: 'ok', value: await work(signal) };
    } catch (error) {
      return { status: 'error', error: { name: 'States.TaskFailed', message: String(error) } };
    }
  }
  /** Time stands still but for timers, which move it on. */
  async sleep(until: number): Promise<void> {
    await Promise.resolve();
    this.clock = Math.max(this.clock, until);
  }
  child(): never {
    throw new Error('no children here');
  }
}

export interface Started {
  readonly run: RunRow;
  readonly driver: RunDriver;
  readonly end: Promise<DriveEnd>;
  readonly tokens: string[];
}

export interface StartOptions {
  readonly settings?: Partial<RunSettings>;
  readonly prefix?: readonly JournalEvent[];
  readonly kept?: KeptAnswers;
  readonly recordedEnd?: RecordedEnd;
  readonly inputs?: Readonly<Record<string, Json>>;
}

export class World {
  readonly ledger: Ledger;
  readonly newId = idMaker();
  engine: FakeEngine;
  constructor(ledger: Ledger = temporaryLedger(), engine: FakeEngine = new FakeEngine()) {
    this.ledger = ledger;
    this.engine = engine;
  }

  open(options: StartOptions = {}): RunRow {
    const { ledger } = this;
    return ledger.write(() => {
      const content = '{"name":"by hand"}';
      const { version } = ledger.versions.lock('workflow', { name: 'by hand', content, specHash: sha256(content), sourcePath: null }, { at: new Date(this.engine.now()).toISOString(), newId: this.newId });
      return ledger.runs.insert({
        id: this.newId(), workflowName: 'by hand', specVersion: version.key, parentRunId: null, relation: null, inputs: bodyOf(options.inputs ?? {}),
        settings: bodyOf({ ...plainSettings, ...options.settings }), models: 'simulated', modelOverride: null, startedAt: new Date(this.engine.now()).toISOString(),
        experimentId: 'default', testId: null, adapterRevision: '1', prefix: options.prefix ?? [],
      });
    });
  }

  drive(run: RunRow, adapter: Adapter, options: StartOptions & { ledger?: Ledger } = {}): Started {
    const ledger = options.ledger ?? this.ledger;
    const tokens: string[] = [];
    const settings = ledger.runs.settings(run) as RunSettings;
    const facts = { id: run.id, inputs: ledger.runs.inputs(run) as Readonly<Record<string, Json>>, settings, agents: new Map(), checkSchema: () => [] };
    const driver = new RunDriver(run, noWorkflow, adapter, facts, ledger.journal.read(run.key), {
      ledger, engine: this.engine, awake: () => performance.now(), packer: new WirePacker(), owner: 'test:1', newId: this.newId, kept: options.kept ?? null, recordedEnd: options.recordedEnd ?? null,
      committed: () => undefined, token: (_agentRun, text) => tokens.push(text),
    });
    return { run, driver, end: driver.drive(), tokens };
  }

  async run(adapter: Adapter, options: StartOptions = {}): Promise<{ run: RunRow; end: DriveEnd }> {
    const started = this.drive(this.open(options), adapter, options);
    const end = await started.end;
    return { run: this.row(started.run.id), end };
  }

  row(id: string): RunRow {
    const row = this.ledger.runs.byId(id);
    if (row === null) throw new Error(`no run ${id}`);
    return row;
  }

  take(id: string): RunRow {
    const taken = this.ledger.write(() => this.ledger.runs.take(this.row(id), { owner: 'test:2', at: this.engine.now() }));
    if (taken === null) throw new Error('somebody else took the run');
    return taken;
  }

  events(run: { readonly key: number }): JournalEvent[] {
    return this.ledger.journal.read(run.key);
  }
}
