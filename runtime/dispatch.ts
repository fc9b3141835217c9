import { ancestors, findDocuments, graphOf, lockAgent, lockWorkflow, nearestWord } from '../language/index.ts';
import type { Diagnostic, LockSource, SpecToLock, Workflow, Workspace } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { pathOf } from './durable/context.ts';
import type { RunSettings } from './durable/context.ts';
import { DocumentsInvalid } from './documents-invalid.ts';
import { sha256 } from './ledger/event.ts';
import type { RunRow } from './ledger/run-store.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { SpecVersion } from './ledger/version-store.ts';
import { parseModel } from './models/choose-model.ts';
import { lockedSpecOf } from './review.ts';
import type { RunHandle } from './run-handle.ts';
import { readOnce, type KnownLock } from './lock-cache.ts';
import { inputHints, openVersion, readInputs, unlocked } from './run-plan.ts';
import type { FindSpec, LockedWorkflow } from './run-plan.ts';
import type { NewRunRequest, Runtime } from './runtime.ts';

/** What is to be run: a file of the workspace (or an editor's unsaved text of it), or a workflow by name. */
export interface RunTarget {
  /** A workspace-relative path or a workflow's name. */
  readonly workflow: string;
  readonly text?: string;
  /** Which document of the file, by its name; absent = the only one of its kind. */
  readonly name?: string;
}

export interface StartOptions {
  /** As given; or worked out from what the workflow declares, as often as it is asked for. */
  readonly inputs: JsonObject | ((declared: Workflow['inputs']) => JsonObject);
  /** `provider` or `provider:model`, for every agent of the run. */
  readonly model: string | null;
  readonly experiment: string | null;
  readonly test: string | null;
  /** Node ids or paths. */
  readonly until: string | null;
  readonly pauseAt: readonly string[];
  readonly pins: Readonly<Record<string, Json>>;
}

export interface Snapshot {
  readonly kind: 'workflow' | 'agent';
  readonly name: string;
  readonly spec_id: string;
  readonly version_id: string;
  readonly version: number;
  readonly spec_hash: string;
  /** False when this very content was locked before. */
  readonly created: boolean;
}

/** Locks a document and everything it refers to; runs nothing. The document itself comes last. */
export function snapshot(runtime: Runtime, target: RunTarget): readonly Snapshot[] {
  const workspace = workspaceOf(runtime);
  const source = sourceOf(target.workflow, target, target.name);
  const dependencies = { sha256, simulated: true, lockedSpec: (hash: string) => lockedSpecOf(runtime, hash) };
  const kind = findDocuments(workspace, 'agent').some(({ path, name }) => path === target.workflow && (target.name === undefined || name === target.name)) ? 'agent' : 'workflow';
  const result = kind === 'agent' ? lockAgent(source, workspace, dependencies) : lockWorkflow(source, workspace, dependencies);
  if (!result.ok) throw new DocumentsInvalid(result.diagnostics, workspace);
  return lockAll(runtime, result.locks).map(({ lock, version, created }) => ({
    kind: lock.kind, name: version.name, spec_id: version.spec_id, version_id: version.id, version: version.version, spec_hash: version.spec_hash, created,
  }));
}

/**
 * Locks a workflow with everything it refers to, opens its run row and drives it. A missing or invalid spec, an input
 * that does not fit, an unknown model or price: an error, and no run row at all (rule 2).
 */
export function startRun(runtime: Runtime, target: RunTarget, options: StartOptions): RunHandle {
  const { run, notes } = openRun(runtime, target, options);
  return runtime.drive(run, notes);
}

/** By paths. What would never come to pass is refused: a pin or a pause of a node that is not run, a pause before a pinned one. */
function readSteering(locked: LockedWorkflow, options: Pick<StartOptions, 'until' | 'pauseAt' | 'pins'>): Pick<RunSettings, 'until' | 'pauseAt' | 'pins'> {
  const { workflow } = locked;
  const until = options.until === null ? null : nodeOf(locked, options.until);
  const pinned = new Map(Object.entries(options.pins).map(([name, value]) => [nodeOf(locked, name), value]));
  const paused = options.pauseAt.map((name) => (name === '*' || name === 'each' ? '*' : nodeOf(locked, name)));
  const needed = until === null ? null : new Set([until, ...ancestors(graphOf(workflow), until)]);
  const leftOut = [...pinned.keys(), ...paused].filter((id) => id !== '*' && needed?.has(id) === false);
  if (leftOut.length > 0) throw new DagbookError('usage', `A run of ${workflow.name} until ${until ?? ''} does not come to ${inWordsOf(leftOut)}, so nothing can be pinned or paused there. Stop at a later node, or leave the pin or the pause out.`);
  const both = paused.filter((id) => pinned.has(id));
  if (both.length > 0) throw new DagbookError('usage', `A pinned node is not run, so there is nothing to pause before: ${inWordsOf(both)}. Leave out the pin or the pause.`);
  return {
    until: until === null ? null : pathOf('nodes', until),
    pauseAt: paused.map((id) => (id === '*' ? id : pathOf('nodes', id))),
    pins: Object.fromEntries([...pinned].map(([id, value]) => [pathOf('nodes', id), value])),
  };
}

function inWordsOf(ids: readonly string[]): string {
  return [...new Set(ids)].join(', ');
}

/** The same without driving it: the run is pending, for whoever takes it up with `resume`. */
export function openRun(runtime: Runtime, target: RunTarget, options: StartOptions): { readonly run: RunRow; readonly notes: readonly string[] } {
  const given = ({ workflow }: LockedWorkflow): JsonObject => (typeof options.inputs === 'function' ? options.inputs(workflow.inputs) : options.inputs);
  const request = (locked: LockedWorkflow): NewRunRequest => {
    const inputs = readInputs(locked.workflow, given(locked), runtime.checkSchema);
    const settings = runtime.plan(locked, options.model, readSteering(locked, options));
    return { locked, settings, inputs, parent: null, relation: null, modelOverride: options.model, experimentId: options.experiment ?? 'default', testId: options.test, prefix: [] };
  };
  const { locked, notes } = lockTarget(runtime, target, options.model, (rehearsed) => runtime.refuse(request(rehearsed)));
  const opening = request(locked);
  const run = runtime.ledger.write(() => runtime.insertRun(opening));
  return { run, notes: [...notes, ...inputHints(locked.workflow, given(locked))] };
}

/**
 * A workflow as it stands now, locked; by file where there is one of that name, else by its `name` (rule 8). `refuse` throws
 * what speaks against the run for which it is locked, before anything is locked that was not before.
 */
export function lockTarget(runtime: Runtime, target: RunTarget, model: string | null, refuse: Refuse = () => undefined): { readonly locked: LockedWorkflow; readonly notes: readonly string[] } {
  const workspace = readOnce(workspaceOf(runtime));
  const simulated = parseModel(model ?? runtime.options.models.defaultModel).provider === 'simulated';
  const keyOf = (source: LockSource): string => JSON.stringify([source, simulated]);
  const named = sourceOf(target.workflow, target, target.name);
  // What was locked by its file the last time, and still stands so, is a file.
  const again = runtime.locks.known(keyOf(named), workspace);
  if (again !== null) return lockedNow(runtime, workspace, again, refuse);
  const byFile = target.text !== undefined || isFile(workspace, target.workflow);
  const found = byFile ? { path: target.workflow, name: target.name } : findByName(workspace, target.workflow);
  if (found === null) return latestByName(runtime, workspace, target.workflow);
  const source = byFile ? named : sourceOf(found.path, target, found.name);
  const lock = runtime.locks.lock(keyOf(source), workspace, (files) => lockWorkflow(source, files, { sha256, simulated, lockedSpec: (hash: string) => lockedSpecOf(runtime, hash) }));
  return lockedNow(runtime, workspace, lock, refuse);
}

/** `find`: the specs as they will be once they are locked. */
type Refuse = (rehearsed: LockedWorkflow, find: FindSpec) => void;

function lockedNow(runtime: Runtime, workspace: Workspace, lock: KnownLock, refuse: Refuse): ReturnType<typeof lockTarget> {
  const { result } = lock;
  if (!result.ok) throw new DocumentsInvalid(result.diagnostics, workspace);
  lock.version ??= lockLast(runtime, result.locks, refuse);
  return { locked: runtime.lockedOf({ spec_version: lock.version }), notes: [...result.diagnostics.map(inWords), ...standIns(result.locks)] };
}

/** A document that cannot be read is told of; a folder may well have a workflow's name. */
function isFile(workspace: Workspace, path: string): boolean {
  const { kind } = workspace.read(path);
  return kind === 'text' || (kind !== 'missing' && /\.ya?ml$/i.test(path));
}

function sourceOf(path: string, { text }: RunTarget, name: string | undefined): LockSource {
  return { path, ...(text === undefined ? {} : { text }), ...(name === undefined ? {} : { name }) };
}

function findByName(workspace: Workspace, name: string): { readonly path: string; readonly name: string } | null {
  const matches = findDocuments(workspace, 'workflow').filter((document) => document.name === name);
  const [first, second] = matches;
  if (second !== undefined) throw new DagbookError('workflow-ambiguous', `Several workflows are called ${name}: ${matches.map(({ path }) => path).join(', ')}. Give one of the files instead.`);
  return first === undefined ? null : { path: first.path, name };
}

function latestByName(runtime: Runtime, workspace: Workspace, name: string): { readonly locked: LockedWorkflow; readonly notes: readonly string[] } {
  const { ledger } = runtime;
  const version = /\.ya?ml$/.test(name) ? null : ledger.read(() => ledger.versions.latest('workflow', name));
  if (version === null) {
    const near = nearestWord(name, findDocuments(workspace, 'workflow').flatMap((document) => document.name ?? []));
    throw new DagbookError('workflow-not-found', `There is no file ${name} in the workspace, no workflow of that name in it, and no locked version of one in the ledger.${near === null ? '' : ` Did you mean ${near}?`}`);
  }
  const locked = ledger.read(() => openVersion(ledger, version));
  return { locked, notes: [`No document called ${name} is in the workspace: this runs version ${version.version} of it, as it was locked on ${version.created_at}.`] };
}

/** Locks them all and returns the key of the last, the workflow itself. Most dispatches find everything locked already. */
function lockLast(runtime: Runtime, locks: readonly SpecToLock[], refuse: Refuse): number {
  const { ledger } = runtime;
  const keys = ledger.read(() => locks.map((lock) => ledger.versions.keyOf(lock.kind, lock.specHash)));
  if (keys.includes(null)) rehearse(ledger, locks, refuse);
  const last = keys.includes(null) ? lockAll(runtime, locks).at(-1)?.version.key : keys.at(-1);
  if (last === undefined || last === null) throw new Error('unreachable: a lock without a workflow');
  return last;
}

/** Hands `refuse` the workflow as it will be once it is locked, but for its ids. */
function rehearse(ledger: Ledger, locks: readonly SpecToLock[], refuse: Refuse): void {
  const specs = locks.map((lock) => ({ kind: lock.kind, ...unlocked(lock) }));
  const last = specs.at(-1);
  if (last === undefined) throw new Error('unreachable: a lock without a workflow');
  const find: FindSpec = (kind, hash) => specs.find((spec) => spec.kind === kind && spec.spec_hash === hash) ?? ledger.read(() => ledger.versions.byHash(kind, hash));
  refuse(openVersion({ versions: { byHash: find } }, last), find);
}

/** One transaction: either every spec is locked or none is. */
function lockAll(runtime: Runtime, locks: readonly SpecToLock[]): readonly { readonly lock: SpecToLock; readonly version: SpecVersion; readonly created: boolean }[] {
  const { ledger, newId } = runtime;
  const known = ledger.read(() => locks.flatMap((lock) => {
    const version = ledger.versions.byHash(lock.kind, lock.specHash);
    return version === null ? [] : [{ lock, version, created: false }];
  }));
  if (known.length === locks.length) return known;
  runtime.refuseSecretsIn(locks);
  const at = runtime.iso();
  return ledger.write(() => locks.map((lock) => ({ lock, ...ledger.versions.lock(lock.kind, lock, { at, newId }) })));
}

function standIns(locks: readonly SpecToLock[]): readonly string[] {
  return locks.filter((lock) => lock.synthesized && lock.kind === 'agent' && lock.name.includes('@sha256:')).map((lock) => `A stand-in plays ${lock.name}, which is not here: only the simulated model allows that.`);
}

function inWords(diagnostic: Diagnostic): string {
  return `${diagnostic.file}: ${diagnostic.severity} [${diagnostic.code}] ${diagnostic.message}`;
}

export function workspaceOf(runtime: Runtime): Workspace {
  const { workspace } = runtime.options;
  if (workspace === null) throw new Error('unreachable: this runtime was opened without a workspace');
  return workspace;
}

/** The id of a node named by its id or its path. */
function nodeOf(locked: LockedWorkflow, name: string): string {
  const node = locked.workflow.nodes.find(({ id }) => id === name || pathOf('nodes', id) === name);
  if (node === undefined) throw noSuchNode(locked, name);
  return node.id;
}

export function noSuchNode({ workflow }: LockedWorkflow, name: string): DagbookError {
  return new DagbookError('path-not-found', `${workflow.name} has no node "${name}". Its nodes: ${workflow.nodes.map(({ id }) => id).join(', ')}.`);
}
