import { openAgent, openWorkflow } from '../../language/index.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { RunRelation, TerminalStatus } from '../../protocol/run-records.ts';
import { createBlobStore } from './blob-store.ts';
import { checkRun, fail, invalid, jsonOf } from './check-bundle.ts';
import { sha256 } from './event.ts';
import type { Body, ErrorData } from './event.ts';
import type { Ledger } from './ledger.ts';
import type { PackedEvent } from './packed-event.ts';
import type { RunRow } from './run-store.ts';
import type { SpecKind, SpecVersion } from './version-store.ts';
import { packWire } from './wire-store.ts';

/**
 * A run that has ended with all it stands on, to be read in another ledger: rows as they are stored, so that the chain
 * that was written is the chain that is checked. Children come after their parent, versions and bodies before both.
 */
export type BundleRecord =
  | { readonly kind: 'version'; readonly of: SpecKind; readonly id: string; readonly spec_id: string; readonly name: string; readonly spec_hash: string; readonly content: string; readonly source_path: string | null; readonly created_at: string }
  | { readonly kind: 'body'; readonly hash: string; readonly text: string }
  /** What went over the network for a call; its text, because a bundle is packed as a whole. */
  | { readonly kind: 'wire'; readonly hash: string; readonly text: string }
  | {
      readonly kind: 'run';
      readonly id: string; readonly workflow_name: string; readonly spec_hash: string; readonly parent_run_id: string | null; readonly relation: string | null; readonly status: string;
      /** SHA-256 (hex) of the bodies. */
      readonly inputs: string; readonly settings: string;
      readonly models: string; readonly model_override: string | null; readonly total_tokens: number; readonly total_cost_micros: number; readonly started_at: string; readonly ended_at: string;
      readonly experiment_id: string; readonly test_id: string | null; readonly adapter_revision: string; readonly error: string | null; readonly next_seq: number; readonly chain_head: string;
    }
  | { readonly kind: 'turn'; readonly run: string; readonly seq: number; readonly at: number; readonly events: string; readonly bodies: string | null; readonly bodies_hash: string | null; readonly hash: string };

type Of<K extends BundleRecord['kind']> = Extract<BundleRecord, { readonly kind: K }>;

interface StoredTurn {
  readonly seq: number;
  readonly at: number;
  readonly events: string;
  readonly bodies: string | null;
  readonly bodies_hash: string | null;
  readonly hash: string;
}

const TURNS = `SELECT key & 0xffffffff AS seq, at, events, bodies, iif(bodies_hash IS NULL, NULL, lower(hex(bodies_hash))) AS bodies_hash, lower(hex(hash)) AS hash
  FROM turns WHERE key BETWEEN :run << 32 AND :run << 32 | 0xffffffff ORDER BY key`;

/**
 * Every record of a run and its children; what several of them need, once. The run must have ended. Throws body-pruned:
 * a record with holes cannot be replayed, and that is what a bundle is for.
 */
export function bundleOf(ledger: Ledger, run: RunRow): readonly BundleRecord[] {
  const { db } = ledger;
  const head: BundleRecord[] = [];
  const tail: BundleRecord[] = [];
  const known = new Set<string>();
  const blobs = createBlobStore(db);
  const bodyHash = db.prepare<[number], string>('SELECT lower(hex(hash)) FROM blobs WHERE key = ?').pluck();
  const addBody = (hash: string): void => {
    if (known.has(hash)) return;
    known.add(hash);
    head.push({ kind: 'body', hash, text: blobs.find(hash) ?? pruned(run) });
  };
  /** A replay can do without: one that was pruned stays away, and its hash in the run's chain. */
  const addWire = (hash: string): void => {
    const stored = known.has(hash) ? null : ledger.wires.read(hash);
    known.add(hash);
    if (stored?.kind === 'text') head.push({ kind: 'wire', hash, text: stored.text });
  };
  const addVersion = (of: SpecKind, version: SpecVersion | null): string => {
    if (version === null) throw new DagbookError('version-missing', `A ${of} version of run ${run.id} is not in ${ledger.file}.`);
    const { id, spec_id, name, spec_hash, content, source_path, created_at } = version;
    if (known.has(id)) return spec_hash;
    known.add(id);
    head.push({ kind: 'version', of, id, spec_id, name, spec_hash, content, source_path, created_at });
    // Also those whose node was never reached: a replay opens them all.
    if (of === 'workflow') for (const below of specsBelow(ledger, content)) addVersion(below.of, below.version);
    return spec_hash;
  };
  const addRun = (row: RunRow): void => {
    const specHash = addVersion('workflow', ledger.versions.byKey('workflow', row.spec_version));
    const [inputs, settings] = [row.inputs, row.settings].map((key) => bodyHash.get(key) ?? '') as [string, string];
    addBody(inputs);
    addBody(settings);
    const { id, workflow_name, parent_run_id, relation, status, models, model_override, total_tokens, total_cost_micros, started_at, ended_at, experiment_id, test_id, adapter_revision, error, next_seq, chain_head } = row;
    tail.push({ kind: 'run', id, workflow_name, spec_hash: specHash, parent_run_id, relation, status, inputs, settings, models, model_override, total_tokens, total_cost_micros, started_at, ended_at: ended_at ?? '', experiment_id, test_id, adapter_revision, error, next_seq, chain_head });
    for (const turn of db.prepare<{ run: number }, StoredTurn>(TURNS).iterate({ run: row.key })) {
      for (const { request, response, version, wire } of JSON.parse(turn.events) as readonly PackedEvent[]) {
        if (wire !== undefined) addWire(wire);
        if (typeof request === 'string') addBody(request);
        if (typeof response === 'string') addBody(response);
        if (version !== undefined) {
          const agent = ledger.versions.byId('agent', version);
          addVersion(agent === null ? 'workflow' : 'agent', agent ?? ledger.versions.byId('workflow', version));
        }
      }
      if (turn.bodies === null && turn.bodies_hash !== null) pruned(run);
      tail.push({ kind: 'turn', run: id, ...turn });
    }
    for (const child of ledger.runs.children(id)) if (child.relation === 'child') addRun(child);
  };
  addRun(run);
  return [...head, ...tail];
}

/** The agents and workflows that the content of a workflow refers to. */
function specsBelow(ledger: Ledger, content: string): readonly { readonly of: SpecKind; readonly version: SpecVersion }[] {
  const hashes = new Set<string>();
  const visit = (value: Json): void => {
    if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)) hashes.add(value);
    else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) visit(each);
  };
  visit(JSON.parse(content) as Json);
  return [...hashes].flatMap((hash) => (['agent', 'workflow'] as const).flatMap((of) => {
    const version = ledger.versions.byHash(of, hash);
    return version === null ? [] : [{ of, version }];
  }));
}

/**
 * Takes the runs of a bundle over; returns their ids, the exported one first. The bundle comes from anywhere: every hash
 * is computed again, and nothing is written unless all of them hold. The caller holds the transaction.
 */
export function importBundle(ledger: Ledger, records: readonly BundleRecord[]): readonly string[] {
  const runs = records.filter((record) => record.kind === 'run');
  checkFamily(ledger, runs);
  for (const record of records) if (record.kind === 'turn' && !runs.some(({ id }) => id === record.run)) throw invalid(`it holds a row of run ${record.run}, and not the run`);
  for (const { id } of runs) if (ledger.runs.byId(id) !== null) throw new DagbookError('usage', `Run ${id} is in this ledger already.`);
  for (const record of records) if (record.kind === 'version') importVersion(ledger, record);
  const bodies = readBodies(records.filter((record) => record.kind === 'body'));
  const wires = readBodies(records.filter((record) => record.kind === 'wire'));
  for (const run of runs) importRun(ledger, run, records.filter((record): record is Of<'turn'> => record.kind === 'turn' && record.run === run.id), bodies, wires);
  return runs.map(({ id }) => id);
}

/** The first run was exported; the others are its children, and theirs, each after its parent. So nobody is his own ancestor, in the ledger either. */
function checkFamily(ledger: Ledger, runs: readonly Of<'run'>[]): void {
  const [first, ...children] = runs;
  if (first === undefined) throw invalid('it holds no run');
  const known = new Set([first.id]);
  for (const { id, relation, parent_run_id: parent } of children) {
    if (relation !== 'child' || parent === null || !known.has(parent)) throw invalid(`run ${id} is no child of the run that was exported`);
    if (known.has(id)) throw invalid(`run ${id} stands in it twice`);
    known.add(id);
  }
  for (let above = first.parent_run_id; above !== null; above = ledger.runs.byId(above)?.parent_run_id ?? null) {
    if (known.has(above)) throw invalid(`run ${first.id} descends from itself`);
  }
}

function importVersion(ledger: Ledger, version: Of<'version'>): void {
  const { of, id, spec_id: specId, name, spec_hash: specHash, content, source_path: sourcePath, created_at: at } = version;
  if (sha256(content) !== specHash) throw invalid(`the content of ${name} does not have its spec hash`);
  if (nameIn(content) !== name) throw invalid(`a version is called ${name}, and its content is not`);
  if (!isReadable(of, content)) throw invalid(`the content of ${name} is none that this release can read`);
  const other = ledger.versions.byId(of, id);
  if (other !== null && other.spec_hash !== specHash) throw invalid(`the version id ${id} means something else in this ledger`);
  const ids = [id, specId];
  ledger.versions.lock(of, { name, content, specHash, sourcePath }, { at, newId: () => ids.shift() ?? id });
}

function isReadable(of: SpecKind, content: string): boolean {
  try {
    if (of === 'workflow') openWorkflow(content);
    else openAgent(content);
    return true;
  } catch {
    return false;
  }
}

function nameIn(content: string): Json {
  const spec = jsonOf(content);
  return isObject(spec) ? (spec['name'] ?? null) : null;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readBodies(bodies: readonly Of<'body' | 'wire'>[]): ReadonlyMap<string, Body> {
  for (const { hash, text } of bodies) if (sha256(text) !== hash) throw invalid(`the body ${hash} does not have the hash it is stored under`);
  return new Map(bodies.map(({ hash, text }) => [hash, { hash, text, pruned: false }]));
}

function importRun(ledger: Ledger, run: Of<'run'>, turns: readonly Of<'turn'>[], bodies: ReadonlyMap<string, Body>, wires: ReadonlyMap<string, Body>): void {
  const { db } = ledger;
  const bodyOf = (hash: string): Body => bodies.get(hash) ?? fail(`the body ${hash} of run ${run.id} is missing`);
  const version = ledger.versions.byHash('workflow', run.spec_hash) ?? fail(`the workflow version of run ${run.id} is missing`);
  if (run.workflow_name !== version.name) throw invalid(`run ${run.id} is called ${run.workflow_name}, and its workflow is not`);
  const { shared, spoken } = checkRun(run, turns, (hash) => bodyOf(hash).text);
  for (const [what, { text }] of [['inputs', bodyOf(run.inputs)], ['settings', bodyOf(run.settings)]] as const) if (!isObject(jsonOf(text))) throw invalid(`the ${what} of run ${run.id} are none`);
  const row = ledger.runs.insert({
    id: run.id, workflowName: run.workflow_name, specVersion: version.key, parentRunId: run.parent_run_id, relation: run.relation as RunRelation | null, inputs: bodyOf(run.inputs), settings: bodyOf(run.settings),
    models: run.models, modelOverride: run.model_override, startedAt: run.started_at, experimentId: run.experiment_id, testId: run.test_id, adapterRevision: run.adapter_revision, prefix: [],
  });
  const blobs = createBlobStore(db);
  for (const hash of shared) blobs.keyOf(bodyOf(hash));
  for (const hash of spoken) {
    const text = wires.get(hash)?.text;
    ledger.wires.keep(text === undefined ? { hash, packed: null } : packWire(text));
  }
  const insert = db.prepare('INSERT INTO turns (key, at, hash, bodies_hash, events, bodies) VALUES ((? << 32) | ?, ?, ?, ?, ?, ?)');
  for (const turn of turns) insert.run(row.key, turn.seq, turn.at, Buffer.from(turn.hash, 'hex'), turn.bodies_hash === null ? null : Buffer.from(turn.bodies_hash, 'hex'), turn.events, turn.bodies);
  const error = run.error === null ? null : (JSON.parse(run.error) as ErrorData);
  ledger.runs.close(row, run.chain_head, run.next_seq, { tokens: run.total_tokens, micros: run.total_cost_micros }, { status: run.status as TerminalStatus, error, at: run.ended_at }, row.epoch);
}

function pruned({ id }: RunRow): never {
  throw new DagbookError('body-pruned', `Bodies of run ${id} have been pruned; only a whole run can be exported.`);
}
