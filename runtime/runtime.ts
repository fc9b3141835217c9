import type { McpServer, Workspace } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { RunRelation } from '../protocol/run-records.ts';
import { createSchemaCheck } from './agents/json-schema.ts';
import type { SchemaCheck } from './agents/json-schema.ts';
import { graphAdapter } from './adapters/graph.ts';
import { createEmbeddedEngine } from './durable/embedded-engine.ts';
import type { Adapter, Outcome, RecallQuery, RunSettings } from './durable/context.ts';
import type { ChildEffect } from './durable/engine.ts';
import { RunDriver } from './durable/run-driver.ts';
import type { DriveEnd, DriverPorts } from './durable/run-driver.ts';
import { createAwakeClock } from './durable/awake-clock.ts';
import { isFree, isOpen, processName, takeRun } from './durable/lease.ts';
import { Supervisor } from './durable/supervisor.ts';
import { BROKEN_OFF } from './durable/run-journal.ts';
import { WirePacker } from './durable/wire-packer.ts';
import { bodyOf } from './ledger/event.ts';
import type { ErrorData, EventOf, JournalEvent } from './ledger/event.ts';
import { createFrameReader } from './ledger/frames.ts';
import { openLedger } from './ledger/ledger.ts';
import type { Ledger } from './ledger/ledger.ts';
import { memoriesOf } from './ledger/memories.ts';
import type { Memory } from './ledger/memories.ts';
import type { RunRow } from './ledger/run-store.ts';
import type { SqliteDriver, Synchronous } from './ledger/sqlite.ts';
import type { ModelSettings } from './models/choose-model.ts';
import type { ModelProvider } from './models/provider.ts';
import { createProviders } from './models/create-providers.ts';
import { createModelRouter } from './models/router.ts';
import { createSecrets } from './models/secrets.ts';
import type { Secrets } from './models/secrets.ts';
import { recall } from './tools/recall.ts';
import { createToolHost } from './tools/tool-host.ts';
import { driveChild } from './child-run.ts';
import { createLockCache } from './lock-cache.ts';
import { idMaker } from './new-id.ts';
import { keptAnswers } from './kept-answers.ts';
import { findRun } from './review.ts';
import { openQuestions } from './open-questions.ts';
import { FrameFan } from './run-handle.ts';
import type { Question, RunHandle, RunResult } from './run-handle.ts';
import { sendSpans } from './telemetry/otlp.ts';
import type { OtlpTarget } from './telemetry/otlp.ts';
import { runSpans } from './telemetry/run-spans.ts';
import { learnSecrets, modelsInWords, openVersion, planRun } from './run-plan.ts';
import type { LockedWorkflow, PlanOptions } from './run-plan.ts';

export interface RuntimeOptions {
  readonly ledgerFile: string;
  readonly synchronous: Synchronous;
  /** Null where nothing is read from files (resume, replay, review). */
  readonly workspace: Workspace | null;
  readonly models: ModelSettings;
  /** A running run without a step or a token for so long is halted: milliseconds. */
  readonly stallMs: number;
  /** Beside the built-in ones, or in place of one of the same name. */
  readonly providers?: readonly ModelProvider[];
  /** Where the workspace is on the disk: an absolute path. Absent = nowhere, and agents with tools or retrieval cannot run. */
  readonly folder?: string;
  /** Tool servers of the settings, for agents that name their tools. */
  readonly servers?: readonly McpServer[];
  /** Keys and the like, by name, and what keeps them out of everything that is written or shown; absent = there are none. */
  readonly secrets?: Secrets;
  /** Per provider: where its calls go when an agent names no `base_url`. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** Per provider: the address of a model profile that is in use now; none of our keys goes there. */
  readonly profileEndpoints?: () => Readonly<Record<string, string>>;
  /** Where the spans of runs that end here are sent; absent = nowhere. */
  readonly otlp?: OtlpTarget | null;
  /** Told why spans could not be sent: that is no reason for a run to fail. */
  readonly onTelemetryFailure?: (why: string) => void;
  /** Milliseconds since the epoch; the machine's clock unless a test says otherwise. */
  readonly now?: () => number;
  /** Milliseconds without those the machine slept; as above. */
  readonly awake?: () => number;
  readonly newId?: () => string;
  /** What the ledger is opened with; absent = better-sqlite3, from its package. */
  readonly driver?: SqliteDriver | undefined;
  /** Told of every run this process begins to drive, child runs included. */
  readonly onDrive?: (handle: RunHandle) => void;
  /** For bugs that belong to no run. */
  readonly onBug?: (error: unknown) => void;
  /** End a drive when its run waits for a person, leaving it in the ledger (the command line); the editor stays. */
  readonly leaveWaiting: boolean;
}

export interface NewRunRequest {
  readonly locked: LockedWorkflow;
  readonly settings: RunSettings;
  readonly inputs: JsonObject;
  readonly parent: RunRow | null;
  readonly relation: RunRelation | null;
  readonly modelOverride: string | null;
  readonly experimentId: string;
  readonly testId: string | null;
  readonly prefix: readonly JournalEvent[];
  /** Given to a child run by its parent. */
  readonly id?: string;
}

/** What a run is given, as its JSON says it. */
interface RunOpening {
  readonly inputs: JsonObject;
  readonly settings: RunSettings;
}

/** Everything the verbs stand on: one open ledger, the engine, and the runs this process drives. */
export class Runtime {
  readonly ledger: Ledger;
  readonly options: RuntimeOptions;
  readonly providers: ReadonlyMap<string, ModelProvider>;
  readonly checkSchema: SchemaCheck;
  readonly now: () => number;
  readonly newId: () => string;
  /** `user@host:pid`: who drives, and who halts. */
  readonly owner: string;
  readonly supervisor: Supervisor;
  readonly secrets: Secrets;
  readonly locks = createLockCache();
  readonly #awake: () => number;
  readonly #engine;
  readonly #packer = new WirePacker();
  readonly #tools;
  readonly #sending = new Set<Promise<void>>();
  #closed = false;
  readonly #versions = new Map<number, LockedWorkflow>();
  /** What the runs opened here were opened with, as it was written: whoever drives them need not read it back. */
  readonly #opened = new WeakMap<RunRow, RunOpening>();

  constructor(options: RuntimeOptions) {
    this.options = options;
    this.ledger = openLedger(options.ledgerFile, { synchronous: options.synchronous, driver: options.driver });
    this.secrets = options.secrets ?? createSecrets(() => null);
    const { value: secret, redactor } = this.secrets;
    this.providers = new Map([...createProviders({ ...options, secret, redactor }), ...(options.providers ?? [])].map((provider) => [provider.name, provider]));
    this.checkSchema = createSchemaCheck();
    this.now = options.now ?? Date.now;
    this.#awake = options.awake ?? createAwakeClock();
    this.newId = options.newId ?? idMaker(this.now);
    this.owner = processName();
    this.supervisor = new Supervisor({ ledger: this.ledger, packer: this.#packer, now: this.now, awake: this.#awake, stallMs: () => options.stallMs, onBug: options.onBug ?? (() => undefined) });
    this.#tools = createToolHost({ folder: () => options.folder ?? null, secret, redactor });
    this.#engine = createEmbeddedEngine({
      router: createModelRouter(this.providers), redactor, now: this.now, tool: (effect) => this.#tools.run(effect), recall: (query, run) => this.#recall(query, run), child: (call) => driveChild(this, call),
    });
  }

  /** The inputs a run was started with. Throws body-pruned. */
  inputsOf(run: RunRow): JsonObject {
    const inputs = this.ledger.read(() => this.ledger.runs.inputs(run)) as JsonObject | null;
    if (inputs === null) throw new DagbookError('body-pruned', `The inputs of run ${run.id} have been pruned, so it can be looked at, but not run again. Start its workflow anew.`);
    return inputs;
  }

  iso(): string {
    return new Date(this.now()).toISOString();
  }

  /** The one run an id, or the beginning of one, means. */
  find(id: string): RunRow {
    return findRun(this.ledger, id);
  }

  /** The locked workflow of a run, from the ledger alone. */
  lockedOf(run: { readonly spec_version: number }): LockedWorkflow {
    const known = this.#versions.get(run.spec_version);
    if (known !== undefined) return known;
    const version = this.ledger.read(() => this.ledger.versions.byKey('workflow', run.spec_version));
    if (version === null) throw new DagbookError('version-missing', `The workflow version of this run is not in ${this.ledger.file}.`);
    const locked = this.ledger.read(() => openVersion(this.ledger, version));
    this.#versions.set(run.spec_version, locked);
    return locked;
  }

  /** Throws what speaks against a run though its documents and inputs are right: a secret in it, or a hold. */
  refuse(request: NewRunRequest): void {
    this.#refuseSecrets(request);
    if (this.ledger.held()) throw new DagbookError('run-held', (command) => `New runs are on hold in this ledger. Release it with: ${command('halt', '--release')}`);
  }

  /** Inserts a pending run; the caller holds the transaction. Throws what `refuse` does. */
  insertRun(request: NewRunRequest): RunRow {
    this.refuse(request);
    const inputs = bodyOf(request.inputs);
    const settings = bodyOf(request.settings);
    const run = this.ledger.runs.insert({
      id: request.id ?? this.newId(), workflowName: request.locked.workflow.name, specVersion: request.locked.version.key,
      parentRunId: request.parent?.id ?? null, relation: request.relation, inputs, settings,
      models: modelsInWords(request.settings), modelOverride: request.modelOverride, startedAt: this.iso(), experimentId: request.experimentId, testId: request.testId,
      adapterRevision: revisionOf(adapterOf(request.locked)), prefix: request.prefix,
    });
    this.#opened.set(run, { inputs: JSON.parse(inputs.text) as JsonObject, settings: JSON.parse(settings.text) as RunSettings });
    return run;
  }

  /** What people and documents say is recorded as it is, so it must hold no secret. */
  #refuseSecrets({ locked, inputs, settings }: NewRunRequest): void {
    const { secrets } = this;
    const given = secrets.nameIn(inputs) ?? secrets.nameIn(settings.pins);
    if (given !== null) throw new DagbookError('inputs-invalid', `The inputs or pinned outputs of this run hold the value of the secret ${given}, and they are recorded. Leave it out: servers and models get secrets by name.`);
    const set = secrets.nameIn(settings as unknown as Json);
    if (set !== null) throw new DagbookError('settings-invalid', `The settings of this run, such as an address or a tool server, hold the value of the secret ${set}, and they are recorded. Name the secret instead ({secret: NAME}).`);
    this.refuseSecretsIn([locked.version, ...[...locked.children.values()].map(({ version }) => version)]);
  }

  /** Before a document is locked for ever. Throws document-invalid. */
  refuseSecretsIn(specs: readonly { readonly name: string; readonly content: string }[]): void {
    for (const { name, content } of specs) {
      const found = this.secrets.nameIn(content);
      if (found !== null) throw new DagbookError('document-invalid', `The document ${name} holds the value of the secret ${found}, and documents are locked into the ledger. Revoke it if anybody else has the file, and name it instead ({secret: ${found}}).`);
    }
  }

  /** Drives a run that this process has opened or taken. */
  drive(run: RunRow, notes: readonly string[] = [], parent: ChildEffect | null = null): RunHandle {
    const locked = this.lockedOf(run);
    const history = run.next_seq === 0 ? [] : this.ledger.read(() => this.ledger.journal.read(run.key));
    const { inputs, settings } = this.#opened.get(run) ?? { inputs: this.inputsOf(run), settings: this.ledger.read(() => this.ledger.runs.settings(run)) as RunSettings };
    if (!settings.recorded) learnSecrets(locked, settings, this.providers, this.secrets.value);
    const adapter = adapterOf(locked);
    const fan = new FrameFan(createFrameReader(run), run.next_seq, (before) => this.ledger.read(() => this.ledger.journal.read(run.key, 0, before)), this.options.onBug ?? (() => undefined));
    const facts = { id: run.id, inputs, settings, agents: locked.agents, checkSchema: this.checkSchema };
    const ports: DriverPorts = {
      ledger: this.ledger, engine: this.#engine, awake: this.#awake, packer: this.#packer, owner: this.owner, newId: this.newId, kept: keptAnswers(this.ledger, settings.keep), recordedEnd: settings.recorded ? this.#recordedEnd(run) : null,
      committed: (events) => {
        fan.committed(events);
        if (parent !== null && events.some((event) => event.kind === 'status')) parent.onWaiting(driver.waiting);
        if (parent === null && this.options.leaveWaiting && driver.waiting && this.#questionsOf(run, driver).length > 0) driver.abandon();
      },
      token: (agentRun, text) => fan.token(agentRun, text, this.now()),
    };
    const driver = new RunDriver(run, locked.workflow, adapter, facts, history, ports);
    const lookMs = locked.workflow.haltCheckSeconds * 1_000;
    const result = this.supervisor.drive(driver, lookMs).finally(() => this.#tools.endRun(run.id)).then((end) => (this.#closed ? new Promise<RunResult>(() => undefined) : this.#resultOf(run, end, driver, fan)));
    const handle: RunHandle = { id: run.id, workflow: run.workflow_name, notes, result, subscribe: (listener) => fan.subscribe(listener) };
    this.options.onDrive?.(handle);
    return handle;
  }

  /** True when nobody drives this run: neither anybody alive, nor this process, though its own lease may still be young. */
  isFree(run: RunRow): boolean {
    return isFree(run, this.now()) || (isOpen(run) && this.supervisor.hasDropped(run));
  }

  /** Takes an interrupted or waiting run over and drives it on. */
  resume(run: RunRow, notes: readonly string[] = [], parent: ChildEffect | null = null): RunHandle {
    // Whatever cannot be gone on with is found out before anybody holds it.
    const revision = revisionOf(adapterOf(this.lockedOf(run)));
    const taken = takeRun(this.ledger, run, this.owner, this.now(), (current) => parent !== null || this.supervisor.hasDropped(current));
    const changed = taken.adapter_revision === revision ? [] : [`This run was begun by ${taken.adapter_revision}; it goes on with ${revision} and stops if the two differ in what they do.`];
    return this.drive(taken, [...notes, ...changed], parent);
  }

  resultOf(id: string): RunResult {
    const run = this.find(id);
    return this.#result(run, []);
  }

  /** Resolves once the spans of the runs that have ended are sent, or given up. */
  async telemetrySent(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending);
  }

  #sendSpans(run: RunRow): void {
    const { otlp, onTelemetryFailure } = this.options;
    if (otlp === undefined || otlp === null || isOpen(run)) return;
    const spans = this.ledger.read(() => runSpans({ ...run, spec_hash: this.lockedOf(run).version.spec_hash }, this.ledger.journal.read(run.key)));
    const sending = sendSpans(otlp, spans).then((why) => {
      this.#sending.delete(sending);
      if (why !== null) onTelemetryFailure?.(why);
    });
    this.#sending.add(sending);
  }

  /** Lets go of every run, so that another process may take it up at once, and closes. */
  release(): void {
    try {
      this.supervisor.release();
    } finally {
      this.close();
    }
  }

  /** Stops driving; results that are not there by now never come. The leases end when nobody has renewed them for a while. */
  close(): void {
    this.#closed = true;
    this.supervisor.stop();
    void this.#tools.close();
    this.ledger.close();
  }

  /** What enriches a prompt. Read once: a resumed or replayed run gets what was recorded. */
  #recall(query: RecallQuery, run: string): Promise<Outcome> {
    const memories = (role: string, most: number): readonly Memory[] => this.ledger.read(() => memoriesOf(this.ledger.db, role, run, most));
    return recall(query, { folder: this.options.folder ?? null, memories });
  }

  #recordedEnd(run: RunRow): DriverPorts['recordedEnd'] {
    const { ledger } = this;
    const parent = ledger.read(() => ledger.runs.byId(run.parent_run_id ?? ''));
    if (parent === null || isOpen(parent)) throw new DagbookError('run-open', 'The run this one replays from has not ended.');
    const last = ledger.read(() => ledger.journal.last(parent.key));
    const broken = ledger.read(() => ledger.journal.read(parent.key)).flatMap((event) => (event.kind === 'closed' && event.data.forced === true ? [usedBy(event)] : []));
    return { status: parent.status as 'completed', error: parent.error === null ? null : (JSON.parse(parent.error) as ErrorData), outputHash: last?.kind === 'ended' && last.response?.pruned === false ? last.response.hash : null, broken };
  }

  /** Models and prices as for any run, with the parent's override; caps no wider than what the parent set aside. */
  plan(locked: LockedWorkflow, override: string | null, how: Pick<PlanOptions, 'until' | 'pauseAt' | 'pins'> = { until: null, pauseAt: [], pins: {} }): RunSettings {
    return planRun(locked, { override, models: this.options.models, providers: this.providers, servers: this.options.servers ?? [], secret: this.secrets.value, ...how });
  }

  #questionsOf(run: RunRow, driver: RunDriver): Question[] {
    const own = driver.openQuestions().map((asked) => ({ run: run.id, path: asked.path, request: JSON.parse(asked.request.text) as Json }));
    const children = driver.openChildren().flatMap((id) => {
      const child = this.supervisor.driverOf(id);
      return child === null ? [] : this.#questionsOf(child.run, child);
    });
    return [...own, ...children];
  }

  /** From the ledger: when a drive is over, its children have been let go of too. */
  #questionsIn(run: RunRow): Question[] {
    const { ledger } = this;
    const own = openQuestions(ledger.read(() => ledger.journal.read(run.key))).map((asked) => ({ run: run.id, path: asked.path, request: JSON.parse(asked.request.text) as Json }));
    const children = ledger.read(() => ledger.runs.children(run.id)).filter((child) => child.relation === 'child' && isOpen(child));
    return [...own, ...children.flatMap((child) => this.#questionsIn(child))];
  }

  #resultOf(run: RunRow, end: DriveEnd, driver: RunDriver, fan: FrameFan): RunResult {
    if (end.kind === 'ended') {
      this.#haltLeftBehind(driver);
      if (this.options.otlp !== undefined) this.#sendSpans(this.find(run.id));
      const { version } = this.lockedOf(run);
      const { status, output, error, tokens, micros } = end.outcome;
      return { run_id: run.id, task_id: run.id, status, workflow_name: run.workflow_name, spec_version_id: version.id, spec_hash: version.spec_hash, total_tokens: tokens, total_cost_micros: micros, output, error, questions: [] };
    }
    const row = this.find(run.id);
    // Whoever ended the run wrote the last rows: the listeners hear of those too.
    fan.committed(this.ledger.read(() => this.ledger.journal.read(run.key, driver.nextSeq)));
    this.#sendSpans(row);
    return this.#result(row, row.status === 'waiting' ? this.#questionsIn(row) : []);
  }

  /** A run that fails as a whole may end before its children: nobody else would ever end them. */
  #haltLeftBehind(driver: RunDriver): void {
    const children = driver.openChildren();
    if (children.length > 0) this.ledger.halt(children.map((id) => ({ id })), this.now(), BROKEN_OFF, this.supervisor.openWires());
  }

  #result(row: RunRow, questions: readonly Question[]): RunResult {
    const version = this.ledger.read(() => this.ledger.versions.byKey('workflow', row.spec_version));
    return {
      run_id: row.id, task_id: row.id, status: row.status, workflow_name: row.workflow_name, spec_version_id: version?.id ?? '', spec_hash: version?.spec_hash ?? '',
      total_tokens: row.total_tokens, total_cost_micros: row.total_cost_micros, output: this.ledger.read(() => this.ledger.runs.output(row)) as Json,
      error: row.error === null ? null : (JSON.parse(row.error) as ErrorData), questions,
    };
  }
}

function adapterOf(locked: LockedWorkflow): Adapter {
  const { adapter, name } = locked.workflow;
  if (adapter === 'graph') return graphAdapter;
  throw new DagbookError('not-runnable-yet', `${name} is a ${adapter} workflow; this version runs graph workflows.`);
}

/** What an agent run stands for: what it was charged, and what was served to it from another record. */
function usedBy({ tokens, micros, data }: EventOf<'closed'>): { readonly tokens: number; readonly micros: number } {
  return { tokens: tokens + (data.served?.tokens ?? 0), micros: micros + (data.served?.micros ?? 0) };
}

function revisionOf(adapter: Adapter): string {
  return `${adapter.name}/${adapter.revision}`;
}
