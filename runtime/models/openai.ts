import type { Json, JsonObject } from '../../protocol/json.ts';
import { createHttpProvider, withExtraFields, type AnswerReader, type Dialect, type HttpProviderOptions } from './http-provider.ts';
import { arrayOf, objectOf, tokensOf } from './json-parts.ts';
import type { Endpoint } from './model-endpoint.ts';
import { errorObjectFault, refusedFault } from './model-fault.ts';
import type { ModelCall, ModelEvent, ModelProvider } from './provider.ts';

/** OpenAI's chat completions, and every server that speaks them: vLLM, LM Studio, llama.cpp, gateways. */
export function createOpenAiProvider(options: HttpProviderOptions): ModelProvider {
  return createHttpProvider(OPENAI, options);
}

export const OPENAI: Dialect = {
  name: 'openai',
  ownUrl: 'https://api.openai.com/v1',
  keyVariable: 'OPENAI_API_KEY',
  framing: 'events',
  free: false,
  path: 'chat/completions',
  headers: (key) => (key === null ? {} : { authorization: `Bearer ${key}` }),
  body: bodyOf,
  createReader: createOpenAiReader,
  // `n` and tools make a call cost more than was reserved for it.
  reserved: ['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'n', 'best_of', 'tools', 'functions', 'modalities', 'audio', 'web_search_options'],
};

/** Models that think first: they call their limit by another name and take no temperature. */
const REASONING = /(?:^|\/)(?:gpt-5(?!.*-chat)|o[1-9])/;

function bodyOf({ request, outputLimit }: ModelCall, endpoint: Endpoint): JsonObject {
  const reasoning = REASONING.test(request.model);
  // Other servers know the older name, and only that.
  const limit = reasoning || endpoint.own ? 'max_completion_tokens' : 'max_tokens';
  const body: JsonObject = {
    ...(request.model === '' ? {} : { model: request.model }),
    messages: request.messages.map(({ role, content }) => ({ role: role === 'tool' ? 'user' : role, content })),
    stream: true,
    stream_options: { include_usage: true },
    [limit]: outputLimit,
    ...(reasoning ? {} : { temperature: request.temperature }),
    ...responseFormat(request.outputSchema),
  };
  return withExtraFields(body, request.extras);
}

/**
 * The API takes schemas of objects only; for others the prompt alone asks. Not `strict`: that knows a part of JSON Schema
 * and refuses the rest, while the answer is checked against all of it here.
 */
function responseFormat(schema: JsonObject | null): JsonObject {
  return schema?.['type'] === 'object' ? { response_format: { type: 'json_schema', json_schema: { name: 'output', schema } } } : {};
}

function createOpenAiReader(): AnswerReader {
  let reason: 'stop' | 'length' | null = null;
  let done = false;
  let answered = false;
  let refusal = '';
  const readChoice = (choice: JsonObject): readonly ModelEvent[] => {
    answered = true;
    // A whole answer says `message` where a stream says `delta`.
    const delta = objectOf(choice['delta'] ?? choice['message']);
    if (typeof delta['refusal'] === 'string') refusal += delta['refusal'];
    const finish = choice['finish_reason'];
    if (finish === 'content_filter') throw refusedFault('The content filter of the provider stopped the answer', '');
    if (typeof finish === 'string' && finish !== '') {
      if (refusal !== '') throw refusedFault('The model refused', refusal);
      reason = finish === 'length' ? 'length' : 'stop';
    }
    const text = contentOf(delta['content']);
    return text === '' ? [] : [{ type: 'text', text }];
  };
  return {
    get reason() {
      return reason;
    },
    get done() {
      return done;
    },
    read(json) {
      if (json === 'done') {
        done = true;
        // Said without a reason by some servers: they mean that all is well.
        if (answered) reason ??= 'stop';
        return [];
      }
      if (json['error'] !== undefined && json['error'] !== null) throw errorObjectFault(json['error']);
      const events = [...usageOf(json['usage'])];
      for (const choice of arrayOf(json['choices']).map(objectOf)) {
        if ((choice['index'] ?? 0) === 0) events.push(...readChoice(choice));
      }
      return events;
    },
  };
}

function usageOf(json: Json | undefined): readonly ModelEvent[] {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = objectOf(json);
  const promptTokens = tokensOf(prompt);
  // Some servers leave what was thought out of `completion_tokens`, but not out of the total.
  const outputTokens = Math.max(tokensOf(completion), tokensOf(total) - promptTokens);
  return promptTokens === 0 && outputTokens === 0 ? [] : [{ type: 'usage', usage: { promptTokens, outputTokens } }];
}

/** A text, or a list of parts of which some are texts. */
function contentOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  return arrayOf(content)
    .map((part) => objectOf(part)['text'])
    .filter((text) => typeof text === 'string')
    .join('');
}
