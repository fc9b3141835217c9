import type { Json, JsonObject } from '../../../protocol/json.ts';

/** An agent with every default filled in. */
export interface Agent {
  readonly name: string;
  readonly role: string;
  readonly description: string;
  readonly systemPrompt: string;
  readonly model: AgentModel;
  readonly tools: readonly AgentTool[];
  readonly mcpServers: readonly McpServer[];
  readonly memory: AgentMemory;
  readonly rag: readonly AgentRetrieval[];
  readonly guardrails: Guardrails;
  /** Resolved: a path in the document has already been read (in a locked version; from a file it is null until then). */
  readonly outputSchema: JsonObject | null;
  readonly costCaps: { readonly perRunMaxTokens: number | null; readonly perRunMaxUsd: number | null };
  readonly maxCostUsd: number;
  readonly maxCalls: number;
  readonly annotations: Json;
  readonly extras: JsonObject;
}

export interface AgentModel {
  /** Null = the setting `dagbook.defaultModel` decides (or, with a tier, `dagbook.tiers`). */
  readonly provider: string | null;
  /** From `model`, or its other spelling `name`. */
  readonly model: string | null;
  readonly tier: 'deep' | 'quick' | null;
  readonly temperature: number;
  readonly maxTokens: number | null;
  readonly baseUrl: string | null;
  /** US dollars per million tokens. */
  readonly price: 'free' | { readonly input: number; readonly output: number; readonly cached_input?: number; readonly cache_write?: number; readonly image_input?: number; readonly reasoning?: number } | null;
  readonly extras: JsonObject;
}

export interface AgentTool {
  readonly name: string;
  readonly server: string | null;
  readonly kwargs: JsonObject;
}

export interface McpServer {
  readonly name: string;
  readonly command: string | null;
  readonly args: readonly string[];
  readonly url: string | null;
  readonly env: Readonly<Record<string, string | { readonly secret: string }>>;
  readonly headers: Readonly<Record<string, string | { readonly secret: string; readonly prefix: string }>>;
  /** Of one call. */
  readonly timeoutSeconds: number;
}

export interface AgentMemory {
  readonly kind: 'none' | 'bm25';
  readonly role: string | null;
  readonly retrievalTopK: number;
  readonly workingMax: number;
}

export interface AgentRetrieval {
  readonly corpora: readonly string[];
  readonly finalK: number;
  readonly injectAs: 'context' | 'system';
}

export interface Guardrails {
  readonly outputSchema: JsonObject | null;
  readonly costBudgetUsd: number;
  readonly rateLimitPerMinute: number;
  readonly piiRedact: boolean;
  readonly forbiddenTerms: readonly string[];
  readonly requireRationale: boolean;
  readonly minConfidence: number | null;
}
