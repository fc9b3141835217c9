import type { ErrorCode, ErrorPlace } from './dagbook-error.ts';
import type { EditorModelEvent, EditorModelRequest } from './editor-model.ts';
import type { Frame } from './frame.ts';
import type { Json, JsonObject } from './json.ts';
import type { ProfileRecord } from './model-profile.ts';
import type { ComparisonRecord, QuestionRecord, RunDetailRecord, RunRecord, RunRelation, RunStatus, StepBodies, StepRecord, VersionRecord } from './run-records.ts';
import type { LockedSpecRecord } from './language-requests.ts';

/**
 * What the editor asks of its runtime host, and what the host tells unasked. One host per workspace folder, a forked
 * process, spoken to over its channel in `HostRequest`, `HostReply` and `HostEvent` values; nothing else goes across.
 */
export interface HostMethods {
  /**
   * First, once. A host that cannot load its database answers with an error and ends; after any other error it may be
   * asked again. No ledger is made: that is left to the first call that has something to write.
   */
  open(params: HostSettings): HostInfo;
  /** Locks and starts; answers once the run row is there. */
  run(params: RunParams): StartedRun;
  snapshot(params: { readonly target: TargetParams }): readonly SnapshotRecord[];
  replay(params: { readonly run: string; readonly recorded: boolean }): StartedRun;
  fork(params: ForkParams): StartedRun;
  resume(params: { readonly run: string }): StartedRun;
  /** `run: null` = every open run in the ledger, whoever started it. */
  halt(params: { readonly run: string | null; readonly hold: boolean }): { readonly halted: readonly string[]; readonly held: boolean };
  release(params: Record<string, never>): { readonly held: boolean };
  answer(params: { readonly run: string; readonly path: string; readonly value: Json }): { readonly ok: true };
  runs(params: { readonly limit: number; readonly cursor: string | null; readonly status: RunStatus | null; readonly workflow: string | null }): { readonly runs: readonly RunRecord[]; readonly next: string | null };
  show(params: { readonly run: string }): RunDetailRecord;
  steps(params: { readonly run: string; readonly agentRun: string | null }): readonly StepRecord[];
  stepBodies(params: { readonly run: string; readonly seq: number }): StepBodies;
  /** Inputs and output of one agent run. */
  agentRunBodies(params: { readonly run: string; readonly agentRun: string }): { readonly inputs: Json; readonly output: Json };
  compare(params: { readonly a: string; readonly b: string }): ComparisonRecord;
  versions(params: { readonly kind: 'workflow' | 'agent'; readonly name: string | null }): readonly VersionRecord[];
  /** A locked version as YAML that locks to the very same hash. */
  versionText(params: { readonly kind: 'workflow' | 'agent'; readonly id: string }): { readonly text: string; readonly version: VersionRecord };
  /** Those of the versions with these spec hashes that are locked. */
  lockedSpecs(params: { readonly specHashes: readonly string[] }): readonly LockedSpecRecord[];
  /** Newest run of each workflow name, for lenses and lists. */
  lastRuns(params: { readonly workflows: readonly string[] }): readonly RunRecord[];
  resumable(params: Record<string, never>): readonly RunRecord[];
  questions(params: Record<string, never>): readonly QuestionRecord[];
  /** Read-only; at most `limit` rows, and whether there were more. */
  sql(params: { readonly query: string; readonly values: readonly string[]; readonly limit: number }): { readonly columns: readonly string[]; readonly rows: readonly (readonly Json[])[]; readonly more: boolean };
  /** Tables and views with their columns. */
  schema(params: Record<string, never>): readonly { readonly name: string; readonly kind: 'table' | 'view'; readonly columns: readonly string[] }[];
  verify(params: Record<string, never>): VerificationRecord;
  /**
   * What may cost money, as `provider:model`, sorted: of the models that a run of this document would call, that a run would call when it goes on
   * or is made again (`edited`: on its documents as they are now), or of these models. Nothing is locked, and nothing is asked over the network.
   */
  paidModels(params: { readonly of: PricedParams }): readonly string[];
  /** Model profiles of the workspace, by name. Nothing is asked over the network. */
  profiles(params: Record<string, never>): readonly ProfileRecord[];
  /** What comes of a `model-call`; of one that is over, nothing happens. */
  modelEvents(params: { readonly call: number; readonly events: readonly EditorModelEvent[] }): { readonly ok: true };
  /** Frames of the run from the first on, then as they come, as `frame` events; also for runs of other processes. */
  subscribe(params: { readonly run: string }): { readonly ok: true };
  unsubscribe(params: { readonly run: string }): { readonly ok: true };
  /** The editor's settings have changed. Runs under way keep what they were planned with; another ledger lets go of them. */
  configure(params: HostSettings): { readonly ok: true };
  /** Lets go of every run and ends the process. */
  close(params: Record<string, never>): { readonly ok: true };
}

/** Everything the host is told; it reads no settings of its own. */
export interface HostSettings {
  /** Absolute path of the workspace folder. */
  readonly workspace: string;
  /** Absolute. */
  readonly ledgerFile: string;
  readonly synchronous: 'FULL' | 'NORMAL';
  readonly defaultModel: string;
  readonly tiers: Readonly<Record<string, string>>;
  /** `provider:model` or `provider` to a price, as an agent document writes one. */
  readonly prices: Readonly<Record<string, Json>>;
  readonly agents: Readonly<Record<string, string>>;
  /** Tool servers by name, as the setting `dagbook.mcpServers` has them. */
  readonly mcpServers?: Readonly<Record<string, Json>>;
  readonly workflowGlobs: readonly string[];
  readonly stallSeconds: number;
  /** By name; kept in memory only. The environment of the host stands in for what is not here. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Absolute path of the database's native file, where the package is not installed beside the host: a packaged extension. */
  readonly nativeBinding?: string;
}

export interface HostInfo {
  readonly pid: number;
  /** `better-sqlite3, SQLite 3.51.0`, or what stands in for it. */
  readonly driver: string;
  readonly ledgerFile: string;
  readonly held: boolean;
}

/** A workspace-relative path or a workflow's name; `text` stands in for the file's (an unsaved editor). */
export interface TargetParams {
  readonly workflow: string;
  readonly text?: string;
  /** Which document of the file, where it holds several. */
  readonly name?: string;
}

export interface RunParams {
  readonly target: TargetParams;
  readonly inputs: JsonObject;
  readonly model: string | null;
  readonly until: string | null;
  readonly pauseAt: readonly string[];
  readonly pins: Readonly<Record<string, Json>>;
  readonly experiment: string | null;
  readonly test: string | null;
}

export interface ForkParams {
  readonly run: string;
  readonly point: { readonly kind: 'from'; readonly path: string } | { readonly kind: 'from-failure' } | { readonly kind: 'only'; readonly path: string };
  readonly set: Readonly<Record<string, Json>>;
  readonly edited: boolean;
}

export type PricedParams =
  | { readonly kind: 'target'; readonly target: TargetParams }
  | { readonly kind: 'run'; readonly run: string; readonly edited: boolean }
  | { readonly kind: 'models'; readonly models: readonly string[] };

export interface StartedRun {
  readonly run: RunRecord;
  readonly notes: readonly string[];
}

export interface SnapshotRecord extends VersionRecord {
  /** False when this very content was locked before. */
  readonly created: boolean;
}

export interface VerificationRecord {
  readonly ok: boolean;
  readonly rows: number;
  readonly problems: readonly string[];
}

export type HostMethod = keyof HostMethods;

export interface HostRequest<M extends HostMethod = HostMethod> {
  readonly kind: 'request';
  readonly id: number;
  readonly method: M;
  readonly params: Parameters<HostMethods[M]>[0];
}

/** The answer of a request is no longer wanted: a query that runs is ended, everything else runs to its end unheard. */
export interface HostCancel {
  readonly kind: 'cancel';
  readonly id: number;
}

export type ToHost = HostRequest | HostCancel;

export type HostReply =
  | { readonly kind: 'reply'; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly kind: 'reply'; readonly id: number; readonly ok: false; readonly error: HostError };

/** `bug` is any failure that is not the person's to mend. */
export interface HostError {
  readonly code: ErrorCode | 'bug';
  readonly message: string;
  readonly place: ErrorPlace | null;
}

export type HostEvent =
  /** Of a run that was subscribed to. */
  | { readonly kind: 'frame'; readonly frame: Frame }
  /** A run of this ledger began, changed status or ended, in whichever process. Sent for every such run, batched. */
  | { readonly kind: 'runs-changed'; readonly runs: readonly RunRecord[] }
  /** All open runs, whenever that set or their money changes: what the status bar shows. */
  | { readonly kind: 'open-runs'; readonly runs: readonly RunRecord[]; readonly held: boolean }
  | { readonly kind: 'questions-changed'; readonly questions: readonly QuestionRecord[] }
  /** An agent runs on one of the editor's own models: make this call, and answer with `modelEvents`. */
  | { readonly kind: 'model-call'; readonly call: number; readonly request: EditorModelRequest }
  /** It is over: nothing more of it is wanted. */
  | { readonly kind: 'model-abort'; readonly call: number }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning' | 'error'; readonly message: string };

export type HostMessage = HostReply | HostEvent;
export type { RunRelation };
