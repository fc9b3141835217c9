import type { Json, JsonObject } from '../../protocol/json.ts';
import { createHttpProvider, withExtraFields, type AnswerReader, type Dialect, type HttpProviderOptions } from './http-provider.ts';
import { arrayOf, objectOf, textOf, tokensOf } from './json-parts.ts';
import { errorObjectFault, refusedFault } from './model-fault.ts';
import type { ModelCall, ModelEvent, ModelMessage, ModelProvider } from './provider.ts';

/** Anthropic's messages. */
export function createAnthropicProvider(options: HttpProviderOptions): ModelProvider {
  return createHttpProvider(ANTHROPIC, options);
}

export const ANTHROPIC: Dialect = {
  name: 'anthropic',
  ownUrl: 'https://api.anthropic.com',
  keyVariable: 'ANTHROPIC_API_KEY',
  framing: 'events',
  free: false,
  path: 'v1/messages',
  headers: (key) => ({ 'anthropic-version': '2023-06-01', ...(key === null ? {} : { 'x-api-key': key }) }),
  body: bodyOf,
  createReader: createAnthropicReader,
  reserved: ['model', 'messages', 'system', 'stream', 'max_tokens', 'tools', 'mcp_servers', 'container', 'service_tier'],
};

function bodyOf({ request, outputLimit }: ModelCall): JsonObject {
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const body: JsonObject = {
    ...(request.model === '' ? {} : { model: request.model }),
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    messages: inTurns(request.messages),
    stream: true,
    max_tokens: outputLimit,
    // This API knows no more chance than 1.
    temperature: Math.min(1, request.temperature),
  };
  return withExtraFields(body, request.extras);
}

/** User and assistant take turns here: messages of one of them in a row are one. */
function inTurns(messages: readonly ModelMessage[]): readonly Json[] {
  const turns: { readonly role: string; content: string }[] = [];
  for (const { role, content } of messages) {
    if (role === 'system') continue;
    const speaker = role === 'assistant' ? 'assistant' : 'user';
    const last = turns.at(-1);
    if (last?.role === speaker) last.content += `\n\n${content}`;
    else turns.push({ role: speaker, content });
  }
  return turns;
}

function createAnthropicReader(): AnswerReader {
  let reason: 'stop' | 'length' | null = null;
  let done = false;
  const stopFor = (given: Json | undefined): void => {
    const word = textOf(given);
    if (word === 'refusal') throw refusedFault('The model refused', '');
    if (word !== '') reason = word === 'max_tokens' || word === 'model_context_window_exceeded' ? 'length' : 'stop';
  };
  return {
    get reason() {
      return reason;
    },
    get done() {
      return done;
    },
    read(json) {
      if (json === 'done') return [];
      switch (json['type']) {
        case 'error':
          throw errorObjectFault(json['error'] ?? null);
        case 'message_start':
          return usageOf(objectOf(json['message'])['usage']);
        case 'content_block_delta':
          return textEvents(objectOf(json['delta'])['text']);
        case 'message_delta':
          stopFor(objectOf(json['delta'])['stop_reason']);
          return usageOf(json['usage']);
        case 'message_stop':
          done = true;
          return [];
        case 'message':
          // A whole answer, from a gateway that does not stream.
          stopFor(json['stop_reason']);
          return [...arrayOf(json['content']).flatMap((block) => textEvents(objectOf(block)['text'])), ...usageOf(json['usage'])];
        default:
          return [];
      }
    },
  };
}

function textEvents(json: Json | undefined): readonly ModelEvent[] {
  const text = textOf(json);
  return text === '' ? [] : [{ type: 'text', text }];
}

/** What was read from a cache, or written to one, is prompt as well. What was thought out is output. */
function usageOf(json: Json | undefined): readonly ModelEvent[] {
  const { input_tokens: input, cache_creation_input_tokens: written, cache_read_input_tokens: read, output_tokens: output } = objectOf(json);
  const usage = { promptTokens: tokensOf(input, written, read), outputTokens: tokensOf(output) };
  return usage.promptTokens === 0 && usage.outputTokens === 0 ? [] : [{ type: 'usage', usage }];
}
