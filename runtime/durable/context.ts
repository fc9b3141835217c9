import type { Json, JsonObject } from '../../protocol/json.ts';
import type { TerminalStatus } from '../../protocol/run-records.ts';
import type { Agent, McpServer, Workflow } from '../../language/index.ts';
import type { ErrorData, NodeStatus, NoteKind } from '../ledger/event.ts';
import type { CallRate } from '../models/rate-limit.ts';
import type { StoredImage } from '../models/message-image.ts';
import type { ModelRequest, Price, ToolUse } from '../models/provider.ts';

/**
 * The durable context: everything an adapter or an agent may touch. Each leaf is asked at a path in the workflow's own
 * words (`nodes/research/model/1`), journalled, and answered once; a resumed or replayed run gets the recorded answer.
 *
 * Failures of leaves are values, never rejections: an adapter may not be awaiting them.
 */
export interface RunContext {
  readonly run: RunFacts;
  model(path: string, request: ModelRequest): Promise<ModelAnswer>;
  tool(path: string, call: ToolCall): Promise<Outcome>;
  /** Reads the ledger or the workspace for a prompt; the value is `Recalled`. */
  recall(path: string, query: RecallQuery): Promise<Outcome>;
  /** Any other effect. `work` runs at most once per attempt and must heed the signal. */
  step(path: string, work: (signal: AbortSignal) => Promise<Json>): Promise<Outcome>;
  /** Until an absolute time: milliseconds since the epoch. */
  sleep(path: string, until: number): Promise<void>;
  /** A person answers; the run waits, and the process may end. */
  ask(path: string, form: JsonObject): Promise<Json>;
  /** Milliseconds since the epoch. */
  now(path: string): Promise<number>;
  /** In [0, 1). */
  random(path: string): Promise<number>;
  child(path: string, call: ChildCall): Promise<RunOutcome>;
  /** A value given by hand instead of work (`--pin`). */
  pinned(path: string, value: Json): Promise<Json>;
  /** Abandons what is open below a path; its promises never settle. */
  scope(path: string): { cancel(): void };
  /** Opens an agent run: one row of `agent_runs_v2`. */
  agentRun(path: string, opening: Opening): AgentRun;
}

/** The context bound to one agent run: its leaves become the run's steps. */
export interface AgentRun extends RunContext {
  /** Records a step that asked nobody: a guardrail check. */
  note(path: string, step: NoteKind, request: Json, response: Json, error?: string): void;
  close(closing: Closing): void;
}

/** What is settled before the first step, and stays the same on every resume. */
export interface RunFacts {
  readonly id: string;
  readonly inputs: JsonObject;
  readonly settings: RunSettings;
  /** The locked agents, by spec hash. */
  readonly agents: ReadonlyMap<string, LockedAgent>;
  /** Checks a value against a JSON Schema; an empty list = valid. Pure. */
  readonly checkSchema: (schema: JsonObject, value: Json) => readonly string[];
}

export interface LockedAgent {
  readonly agent: Agent;
  /** Spec version id. */
  readonly version: string;
}

/** Stored with the run, so that it goes on the same way in a year. */
export interface RunSettings {
  /** Per node id: what it runs on. The price row used is kept here. */
  readonly models: Readonly<Record<string, ModelChoice>>;
  readonly caps: RunCaps;
  /** Per spec hash of a child workflow: its locked version and its own caps. */
  readonly children: Readonly<Record<string, { readonly version: string; readonly caps: RunCaps }>>;
  /** Node path; the run stops once it is done. */
  readonly until: string | null;
  /** Node paths the run waits before; `*` = each. */
  readonly pauseAt: readonly string[];
  /** Node path to the output given by hand. */
  readonly pins: Readonly<Record<string, Json>>;
  /** Whose answers are served instead of calls, by path, attempt and request hash. */
  readonly keep: KeepPolicy | null;
  /** Nothing may be called: every answer comes from the copied record. */
  readonly recorded: boolean;
  /** Tool servers of the workspace's settings; absent where there are none. */
  readonly servers?: readonly McpServer[];
}

export interface KeepPolicy {
  readonly run: string;
  /** `in-flight`: answers to what was asked before the fork; `completed`: answers of agent runs that completed; `all`. */
  readonly which: 'in-flight' | 'completed' | 'all';
  /** Answers at or below this path are not kept. */
  readonly except: string | null;
  /** Only what the parent asked before this event is kept; null = no such limit. */
  readonly before: number | null;
}

export interface ModelChoice {
  readonly provider: string;
  readonly model: string;
  /** Integers, micro-dollars per million tokens; zero for a free model. */
  readonly price: Price;
  /** Where its calls go, when not to the provider's own address: a price holds for an address. */
  readonly baseUrl?: string;
  /** It can be shown images; absent = as far as anybody knows, it cannot. */
  readonly images?: true;
}

/** Tokens and integer micro-dollars; null = no cap. */
export interface RunCaps {
  readonly tokens: number | null;
  readonly micros: number | null;
}

export interface Opening {
  readonly node: string;
  readonly agent: string;
  /** Spec version id. */
  readonly version: string | null;
  readonly inputs: Json;
  /** `provider:model`, for people. */
  readonly model: string | null;
  readonly attempt: number;
  readonly iteration: number;
  /** The node does not run: the row only says why. */
  readonly skipped?: boolean;
  readonly budget: Budget;
}

/** What the calls of one node may use; attempts and iterations of a node share one account. */
export interface Budget {
  readonly account: string;
  readonly tokens: number | null;
  readonly micros: number | null;
  readonly price: Price;
  /** How often its model may be called, together with all that share the name; absent = no limit. */
  readonly rate?: CallRate;
}

export interface Closing {
  readonly status: NodeStatus;
  readonly output: Json;
  readonly error: ErrorData | null;
}

/**
 * What is asked of the tools. A server is named by all that it takes to start it, so that a call can be made again in
 * another process. The answers (`ToolOutcome`) are below.
 */
export type ToolCall =
  /** Starts the servers and lists what they offer. */
  | { readonly do: 'list'; readonly servers: readonly McpServer[] }
  | ({ readonly do: 'call' } & ToolInvocation)
  /** Goes on with a call whose server asked something: the last of `asked` is the answer to it. */
  | ({ readonly do: 'answer'; readonly call: string; readonly asked: readonly ToolAsked[] } & ToolInvocation);

export interface ToolInvocation {
  readonly server: McpServer;
  readonly tool: string;
  readonly arguments: JsonObject;
  /** It may be made twice: its server says that it changes nothing, or nothing more the second time. */
  readonly repeatable: boolean;
}

/** A question of a server within a call, and what it was told. */
export interface ToolAsked {
  readonly question: ToolQuestion;
  readonly answer: Json;
}

/** `model`: an answer of a model (MCP: sampling); `person`: an answer of a person (MCP: elicitation). `request`: its parameters. */
export interface ToolQuestion {
  readonly of: 'model' | 'person';
  readonly request: JsonObject;
}

/** The value of a `list`: per server, in the order asked. */
export type ToolListing = readonly { readonly server: string; readonly tools: readonly ListedTool[] }[];

export interface ListedTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly schema: JsonObject;
  readonly readOnly: boolean;
  readonly repeatable: boolean;
}

/** The value of a `call` or an `answer`: what the tool said and showed, or a question that comes before. */
export type ToolReply = { readonly text: string; readonly cut?: { readonly bytes: number; readonly of: number }; readonly images?: readonly StoredImage[] } | { readonly asks: ToolQuestion };

/** Texts that fit a question: earlier answers of agents of a role, or passages of the workspace's files. */
export type RecallQuery =
  | { readonly kind: 'memory'; readonly role: string; readonly text: string; readonly top: number; readonly among: number }
  | { readonly kind: 'rag'; readonly corpora: readonly string[]; readonly text: string; readonly top: number };

/** What was recalled, the best first. `source`: a run's id, or a file with its first line. */
export type Recalled = readonly { readonly source: string; readonly text: string }[];

export interface ChildCall {
  /** Id of the locked workflow version. */
  readonly version: string;
  readonly inputs: JsonObject;
  /** The child's own caps. */
  readonly limits: RunCaps;
}

export interface LeafError {
  readonly name: string;
  readonly message: string;
  readonly data?: Json;
}

export type Outcome = { readonly status: 'ok'; readonly value: Json } | { readonly status: 'error'; readonly error: LeafError };

/** A model call as its agent sees it; the tokens are what the ledger was charged. */
export type ModelAnswer =
  | {
      readonly status: 'ok';
      readonly text: string;
      readonly finish: 'stop' | 'length' | 'cut';
      /** What the model wants called; absent where it wants nothing. */
      readonly toolCalls?: readonly ToolUse[];
      /** What its provider wants back with the next message. */
      readonly carry?: readonly Json[];
      readonly tokens: number;
      readonly micros: number;
    }
  | { readonly status: 'error' | 'rejected'; readonly error: LeafError; readonly tokens: number; readonly micros: number };

export interface RunOutcome {
  readonly status: TerminalStatus;
  readonly output: Json;
  readonly error: ErrorData | null;
  readonly tokens: number;
  readonly micros: number;
}

/** How a workflow is walked: a plain async function that touches nothing but its context. Revisions change when a journal of the old one could no longer be followed. */
export interface Adapter {
  readonly name: string;
  readonly revision: string;
  walk(workflow: Workflow, context: RunContext): Promise<Json>;
}

/** Thrown by an adapter to end the run as error or rejected. */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly status: 'error' | 'rejected';
  readonly error: ErrorData;
  constructor(status: 'error' | 'rejected', error: ErrorData) {
    super(error.message);
    this.status = status;
    this.error = error;
  }
}

/** Joins path segments, each percent-encoded so that a `/` in a name stays a name. */
export function pathOf(...segments: readonly (string | number)[]): string {
  return segments.map((segment) => encodeURIComponent(segment)).join('/');
}

/** True when `path` is `above` or lies below it. */
export function isAtOrBelow(path: string, above: string): boolean {
  return path === above || path.startsWith(`${above}/`);
}
