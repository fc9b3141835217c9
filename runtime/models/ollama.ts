import type { Json, JsonObject } from '../../protocol/json.ts';
import { createHttpProvider, withExtraFields, type AnswerReader, type Dialect, type HttpProviderOptions } from './http-provider.ts';
import { arrayOf, objectOf, objectOrEmpty, textOf, tokensOf } from './json-parts.ts';
import { errorObjectFault } from './model-fault.ts';
import { imagesApart, looksSeeing } from './images-apart.ts';
import type { ModelCall, ModelEvent, ModelMessage, ModelProvider, ModelRequest } from './provider.ts';

/** Ollama's own chat. */
export function createOllamaProvider(options: HttpProviderOptions): ModelProvider {
  return createHttpProvider(OLLAMA, options);
}

export const OLLAMA: Dialect = {
  name: 'ollama',
  ownUrl: 'http://127.0.0.1:11434',
  keyVariable: null,
  framing: 'lines',
  free: true,
  path: 'api/chat',
  seesImages: looksSeeing,
  headers: (key) => (key === null ? {} : { authorization: `Bearer ${key}` }),
  body: bodyOf,
  createReader: createOllamaReader,
  reserved: ['model', 'messages', 'stream', 'tools'],
};

function bodyOf({ request, outputLimit }: ModelCall): JsonObject {
  const { options, ...rest } = objectOf(request.extras['request']);
  const body: JsonObject = {
    model: request.model,
    messages: messagesOf(request.messages),
    stream: true,
    ...toolFields(request),
    // The limit comes last: no option of the agent goes past it.
    options: { temperature: request.temperature, ...objectOf(options), num_predict: outputLimit },
  };
  return withExtraFields(body, { request: rest });
}

/** This API knows calls by the names of their tools, not by ids. */
function messagesOf(messages: readonly ModelMessage[]): readonly Json[] {
  const names = new Map<string, string>();
  return imagesApart(messages).map(({ role, content, toolCalls = [], toolCallId, images, carry = [] }) => {
    // As the talk goes on: where a server gives no ids, those of each turn are the same.
    for (const { id, name } of toolCalls) names.set(id, name);
    if (images !== undefined) return { role, content, images: images.map(({ data }) => data) };
    if (role === 'tool') return toolCallId === undefined ? { role: 'user', content } : { role, tool_name: names.get(toolCallId) ?? '', content };
    if (toolCalls.length === 0) return { role, content };
    return { role, content, ...objectOf(carry[0]), tool_calls: toolCalls.map(({ name, arguments: given }) => ({ function: { name, arguments: objectOrEmpty(given) } })) };
  });
}

/** Held to a schema, a model calls no tools; there is no other way to forbid them than not to offer any. */
function toolFields({ tools, toolChoice, outputSchema }: ModelRequest): JsonObject {
  if (tools === undefined || toolChoice === 'none') return outputSchema === null ? {} : { format: outputSchema };
  return { tools: tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } })) };
}

function createOllamaReader(): AnswerReader {
  let reason: 'stop' | 'length' | null = null;
  let calls = 0;
  let thought = '';
  return {
    get reason() {
      return reason;
    },
    get done() {
      return reason !== null;
    },
    read(json) {
      if (json === 'done') return [];
      if (json['error'] !== undefined && json['error'] !== null) throw errorObjectFault(json['error']);
      const message = objectOf(json['message']);
      const text = textOf(message['content']);
      const events: ModelEvent[] = text === '' ? [] : [{ type: 'text', text }];
      const thinking = textOf(message['thinking']);
      thought += thinking;
      if (thinking !== '') events.unshift({ type: 'thought', text: thinking });
      for (const call of arrayOf(message['tool_calls']).map(objectOf)) {
        const { name, arguments: given } = objectOf(call['function']);
        events.push({ type: 'tool', index: calls++, id: textOf(call['id']), name: textOf(name), arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}) });
      }
      const usage = { promptTokens: tokensOf(json['prompt_eval_count']), outputTokens: tokensOf(json['eval_count']) };
      if (usage.promptTokens > 0 || usage.outputTokens > 0) events.push({ type: 'usage', usage });
      if (json['done'] !== true) return events;
      reason = json['done_reason'] === 'length' ? 'length' : 'stop';
      // What led to a call goes back with it: models such as gpt-oss go on from there.
      if (calls > 0 && thought !== '') events.push({ type: 'carry', block: { thinking: thought } });
      return events;
    },
  };
}
