import type { Json, JsonObject } from '../../../protocol/json.ts';
import { fillDefaults } from '../defaults.ts';
import { FieldReader } from '../field-reader.ts';
import type { AgentCostCaps, AgentDocument, GuardrailsDocument, McpServerDocument, MemoryDocument, ModelDocument, RagDocument } from '../generated/agent-document.ts';
import { field, isObject, objectField, textField } from '../json-access.ts';
import { schemaOf } from '../validate.ts';
import type { Agent, AgentModel, AgentTool, Guardrails, McpServer } from './agent.ts';

/** The agent of a validated document, or of the canonical content of a locked version. Tolerates what is missing. */
export function lowerAgent(document: JsonObject): Agent {
  const filled = fillDefaults(schemaOf('agent'), document);
  const reader = new FieldReader<AgentDocument>(isObject(filled) ? filled : {});
  const memory = new FieldReader<MemoryDocument>(reader.object('memory'));
  const caps = new FieldReader<AgentCostCaps>(reader.object('cost_caps'));
  const schema = reader.value('output_schema');
  return {
    name: reader.text('name'),
    role: reader.text('role'),
    description: reader.text('description'),
    systemPrompt: reader.text('system_prompt'),
    model: lowerModel(reader.object('model')),
    tools: reader.list('tools').flatMap(lowerTool),
    mcpServers: reader.list('mcp_servers').filter(isObject).map(lowerServer),
    memory: {
      kind: memory.choice('kind', 'none'),
      role: memory.textOrNull('role'),
      retrievalTopK: memory.number('retrieval_top_k'),
      workingMax: memory.number('working_max'),
    },
    rag: reader.list('rag').filter(isObject).map((item) => {
      const rag = new FieldReader<RagDocument>(item);
      return { corpora: rag.texts('corpora'), finalK: rag.number('final_k'), injectAs: rag.choice('inject_as', 'context') };
    }),
    guardrails: lowerGuardrails(reader.object('guardrails')),
    outputSchema: isObject(schema) ? schema : null,
    costCaps: { perRunMaxTokens: caps.numberOrNull('per_run_max_tokens'), perRunMaxUsd: caps.numberOrNull('per_run_max_usd') },
    maxCostUsd: reader.number('max_cost_usd'),
    maxCalls: reader.number('max_calls'),
    annotations: reader.value('annotations') ?? {},
    extras: reader.object('extras'),
  };
}

function lowerModel(model: JsonObject): AgentModel {
  const reader = new FieldReader<ModelDocument>(model);
  return {
    provider: reader.textOrNull('provider'),
    model: reader.textOrNull('model') ?? reader.textOrNull('name'),
    tier: reader.has('tier') ? reader.choice('tier', 'quick') : null,
    temperature: reader.number('temperature'),
    maxTokens: reader.numberOrNull('max_tokens'),
    baseUrl: reader.textOrNull('base_url'),
    price: lowerPrice(reader.value('price')),
    extras: reader.object('extras'),
  };
}

function lowerPrice(price: Json): AgentModel['price'] {
  if (price === 'free') return 'free';
  const input = field(price, 'input');
  const output = field(price, 'output');
  if (typeof input !== 'number' || typeof output !== 'number') return null;
  const others = (['cached_input', 'cache_write', 'image_input', 'reasoning'] as const).flatMap((name) => {
    const part = field(price, name);
    return typeof part === 'number' ? [[name, part] as const] : [];
  });
  return { input, output, ...Object.fromEntries(others) };
}

function lowerTool(tool: Json): readonly AgentTool[] {
  if (typeof tool === 'string') return [{ name: tool, server: null, kwargs: {} }];
  const name = textField(tool, 'name');
  return name === null ? [] : [{ name, server: textField(tool, 'server'), kwargs: objectField(tool, 'kwargs') }];
}

function lowerServer(server: JsonObject): McpServer {
  const reader = new FieldReader<McpServerDocument>(server);
  return {
    name: reader.text('name'), command: reader.textOrNull('command'), args: reader.texts('args'), url: reader.textOrNull('url'),
    env: lowerSecrets(reader.object('env'), (secret) => ({ secret })),
    headers: lowerSecrets(reader.object('headers'), (secret, given) => ({ secret, prefix: textField(given, 'prefix') ?? '' })),
    timeoutSeconds: reader.number('timeout_seconds'),
  };
}

function lowerSecrets<T>(given: JsonObject, read: (secret: string, given: Json) => T): Readonly<Record<string, string | T>> {
  return Object.fromEntries(Object.entries(given).flatMap(([key, value]): readonly (readonly [string, string | T])[] => {
    const secret = textField(value, 'secret');
    return typeof value === 'string' ? [[key, value]] : secret === null ? [] : [[key, read(secret, value)]];
  }));
}

function lowerGuardrails(guardrails: JsonObject): Guardrails {
  const reader = new FieldReader<GuardrailsDocument>(guardrails);
  const schema = reader.value('output_schema');
  return {
    outputSchema: isObject(schema) ? schema : null,
    costBudgetUsd: reader.number('cost_budget_usd'),
    rateLimitPerMinute: reader.number('rate_limit_per_minute'),
    piiRedact: reader.flag('pii_redact'),
    forbiddenTerms: reader.texts('forbidden_terms'),
    requireRationale: reader.flag('require_rationale'),
    minConfidence: reader.numberOrNull('min_confidence'),
  };
}
