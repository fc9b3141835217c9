// Generated from schemas/agent.schema.json by scripts/generate.mjs. Do not edit.

/**
 * A JSON Schema the answer must satisfy, or a path to one. The model is asked for it, its answer is checked, and it gets one chance to mend it.
 *
 * This interface was referenced by `AgentDocument`'s JSON-Schema
 * via the `definition` "schemaOrPath".
 */
export type AgentSchemaOrPath =
  | {
      [k: string]: unknown;
    }
  | string;

/**
 * An agent: a role, a model, a system prompt and the limits it works within.
 */
export interface AgentDocument {
  /**
   * The name workflows refer to it by. Unique in the workspace.
   */
  name: string;
  /**
   * What the agent is, in a word or two.
   */
  role: string;
  /**
   * What the agent is for, in the author's words.
   */
  description?: string;
  /**
   * What the model is told before anything else.
   */
  system_prompt?: string;
  model?: ModelDocument;
  /**
   * The tools the model may call: a name, or a name with its server and fixed arguments. Without any, all tools of its own `mcp_servers`.
   */
  tools?: (
    | string
    | {
        /**
         * The tool's name.
         */
        name: string;
        /**
         * The MCP server that has it, by its name below.
         */
        server?: string;
        /**
         * Arguments that are always given.
         */
        kwargs?: {
          [k: string]: unknown;
        };
      }
  )[];
  /**
   * The MCP servers the tools come from, beside those of the setting `dagbook.mcpServers`.
   */
  mcp_servers?: McpServerDocument[];
  memory?: MemoryDocument;
  /**
   * Documents the prompt is enriched from.
   */
  rag?: RagDocument[];
  guardrails?: GuardrailsDocument;
  output_schema?: AgentSchemaOrPath;
  cost_caps?: AgentCostCaps;
  /**
   * Most US dollars of one agent run; the tightest of all caps wins.
   */
  max_cost_usd?: number;
  /**
   * Most model calls of one agent run, those for its tools included.
   */
  max_calls?: number;
  /**
   * Notes for people and tools; nothing reads them at run time.
   */
  annotations?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
  /**
   * Anything that has no field of its own.
   */
  extras?: {
    [k: string]: unknown;
  };
}
/**
 * The model that answers. Without it, the setting `dagbook.defaultModel` decides; that is `simulated` until you choose another.
 */
export interface ModelDocument {
  /**
   * Who answers: `simulated` (offline, free, deterministic), `openai` and whatever speaks its API, `anthropic`, `ollama`, or `vscode`.
   */
  provider?: string;
  /**
   * The provider's name for the model. `name` means the same.
   */
  model?: string;
  /**
   * Another spelling of `model`.
   */
  name?: string;
  /**
   * Instead of a model's name: the setting `dagbook.tiers` says which model that is.
   */
  tier?: 'deep' | 'quick';
  /**
   * How much chance there is in the answer.
   */
  temperature?: number;
  /**
   * Most tokens of one answer. Caps may lower it further.
   */
  max_tokens?: number;
  /**
   * Where the provider's API is, for gateways and local servers. A loopback address is free unless priced.
   */
  base_url?: string;
  /**
   * US dollars per million tokens, where the built-in price table does not know the model; or `free`.
   */
  price?:
    | 'free'
    | {
        /**
         * US dollars per million prompt tokens.
         */
        input: number;
        /**
         * US dollars per million output tokens.
         */
        output: number;
        /**
         * US dollars per million prompt tokens that the provider read from its cache; at most `input`.
         */
        cached_input?: number;
        /**
         * US dollars per million prompt tokens that the provider wrote to its cache; like `input` where it is not said.
         */
        cache_write?: number;
        /**
         * US dollars per million prompt tokens that are images, where the provider counts them apart; like `input` where it is not said.
         */
        image_input?: number;
        /**
         * US dollars per million output tokens that were thought, where the provider counts them apart; like `output` where it is not said.
         */
        reasoning?: number;
      };
  /**
   * Settings the provider understands. `simulated` reads latency_ms, tokens_per_second, reply, tool_calls, fail, stall, ignore_abort, overrun_tokens, usage and price.
   */
  extras?: {
    [k: string]: unknown;
  };
}
/**
 * One MCP server: a command that is started, or an address.
 */
export interface McpServerDocument {
  /**
   * The name tools refer to it by.
   */
  name: string;
  /**
   * The program that is started.
   */
  command?: string;
  /**
   * The program's arguments.
   */
  args?: string[];
  /**
   * The address of a server that already runs.
   */
  url?: string;
  /**
   * Environment of the program: a text, or `secret: NAME` for a value that must not stand in a file.
   */
  env?: {
    [k: string]:
      | string
      | {
          /**
           * The secret's name.
           */
          secret: string;
        };
  };
  /**
   * Headers that go with every request to the address: a text, or `secret: NAME`, with what stands before the secret.
   */
  headers?: {
    [k: string]:
      | string
      | {
          /**
           * The secret's name.
           */
          secret: string;
          /**
           * What stands before it.
           */
          prefix?: string;
        };
  };
  /**
   * How long one call may take. A server that reports progress gets up to ten times as long.
   */
  timeout_seconds?: number;
}
/**
 * What the agent remembers from one run to the next.
 */
export interface MemoryDocument {
  /**
   * `bm25` recalls the earlier answers whose words fit best.
   */
  kind?: 'none' | 'bm25';
  /**
   * Whose memories are read; its own where nothing is said.
   */
  role?: string;
  /**
   * How many memories are recalled.
   */
  retrieval_top_k?: number;
  /**
   * How many of the latest answers are searched.
   */
  working_max?: number;
}
/**
 * One retrieval.
 */
export interface RagDocument {
  /**
   * The files that are searched, as globs from the workspace root.
   */
  corpora: string[];
  /**
   * How many passages are given to the model.
   */
  final_k?: number;
  /**
   * Where they are put: beside the inputs, or into the system prompt.
   */
  inject_as?: 'context' | 'system';
}
/**
 * Checks on every answer, in this order: cost, calls, forbidden terms, rationale, confidence, personal data.
 */
export interface GuardrailsDocument {
  output_schema?: AgentSchemaOrPath;
  /**
   * Most US dollars one agent run may cost.
   */
  cost_budget_usd?: number;
  /**
   * Most model calls in a minute, of all nodes that use the agent. The default does not hold the simulated model up.
   */
  rate_limit_per_minute?: number;
  /**
   * Whether personal data (mail addresses, telephone, card and account numbers and the like) is blacked out before it reaches the model, and in the answer.
   */
  pii_redact?: boolean;
  /**
   * An answer that holds one of these is rejected. Case does not matter.
   */
  forbidden_terms?: string[];
  /**
   * Whether an answer without a `rationale` is rejected.
   */
  require_rationale?: boolean;
  /**
   * An answer whose `confidence` is lower than this is rejected.
   */
  min_confidence?: number;
}
/**
 * The most one agent run may use.
 */
export interface AgentCostCaps {
  /**
   * Most tokens, prompt and output together, of one agent run.
   */
  per_run_max_tokens?: number;
  /**
   * Most US dollars of one agent run.
   */
  per_run_max_usd?: number;
}
