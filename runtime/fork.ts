import { canonicalJson, checkChanged, findDocuments } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import type { KeepPolicy, RunSettings } from './durable/context.ts';
import { isAtOrBelow, pathOf } from './durable/context.ts';
import { lockTarget, noSuchNode, workspaceOf } from './dispatch.ts';
import { copyRecord } from './ledger/copy-record.ts';
import type { JournalEvent } from './ledger/event.ts';
import { sha256 } from './ledger/event.ts';
import type { RunRow } from './ledger/run-store.ts';
import { lockedSpecIn } from './review.ts';
import type { RunHandle } from './run-handle.ts';
import { inputHints, openVersion, readInputs, unlocked } from './run-plan.ts';
import type { FindSpec, LockedWorkflow } from './run-plan.ts';
import type { NewRunRequest, Runtime } from './runtime.ts';

export type ForkPoint =
  /** Keep everything before this step or node, do the rest anew. */
  | { readonly kind: 'from'; readonly path: string }
  /** Do anew only what failed or was skipped. */
  | { readonly kind: 'from-failure' }
  /** One node on its recorded upstream. */
  | { readonly kind: 'only'; readonly path: string };

export interface ForkOptions {
  readonly point: ForkPoint;
  /** `inputs.<name>` of the run, or `nodes.<id>.inputs.<name>` of its workflow, to a new value. */
  readonly set: Readonly<Record<string, Json>>;
  /** Lock the workflow's file and agents as they stand now, instead of the parent's versions. */
  readonly edited: boolean;
}

/** A new run that takes over the beginning of another (rule 24). One that is refused locks nothing. */
export function forkRun(runtime: Runtime, id: string, options: ForkOptions): RunHandle {
  const { ledger } = runtime;
  const changes = readChanges(options.set);
  const parent = runtime.find(id);
  const events = ledger.read(() => ledger.journal.read(parent.key));
  const plan = (base: LockedWorkflow, find: FindSpec): Planned => {
    const locked = withNodeInputs(base, changes, find);
    const point = resolvePoint(options.point, parent.id, locked, events);
    const inputs = readInputs(locked.workflow, { ...runtime.inputsOf(parent), ...runInputs(changes) }, runtime.checkSchema);
    const old = ledger.read(() => ledger.runs.settings(parent)) as RunSettings;
    const changed = options.edited || locked !== base;
    const planned = changed ? runtime.plan(locked, parent.model_override) : old;
    const steering = { pins: old.pins, pauseAt: old.pauseAt, until: point.until ?? old.until };
    refuseLostSteering(locked, steering);
    const settings: RunSettings = { ...planned, ...steering, recorded: false, keep: { run: parent.id, ...point.keep } };
    return { before: point.before, request: { locked, settings, inputs, parent, relation: 'fork', modelOverride: parent.model_override, experimentId: parent.experiment_id, testId: parent.test_id, prefix: [] } };
  };
  const base = options.edited ? lockEdited(runtime, parent, (rehearsed, find) => runtime.refuse(plan(rehearsed, find).request)) : runtime.lockedOf(parent);
  const { before, request } = plan(base, (kind, hash) => ledger.read(() => ledger.versions.byHash(kind, hash)));
  const prefix = before === null ? [] : copyRecord(events, { before, at: runtime.now(), by: runtime.owner, newId: runtime.newId, keepStatus: false });
  // A workflow with changed inputs is locked with its run or not at all.
  const run = ledger.write(() => runtime.insertRun({ ...request, locked: request.locked === base ? base : lockChanged(runtime, request.locked), prefix }));
  return runtime.drive(run, inputHints(request.locked.workflow, runInputs(changes)));
}

interface Planned {
  /** As in `Point`. */
  readonly before: number | null;
  /** Without what is copied. */
  readonly request: NewRunRequest;
}

interface Point {
  /** Seq of the first event that is not copied; null = nothing is copied, answers are only kept. */
  readonly before: number | null;
  readonly keep: Omit<KeepPolicy, 'run'>;
  readonly until: string | null;
}

function resolvePoint(point: ForkPoint, run: string, locked: LockedWorkflow, events: readonly JournalEvent[]): Point {
  switch (point.kind) {
    case 'from-failure':
      if (!events.some((event) => event.kind === 'closed' && event.status !== 'completed')) throw new DagbookError('path-not-found', 'Nothing failed or was skipped in this run. Name a step with --from.');
      return { before: null, keep: { which: 'completed', except: null, before: null }, until: null };
    case 'from': {
      const path = stepPath(point.path, run, locked, events);
      const first = firstBelow(events, path);
      const asks = events.some((event) => event.seq === first && (event.kind === 'opened' || event.kind === 'asked'));
      // What was asked before the next answer came was in flight beside a step that asks, and cannot depend on it. A check or
      // an output waits for nothing: what comes after it may.
      const answered = asks ? (events.find((event) => event.kind === 'done' && event.seq > (first ?? 0))?.seq ?? null) : first;
      return { before: first, keep: { which: 'in-flight', except: path, before: answered }, until: null };
    }
    case 'only': {
      const path = stepPath(point.path, run, locked, events);
      const node = path.split('/').slice(0, 2).join('/');
      if (!locked.workflow.nodes.some(({ id }) => pathOf('nodes', id) === node)) throw noSuchNode(locked, point.path);
      return { before: null, keep: { which: 'all', except: path, before: null }, until: node };
    }
  }
}

/** A path of the journal; a bare node id means that node. */
function stepPath(given: string, run: string, locked: LockedWorkflow, events: readonly JournalEvent[]): string {
  const path = locked.workflow.nodes.some(({ id }) => id === given) ? pathOf('nodes', given) : given;
  if (firstBelow(events, path) !== null) return path;
  const nodes = [...new Set(events.flatMap((event) => (event.kind === 'opened' ? [event.path] : [])))];
  throw new DagbookError('path-not-found', (command) => `The run has no step at "${given}". Its nodes: ${nodes.join(', ')}. See all steps with: ${command('show', run, '--steps')}`);
}

/** Seq of the first event that is this step, or belongs to it. */
function firstBelow(events: readonly JournalEvent[], path: string): number | null {
  const opened = new Map(events.flatMap((event) => (event.kind === 'opened' ? [[event.seq, event.path] as const] : [])));
  return events.find((event) => {
    const step = stepOf(event, opened);
    return step !== null && isAtOrBelow(step, path);
  })?.seq ?? null;
}

/** The path under which `show --steps` lists an event; null = it is no step. */
function stepOf(event: JournalEvent, opened: ReadonlyMap<number, string>): string | null {
  switch (event.kind) {
    case 'opened':
    case 'asked':
    case 'note':
      return event.path;
    case 'closed':
      return `${opened.get(event.ref) ?? ''}/output`;
    default:
      return null;
  }
}

/** What `set` says, taken apart. `node` null: an input of the run. */
interface Change {
  readonly node: string | null;
  readonly name: string;
  readonly path: string;
  readonly value: Json;
}

function readChanges(set: ForkOptions['set']): readonly Change[] {
  return Object.entries(set).map(([path, value]) => {
    const [, node = null, name] = /^(?:nodes\.([^.]+)\.)?inputs\.([^.]+)$/.exec(path) ?? [];
    if (name === undefined) throw new DagbookError('usage', `--set takes inputs.NAME=VALUE or nodes.ID.inputs.NAME=VALUE; "${path}" is neither. For other changes edit the files and fork with --edited.`);
    return { node, name, path, value };
  });
}

function runInputs(changes: readonly Change[]): JsonObject {
  return Object.fromEntries(changes.filter(({ node }) => node === null).map(({ name, value }) => [name, value]));
}

function lockEdited(runtime: Runtime, parent: RunRow, refuse: Parameters<typeof lockTarget>[3]): LockedWorkflow {
  const { version } = runtime.lockedOf(parent);
  const { name, source_path: path } = version;
  // One file may hold several; the only one of a file may be called something else by now.
  const isNamed = findDocuments(workspaceOf(runtime), 'workflow').some((document) => document.path === path && document.name === name);
  return lockTarget(runtime, { workflow: path ?? name, ...(path !== null && isNamed ? { name } : {}) }, parent.model_override, refuse).locked;
}

/** What steers the parent at nodes that its edited workflow does not have would be passed over, or leave nothing to do. */
function refuseLostSteering({ workflow }: LockedWorkflow, { until, pauseAt, pins }: Pick<RunSettings, 'until' | 'pauseAt' | 'pins'>): void {
  const known = new Set(['*', ...workflow.nodes.map(({ id }) => pathOf('nodes', id))]);
  const lost = [...(until === null ? [] : [['until', until]]), ...pauseAt.map((path) => ['pause-at', path]), ...Object.keys(pins).map((path) => ['pin', path])].filter(([, path = '']) => !known.has(path));
  if (lost.length === 0) return;
  const words = lost.map(([option = '', path = '']) => `--${option} ${path}`).join(', ');
  throw new DagbookError('path-not-found', (command) => `The run to fork was started with ${words}, and ${workflow.name} has no such node any more. Run it anew as you want it now: ${command('run', workflow.name)}`);
}

/** The workflow with new `inputs` of some nodes, as it will be once it is locked; the same value when nothing changes. */
function withNodeInputs(base: LockedWorkflow, changes: readonly Change[], find: FindSpec): LockedWorkflow {
  const edits = changes.filter(({ node }) => node !== null);
  if (edits.length === 0) return base;
  const content = JSON.parse(base.version.content) as { readonly nodes?: { id: string; inputs?: Record<string, Json> }[] };
  for (const { node: id, name, value } of edits) {
    const node = content.nodes?.find((candidate) => candidate.id === id);
    if (node === undefined) throw noSuchNode(base, id ?? '');
    node.inputs = { ...node.inputs, [name]: value };
  }
  const text = canonicalJson(content);
  const [mistake] = checkChanged(base.version.content, text, { sha256, lockedSpec: (hash) => lockedSpecIn(find, hash) });
  if (mistake !== undefined) throw new DagbookError('document-invalid', `[${mistake.code}] ${mistake.message} (with ${edits.map(({ path, value }) => `--set ${path}=${JSON.stringify(value)}`).join(' ')})`);
  return openVersion({ versions: { byHash: find } }, unlocked({ name: base.version.name, content: text, specHash: sha256(text), sourcePath: base.version.source_path }));
}

/** The caller holds the transaction. */
function lockChanged(runtime: Runtime, locked: LockedWorkflow): LockedWorkflow {
  const { name, content, spec_hash: specHash, source_path: sourcePath } = locked.version;
  const { version } = runtime.ledger.versions.lock('workflow', { name, content, specHash, sourcePath }, { at: runtime.iso(), newId: runtime.newId });
  return { ...locked, version };
}
