import type { JsonObject } from '../../protocol/json.ts';
import { createHttpProvider, withExtraFields, type AnswerReader, type Dialect, type HttpProviderOptions } from './http-provider.ts';
import { objectOf, textOf, tokensOf } from './json-parts.ts';
import { errorObjectFault } from './model-fault.ts';
import type { ModelCall, ModelEvent, ModelProvider } from './provider.ts';

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
  headers: (key) => (key === null ? {} : { authorization: `Bearer ${key}` }),
  body: bodyOf,
  createReader: createOllamaReader,
  reserved: ['model', 'messages', 'stream', 'tools'],
};

function bodyOf({ request, outputLimit }: ModelCall): JsonObject {
  const { options, ...rest } = objectOf(request.extras['request']);
  const body: JsonObject = {
    model: request.model,
    messages: request.messages.map(({ role, content }) => ({ role: role === 'tool' ? 'user' : role, content })),
    stream: true,
    ...(request.outputSchema === null ? {} : { format: request.outputSchema }),
    // The limit comes last: no option of the agent goes past it.
    options: { temperature: request.temperature, ...objectOf(options), num_predict: outputLimit },
  };
  return withExtraFields(body, { request: rest });
}

function createOllamaReader(): AnswerReader {
  let reason: 'stop' | 'length' | null = null;
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
      const text = textOf(objectOf(json['message'])['content']);
      const events: ModelEvent[] = text === '' ? [] : [{ type: 'text', text }];
      const usage = { promptTokens: tokensOf(json['prompt_eval_count']), outputTokens: tokensOf(json['eval_count']) };
      if (usage.promptTokens > 0 || usage.outputTokens > 0) events.push({ type: 'usage', usage });
      if (json['done'] === true) reason = json['done_reason'] === 'length' ? 'length' : 'stop';
      return events;
    },
  };
}
