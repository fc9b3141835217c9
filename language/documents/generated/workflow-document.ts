// Generated from schemas/workflow.schema.json by scripts/generate.mjs. Do not edit.

/**
 * A workflow: agents and people wired into a graph, with caps on tokens and money.
 */
export type WorkflowDocument = NodesForm | AdapterForm;
/**
 * How the node is executed. `spawn` does its work once.
 */
export type KindDocument =
  | 'spawn'
  | {
      /**
       * The loop's limits.
       */
      loop: {
        max_iters: MaxIters;
      };
    }
  | {
      /**
       * The branches to choose from.
       */
      classify: {
        branches: Branches;
      };
    }
  | {
      /**
       * The entrants.
       */
      tournament: {
        entrants: Entrants;
      };
    }
  | {
      /**
       * The function.
       */
      reduce: {
        reducer: Reducer;
      };
    }
  | {
      /**
       * Which kind of node.
       */
      type: 'spawn';
    }
  | {
      /**
       * Which kind of node.
       */
      type: 'loop';
      max_iters: MaxIters;
    }
  | {
      /**
       * Which kind of node.
       */
      type: 'classify';
      branches: Branches;
    }
  | {
      /**
       * Which kind of node.
       */
      type: 'tournament';
      entrants: Entrants;
    }
  | {
      /**
       * Which kind of node.
       */
      type: 'reduce';
      reducer: Reducer;
    };
/**
 * Most times the work is done.
 */
export type MaxIters = number;
/**
 * The branches, one per label. Each of their nodes must depend on this one.
 *
 * Items: One branch.
 */
export type Branches = {
  /**
   * What the classifier answers to choose this branch.
   */
  label: string;
  /**
   * The nodes that run when this branch is chosen, and are skipped otherwise.
   */
  nodes: string[];
}[];
/**
 * The tasks that compete, at least two.
 */
export type Entrants = TaskDocument[];
/**
 * The function: join texts, drop double lines, join JSON arrays, or count.
 */
export type Reducer = 'concat' | 'dedupe_lines' | 'merge_json_arrays' | 'count';
/**
 * A JSON Schema the answer must satisfy, or a path to one. The model is asked for it, its answer is checked, and it gets one chance to mend it.
 */
export type SchemaOrPath =
  | {
      [k: string]: unknown;
    }
  | string;

/**
 * A workflow written as nodes and edges.
 */
export interface NodesForm {
  /**
   * The name runs are started by. Unique in the workspace.
   */
  name: string;
  /**
   * How the workflow is walked. `graph` starts every node as soon as its dependencies are met.
   */
  adapter_kind: 'graph' | 'crew' | 'debate' | 'fusion' | 'execution' | 'schedule' | 'studio';
  /**
   * What the workflow is for, in the author's words. Shown in lists and on the run.
   */
  description?: string;
  /**
   * The inputs a run takes: name to JSON Schema. `required: true` may stand beside the schema; a `default` is used when the run gives no value.
   */
  inputs?: {
    [k: string]: InputDeclaration;
  };
  /**
   * The nodes of the graph, at least one.
   */
  nodes?: NodeDocument[];
  /**
   * Dependencies written as pairs. The graph is the union of these and every `depends_on`.
   */
  edges?: EdgeDocument[];
  /**
   * What the run answers: name to a value whose strings may hold expressions. Without it, the outputs of the sinks, by id.
   */
  outputs?: {
    [k: string]: unknown;
  };
  cost_caps?: CostCaps;
  /**
   * Most nodes that run at the same time.
   */
  max_concurrency?: number;
  /**
   * Longest time in seconds between two looks at the halt switch inside one long step. The switch itself is pushed, so a halt does not wait for this.
   */
  halt_check_seconds?: number;
  /**
   * crew: the node that plans, hands tasks to the other nodes and sums up.
   */
  manager?: string;
  /**
   * crew: `sequential` hands out the tasks one after the other; `hierarchical` has the manager review each.
   */
  process?: 'sequential' | 'hierarchical';
  /**
   * debate: the nodes that speak in turn, at least two.
   */
  participants?: string[];
  /**
   * debate: the node that decides when the debate is over and who won.
   */
  judge?: string;
  /**
   * debate: most rounds in which every participant speaks once.
   */
  max_rounds?: number;
  /**
   * fusion: the node that joins what the others found.
   */
  join?: string;
  /**
   * fusion: prior weight of each signal node, by id. They are normalised; without any, every signal weighs the same.
   */
  weights_prior?: {
    [k: string]: number;
  };
  risk_overlay?: RiskOverlay;
  schedule?: ScheduleDocument;
  /**
   * schedule: the workflow whose runs are enqueued, by path or name.
   */
  target?: string;
}
/**
 * A JSON Schema for one run input. `required: true` may stand beside it.
 */
export interface InputDeclaration {
  /**
   * Whether a run without this input is refused. An input with a default is never missing. A list is JSON Schema's own: the fields a mapping must have.
   */
  required?: boolean | string[];
  /**
   * What the input means; shown where it is asked for.
   */
  description?: string;
  [k: string]: unknown;
}
/**
 * One node of the graph. Its work is an agent, an inline task, a person, a template or another workflow.
 */
export interface NodeDocument {
  /**
   * The node's name in dependencies, expressions and the ledger. Unique in the workflow.
   */
  id: string;
  /**
   * The agent that does the work: a path (`./` from this file, else from the workspace root), the name of an agent in the workspace, or a package by digest.
   */
  agent_spec?: string;
  task?: TaskDocument;
  human?: HumanDocument;
  /**
   * A template that is expanded into nodes in place of this one.
   */
  template?:
    'fanout_synthesize' | 'generate_and_filter' | 'verify_rules' | 'gen_eval' | 'classify_and_act' | 'loop_until_done' | 'tournament';
  /**
   * Settings of the node's template.
   */
  params?: {
    [k: string]: unknown;
  };
  /**
   * Another workflow, run as a child of this run, by path or name. The node's inputs are its run inputs.
   */
  workflow?: string;
  /**
   * execution: the runtime that does this node's work.
   */
  runtime?: 'agent' | 'analysis' | 'bot' | 'rl';
  /**
   * execution: the spec that runtime is given, as a path.
   */
  spec?: string;
  /**
   * What the node is given: name to any value. Strings may hold expressions.
   */
  inputs?: {
    [k: string]: unknown;
  };
  /**
   * The nodes that must be met before this one starts, by id.
   */
  depends_on?: string[];
  /**
   * When the dependencies count as met: `all_success` = all completed; `accept_partial` = all ended and at least one completed; `all_terminal` = all ended; `optional` = it does not wait.
   */
  dep_policy?: 'all_success' | 'accept_partial' | 'all_terminal' | 'optional';
  /**
   * An expression; anything but `true` skips the node.
   */
  when?: string | boolean;
  kind?: KindDocument;
  /**
   * What the node is for. It sets the defaults of `isolation` and `context_inheritance`.
   */
  role?: 'explore' | 'plan' | 'implement' | 'verify' | 'custom';
  /**
   * Where the node works: with the others (`shared`), without writing (`read_only`), on a copy of its own (`worktree`) or elsewhere (`remote`).
   */
  isolation?: 'shared' | 'read_only' | 'worktree' | 'remote';
  /**
   * What the node sees of the conversation of the nodes it depends on: nothing, the system prompts, or all.
   */
  context_inheritance?: 'none' | 'system_only' | 'full';
  /**
   * A model this node prefers over its agent's, as `provider:model` or a model's name.
   */
  model_hint?: string;
  /**
   * `quarantined` marks what the node answers as untrusted. Such a node is `read_only` and its agent has no tools.
   */
  trust?: 'trusted' | 'quarantined';
  output_schema?: SchemaOrPath;
  /**
   * Most tokens, prompt and output together, that this node may use over all its attempts, turns and iterations.
   */
  token_budget?: number;
}
/**
 * What is asked. Beside an `agent_spec` it says what this node asks of that agent; alone it makes an agent of its own.
 */
export interface TaskDocument {
  /**
   * What is to be reached. May hold expressions.
   */
  goal: string;
  /**
   * What a good answer fulfils. Each may hold expressions.
   */
  criteria?: string[];
  /**
   * Anything else the author wants kept with the task.
   */
  metadata?: {
    [k: string]: unknown;
  };
}
/**
 * A person answers. The run waits, costs nothing meanwhile and survives a restart.
 */
export interface HumanDocument {
  /**
   * A JSON Schema for the answer; the form that is shown is made from it.
   */
  form?: {
    [k: string]: unknown;
  };
  /**
   * Who is asked, as they are called where you work.
   */
  assignees?: string[];
  /**
   * After this many seconds without an answer the node fails with States.Timeout. Without it the run waits for ever.
   */
  timeoutSeconds?: number;
}
/**
 * `to` depends on `from`.
 */
export interface EdgeDocument {
  /**
   * The node that must be met first.
   */
  from: string;
  /**
   * The node that waits for it.
   */
  to: string;
}
/**
 * The most a run may use. The tightest cap wins; it is reserved before each model call, so it is never overrun.
 */
export interface CostCaps {
  /**
   * Most tokens, prompt and output together, that one node may use over all its attempts, turns and iterations.
   */
  per_node_max_tokens?: number;
  /**
   * Most tokens, prompt and output together, that the whole run may use.
   */
  per_run_max_tokens?: number;
  /**
   * Most US dollars the whole run may cost. A model whose price nobody knows is then refused.
   */
  per_run_max_usd?: number;
}
/**
 * fusion: limits on the positions that come out.
 */
export interface RiskOverlay {
  /**
   * Most weight of one position, as a fraction from 0 to 1.
   */
  max_position_pct?: number;
  /**
   * Most weight of all positions together, signs ignored.
   */
  max_gross_exposure?: number;
}
/**
 * When runs of the target are enqueued. An interval beats a cron line.
 */
export interface ScheduleDocument {
  /**
   * Five fields: minute, hour, day of month, month, day of week.
   */
  cron?: string;
  /**
   * Seconds between two runs; 0 = use the cron line.
   */
  interval_seconds?: number;
  /**
   * The IANA time zone in which the cron line is read.
   */
  timezone?: string;
  /**
   * Whether the schedule is live. Off until you say so.
   */
  enabled?: boolean;
}
/**
 * A workflow without nodes: an adapter by its name, and its settings.
 */
export interface AdapterForm {
  /**
   * The name runs are started by. Unique in the workspace.
   */
  name: string;
  /**
   * The adapter that walks the workflow.
   */
  adapter:
    | 'LangGraphAdapter'
    | 'CrewProcessAdapter'
    | 'DialecticalDebateAdapter'
    | 'EvolutionaryDebateAdapter'
    | 'SignalFusionAdapter'
    | 'WeightCentricExecutionAdapter'
    | 'AutomationScheduleAdapter';
  /**
   * What the workflow is for, in the author's words.
   */
  description?: string;
  /**
   * The adapter's own settings.
   */
  params?: {
    [k: string]: unknown;
  };
  /**
   * Most rounds of a debate.
   */
  max_rounds?: number;
  schedule?: ScheduleDocument;
  guardrails?: AdapterGuardrails;
  /**
   * Notes for people and tools; nothing reads them at run time.
   */
  annotations?: unknown[];
  /**
   * The workflow this one was made from.
   */
  template_target?: string;
  /**
   * Anything the adapter understands that has no field of its own.
   */
  extras?: {
    [k: string]: unknown;
  };
}
/**
 * Limits on the whole run.
 */
export interface AdapterGuardrails {
  /**
   * Most US dollars the run may cost.
   */
  cost_budget_usd?: number;
  /**
   * Most model calls in the run.
   */
  max_calls?: number;
  /**
   * Most seconds the run may take.
   */
  max_duration_seconds?: number;
  /**
   * An answer that holds one of these is rejected. Case does not matter.
   */
  forbidden_terms?: string[];
  /**
   * Whether an answer without a rationale is rejected.
   */
  require_rationale?: boolean;
}
