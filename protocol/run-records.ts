import type { Json } from './json.ts';
import type { PictureKind } from './picture.ts';

/** What lists and panels know of runs. Money is integer micro-dollars, times are ISO 8601, durations milliseconds. */

export type RunStatus = 'pending' | 'running' | 'waiting' | TerminalStatus;
export type TerminalStatus = 'completed' | 'error' | 'rejected' | 'halted';
export type NodeStatus = RunStatus | 'skipped';
export type RunRelation = 'replay' | 'recorded' | 'fork' | 'child' | 'schedule';

/** What every list of runs says of one. */
export interface RunHead {
  readonly id: string;
  readonly workflow_name: string;
  readonly status: RunStatus;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly total_tokens: number;
  readonly total_cost_micros: number;
  /** As said in words: `simulated`, `openai:gpt-5-mini and 1 more`. */
  readonly models: string;
  readonly relation: RunRelation | null;
  readonly parent_run_id: string | null;
  readonly spec_version_id: string;
  readonly spec_hash: string;
  /** 1 for the first version of this workflow. */
  readonly version: number;
}

export interface RunRecord extends RunHead {
  /** Where the workflow stood in the workspace when it was locked; null when it had no file. */
  readonly source_path: string | null;
  /** The run's own cap; null = none. */
  readonly cap_micros: number | null;
  /** Set aside for calls in flight. */
  readonly reserved_micros: number;
  readonly error: ErrorRecord | null;
}

export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly path?: string;
}

/** One execution of a node. */
export interface AgentRunRecord {
  readonly id: string;
  readonly node_id: string;
  readonly path: string;
  readonly attempt: number;
  readonly iteration: number;
  readonly agent_name: string;
  readonly model: string | null;
  readonly spec_version_id: string | null;
  readonly status: NodeStatus;
  readonly total_tokens: number;
  readonly total_cost_micros: number;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly error: ErrorRecord | null;
  /** Served from another run's record instead of being asked anew. */
  readonly replayed: boolean;
  /** An output given by hand. */
  readonly pinned: boolean;
}

/** One model call, tool call, memory or retrieval read, guardrail check or output, without its bodies. */
export interface StepRecord {
  readonly seq: number;
  readonly agent_run_id: string;
  readonly kind: string;
  readonly name: string;
  readonly attempt: number;
  readonly model: string | null;
  readonly request_hash: string | null;
  readonly tokens: number;
  readonly cost_micros: number;
  readonly duration_ms: number;
  readonly error: ErrorRecord | null;
  /** `estimated`, `simulated`, `replayed`, …: what a reader must know about the figures. */
  readonly marks: readonly string[];
}

/** The bodies of one step. `pruned`: it was there, and its hash still is. */
export interface StepBodies {
  readonly request: BodyRecord;
  readonly response: BodyRecord;
  readonly details: Json;
  /** What went over the network for it, as in `wire-record.ts`; absent where nothing did. */
  readonly wire?: BodyRecord;
}

export type BodyRecord =
  | { readonly kind: 'value'; readonly value: Json; readonly hash: string | null }
  | { readonly kind: 'pruned'; readonly hash: string | null }
  | { readonly kind: 'none' };

/** A question a run puts to a person. */
export interface QuestionRecord {
  readonly run: string;
  readonly workflow_name: string;
  readonly path: string;
  readonly node_id: string;
  /** A JSON Schema the answer must fit. */
  readonly form: { readonly [key: string]: Json };
  readonly assignees: readonly string[];
  /** What the person should look at: prompt and inputs. */
  readonly about: Json;
  readonly asked_at: string;
  /** `pause`: the run was told to wait before a node. */
  readonly kind: 'ask' | 'pause';
}

/** A node of the workflow that a run walks. */
export interface RunNodeRecord {
  readonly id: string;
  readonly kind: PictureKind;
  /** The most iterations of a loop, entrants of a tournament, branches of a container; null for others. */
  readonly count: number | null;
}

export interface RunDetailRecord {
  readonly run: RunRecord;
  /** Of the locked version, in document order; those that never ran are among them. */
  readonly nodes: readonly RunNodeRecord[];
  readonly agent_runs: readonly AgentRunRecord[];
  readonly questions: readonly QuestionRecord[];
  readonly inputs: Json;
  readonly output: Json;
  readonly children: readonly RunRecord[];
  /** Node ids of the longest chain of waiting for one another, once the run has ended. */
  readonly critical_path: readonly string[];
  /** Now, by the clock that wrote the times. */
  readonly now: string;
}

export interface VersionRecord {
  readonly id: string;
  readonly kind: 'workflow' | 'agent';
  readonly name: string;
  readonly version: number;
  readonly spec_hash: string;
  readonly source_path: string | null;
  readonly created_at: string;
}

/** One side against the other; null where that run has no such thing. */
export interface Pair<T> {
  readonly a: T | null;
  readonly b: T | null;
  readonly same: boolean;
}

export interface ComparisonRecord {
  readonly a: string;
  readonly b: string;
  readonly workflow_spec: Pair<string>;
  readonly inputs: Pair<Json>;
  readonly status: Pair<string>;
  readonly output: Pair<Json>;
  readonly tokens: Pair<number>;
  readonly cost_micros: Pair<number>;
  readonly duration_ms: Pair<number>;
  readonly nodes: readonly NodeComparisonRecord[];
  /** True when every node and the output are the same. */
  readonly same: boolean;
}

export interface NodeComparisonRecord {
  readonly path: string;
  readonly attempt: number;
  readonly iteration: number;
  readonly status: Pair<string>;
  /** Spec version id. */
  readonly spec: Pair<string>;
  /** SHA-256 of the first model request. */
  readonly prompt: Pair<string>;
  readonly output: Pair<Json>;
  readonly tokens: Pair<number>;
  /** Integer micro-dollars. */
  readonly cost_micros: Pair<number>;
  /** Never counted as a difference. */
  readonly duration_ms: Pair<number>;
  /** True when status, spec, prompt and output are the same. */
  readonly same: boolean;
}
