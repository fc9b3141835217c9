import type { Json, JsonObject } from '../../protocol/json.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/**
 * The one model that the checker, the picture and the engine share (invariant 2).
 *
 * It is lowered from a document that has its defaults filled in, be it a file or the canonical content of a locked
 * version. Its parts know by which path they stand there, not at which offset: an edit moves offsets all the time.
 */
export interface Workflow {
  readonly name: string;
  readonly description: string;
  readonly adapter: AdapterKind;
  readonly inputs: Readonly<Record<string, InputDeclaration>>;
  /** In document order. */
  readonly nodes: readonly WorkflowNode[];
  /** The union of `edges` and `depends_on`, each pair once, in document order. */
  readonly edges: readonly Edge[];
  /** Output name to template (a JSON value whose strings may hold `{% %}`); null = the outputs of the sinks, by id. */
  readonly outputs: Readonly<Record<string, Json>> | null;
  readonly caps: CostCaps;
  readonly maxConcurrency: number;
  readonly haltCheckSeconds: number;
  /** The states family: the state a run begins with. Absent for every other adapter. */
  readonly startAt?: string;
}

export type AdapterKind = 'graph' | 'crew' | 'debate' | 'fusion' | 'execution' | 'schedule' | 'studio' | 'states';

/** A JSON Schema for one run input; `required: true` may stand beside it. */
export interface InputDeclaration {
  readonly schema: JsonObject;
  readonly required: boolean;
  /** Absent when the declaration has no default. */
  readonly default?: Json;
  readonly description: string;
}

export interface CostCaps {
  /** Tokens (prompt + output) one node may use over all its attempts, turns and iterations; null = no cap. */
  readonly perNodeMaxTokens: number | null;
  readonly perRunMaxTokens: number | null;
  /** US dollars as written in the document; the runtime turns it into integer micro-dollars, rounding down. */
  readonly perRunMaxUsd: number | null;
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Of the first place that makes it. */
  readonly path: YamlPath;
  /** The states family: why a run goes along it. Absent for every other adapter. */
  readonly transition?: EdgeTransition;
}

export type EdgeTransition =
  | { readonly kind: 'next' }
  /** Rule `rule` of the Choice; `label` is its test in a few words. */
  | { readonly kind: 'choice'; readonly rule: number; readonly label: string }
  | { readonly kind: 'default' }
  /** Catcher `catcher`; `label` names its errors. */
  | { readonly kind: 'catch'; readonly catcher: number; readonly label: string }
  /** From a Parallel or a Map into scope `scope`. */
  | { readonly kind: 'enter'; readonly scope: number };

export interface WorkflowNode {
  readonly id: string;
  readonly kind: NodeKind;
  readonly work: Work;
  /** Templates: strings may hold `{% %}`. */
  readonly inputs: JsonObject;
  /** Ids of the nodes that must be met first, without doubles, in document order (from `depends_on` and `edges`). */
  readonly dependencies: readonly string[];
  readonly depPolicy: DepPolicy;
  /** Source of the `when` expression without its `{% %}`; null = always. Anything but `true` skips the node. */
  readonly when: string | null;
  readonly role: Role;
  readonly isolation: Isolation;
  readonly contextInheritance: ContextInheritance;
  readonly modelHint: string | null;
  readonly trust: Trust;
  /** Resolved: a path in the document has already been read. */
  readonly outputSchema: JsonObject | null;
  readonly tokenBudget: number | null;
  /** In the nodes family the id stands below it, in the states family it is the last segment. */
  readonly path: YamlPath;
  /** The states family: what the node is as a state. Absent for every other adapter. */
  readonly state?: StateOfNode;
}

/** A node of the states family. Its id is the state's name; names are unique in the document, inner scopes included. */
export interface StateOfNode {
  readonly type: StateType;
  readonly queryLanguage: QueryLanguage;
  /** The Parallel or Map it stands inside of; null at the outside. */
  readonly parent: string | null;
  /** Which of the parent's scopes; 0 where there is no parent. */
  readonly scope: number;
  /** The scopes of a Parallel (its branches, in order) or a Map (one). */
  readonly scopes: readonly StateScope[];
  /** Whether its scope is done when it is: `end: true`, Succeed or Fail. */
  readonly ends: boolean;
  /** The state as it is written, without the states inside it. */
  readonly fields: JsonObject;
}

export interface StateScope {
  readonly startAt: string;
  /** The ids of its states, in document order; those inside them not counted. */
  readonly states: readonly string[];
}

export type StateType = 'Task' | 'Choice' | 'Parallel' | 'Map' | 'Wait' | 'Pass' | 'Succeed' | 'Fail';
export type QueryLanguage = 'JSONPath' | 'JSONata';

export type NodeKind =
  | { readonly kind: 'spawn' }
  | { readonly kind: 'loop'; readonly maxIters: number }
  | { readonly kind: 'classify'; readonly branches: readonly { readonly label: string; readonly nodes: readonly string[] }[] }
  | { readonly kind: 'tournament'; readonly entrants: readonly Task[] }
  | { readonly kind: 'reduce'; readonly reducer: Reducer };

export type Reducer = 'concat' | 'dedupe_lines' | 'merge_json_arrays' | 'count';
export type DepPolicy = 'all_success' | 'accept_partial' | 'all_terminal' | 'optional';
export type Role = 'explore' | 'plan' | 'implement' | 'verify' | 'custom';
export type Isolation = 'shared' | 'read_only' | 'worktree' | 'remote';
export type ContextInheritance = 'none' | 'system_only' | 'full';
export type Trust = 'trusted' | 'quarantined';

export interface Task {
  /** A template. */
  readonly goal: string;
  /** Templates. */
  readonly criteria: readonly string[];
  readonly metadata: Json;
}

/** What a node does. `task` beside an agent says what this node asks of that agent. */
export type Work =
  | { readonly kind: 'agent'; readonly agent: SpecReference; readonly task: Task | null }
  /** An inline task: `agent` is the agent synthesized from it, locked like any other. */
  | { readonly kind: 'task'; readonly agent: SpecReference; readonly task: Task }
  | { readonly kind: 'human'; readonly form: JsonObject; readonly assignees: readonly string[]; readonly timeoutSeconds: number | null; readonly task: Task | null }
  | { readonly kind: 'workflow'; readonly workflow: SpecReference }
  | { readonly kind: 'template'; readonly template: string }
  /** No agent at all: a `reduce` node, or a node the studio has not wired yet. */
  | { readonly kind: 'none' };

export interface SpecReference {
  /** As canonicalized: a workspace-relative POSIX path, a name, or a reference with a digest. */
  readonly ref: string;
  /** SHA-256 (hex) of the referenced spec's canonical content; null while the document is only drawn, never in a locked version. */
  readonly specHash: string | null;
}
