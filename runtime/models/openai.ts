import type { Json, JsonObject } from '../../protocol/json.ts';
import { createHttpProvider, withExtraFields, type AnswerReader, type Dialect, type HttpProviderOptions } from './http-provider.ts';
import { arrayOf, isObject, objectOf, textOf, tokensOf } from './json-parts.ts';
import type { Endpoint } from './model-endpoint.ts';
import { errorObjectFault, refusedFault } from './model-fault.ts';
import { imagesApart, looksSeeing, type ShownMessage } from './images-apart.ts';
import { createCallReader, withCarried } from './openai-calls.ts';
import type { ModelCall, ModelEvent, ModelProvider, ModelRequest } from './provider.ts';

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
  seesImages: (model, own) => (own ? SEEING.test(model) && !BLIND.test(model) : looksSeeing(model)),
  headers: (key) => (key === null ? {} : { authorization: `Bearer ${key}` }),
  body: bodyOf,
  createReader: createOpenAiReader,
  // `n` makes a call cost more than was reserved for it, and so do tools of the provider's own.
  reserved: ['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'n', 'best_of', 'tools', 'tool_choice', 'functions', 'modalities', 'audio', 'web_search_options'],
};

/** Models that think first: they call their limit by another name and take no temperature. */
const REASONING = /(?:^|\/)(?:gpt-(?:[5-9]|\d\d)(?!.*-chat)|o[1-9])/;

/** OpenAI's models that can be shown images, and those of them that cannot. */
const SEEING = /^(?:ft:)?(?:gpt-4o|gpt-4\.\d|gpt-4-turbo|gpt-5|chatgpt-4o|o1|o3|o4)/;
const BLIND = /audio|realtime|search|transcribe|tts|^o1-(?:mini|preview)|^o3-mini/;

function bodyOf({ request, outputLimit }: ModelCall, endpoint: Endpoint): JsonObject {
  const reasoning = REASONING.test(request.model);
  // Other servers know the older name, and only that.
  const limit = reasoning || endpoint.own ? 'max_completion_tokens' : 'max_tokens';
  const body: JsonObject = {
    ...(request.model === '' ? {} : { model: request.model }),
    messages: imagesApart(request.messages).map(messageOf),
    stream: true,
    stream_options: { include_usage: true },
    [limit]: outputLimit,
    ...(reasoning ? {} : { temperature: request.temperature }),
    ...toolFields(request),
    // Some servers hold an answer to its schema so firmly that no tool is ever called.
    ...(endpoint.own || request.tools === undefined || request.toolChoice === 'none' ? responseFormat(request.outputSchema) : {}),
  };
  return withExtraFields(body, request.extras);
}

function messageOf({ role, content, toolCalls = [], toolCallId, images, carry = [] }: ShownMessage): JsonObject {
  if (images !== undefined) return { role, content: [{ type: 'text', text: content }, ...images.map(({ mime, data }) => ({ type: 'image_url', image_url: { url: `data:${mime};base64,${data}` } }))] };
  if (role === 'tool') return toolCallId === undefined ? { role: 'user', content } : { role, tool_call_id: toolCallId, content };
  if (toolCalls.length === 0) return { role, content };
  return withCarried({ role, content: content === '' ? null : content }, toolCalls.map(({ id, name, arguments: given }) => ({ id, type: 'function', function: { name, arguments: given } })), carry);
}

function toolFields({ tools, toolChoice }: ModelRequest): JsonObject {
  if (tools === undefined) return {};
  const offered = tools.map(({ name, description, parameters }) => ({ type: 'function', function: { name, description, parameters } }));
  return { tools: offered, ...(toolChoice === undefined ? {} : { tool_choice: toolChoice }) };
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
  const calls = createCallReader();
  const readChoice = (choice: JsonObject): readonly ModelEvent[] => {
    answered = true;
    // A whole answer says `message` where a stream says `delta`.
    const delta = objectOf(choice['delta'] ?? choice['message']);
    if (typeof delta['refusal'] === 'string') refusal += delta['refusal'];
    const finish = choice['finish_reason'];
    if (finish === 'error' || isObject(choice['error'])) throw errorObjectFault(choice['error'] ?? null);
    if (finish === 'content_filter') throw refusedFault('The content filter of the provider stopped the answer', '');
    if (typeof finish === 'string' && finish !== '') {
      if (refusal !== '') throw refusedFault('The model refused', refusal);
      reason = finish === 'length' ? 'length' : 'stop';
    }
    const text = textsIn(delta['content'], 'text');
    const thought = thoughtIn(delta);
    const events: readonly ModelEvent[] = [...(thought === '' ? [] : [{ type: 'thought' as const, text: thought }]), ...(text === '' ? [] : [{ type: 'text' as const, text }]), ...calls.read(delta)];
    return reason === null ? events : [...events, ...calls.carried()];
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
        return calls.carried();
      }
      if (json['error'] !== undefined && json['error'] !== null) throw errorObjectFault(json['error']);
      // vLLM's word for it, until it took OpenAI's.
      if (json['object'] === 'error') throw errorObjectFault(json);
      const events = [...usageOf(json['usage'])];
      for (const choice of arrayOf(json['choices']).map(objectOf)) {
        // Moonshot says it of each choice.
        if ((choice['index'] ?? 0) === 0) events.push(...usageOf(choice['usage']), ...readChoice(choice));
      }
      return events;
    },
  };
}

function usageOf(json: Json | undefined): readonly ModelEvent[] {
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total, prompt_tokens_details: of, completion_tokens_details: made, prompt_cache_hit_tokens: hit } = objectOf(json);
  const promptTokens = tokensOf(prompt);
  // Some servers leave what was thought out of `completion_tokens`, but not out of the total.
  const outputTokens = Math.max(tokensOf(completion), tokensOf(total) - promptTokens);
  if (promptTokens === 0 && outputTokens === 0) return [];
  const { cached_tokens: cached, cache_write_tokens: written, image_tokens: images } = objectOf(of);
  // DeepSeek says `prompt_cache_hit_tokens`, OpenRouter `cache_write_tokens`, xAI and others `image_tokens`.
  const kinds = { cachedTokens: tokensOf(cached ?? hit), cacheWriteTokens: tokensOf(written), imageTokens: tokensOf(images), reasoningTokens: tokensOf(objectOf(made)['reasoning_tokens']) };
  return [{ type: 'usage', usage: { promptTokens, outputTokens, ...kinds } }];
}

/** A text, or a list of parts of which some hold one under that name. */
function textsIn(content: Json | undefined, name: string): string {
  if (typeof content === 'string') return content;
  return arrayOf(content).map((part) => textOf(objectOf(part)[name])).join('');
}

/** What a model lets be seen of its thoughts: vLLM, llama.cpp, DeepSeek and OpenRouter each say it in their way, Mistral among the parts of what it says. */
function thoughtIn({ reasoning_content: content, reasoning, content: said }: JsonObject): string {
  const thought = textOf(content) === '' ? textOf(reasoning) : textOf(content);
  return thought + arrayOf(said).map((part) => textsIn(objectOf(part)['thinking'], 'text')).join('');
}
