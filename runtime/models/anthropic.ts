import type { Json, JsonObject } from '../../protocol/json.ts';
import { createHttpProvider, withExtraFields, type AnswerReader, type Dialect, type HttpProviderOptions } from './http-provider.ts';
import { arrayOf, isObject, objectOf, objectOrEmpty, textOf, tokensOf } from './json-parts.ts';
import { errorObjectFault, refusedFault } from './model-fault.ts';
import type { MessageImage } from './message-image.ts';
import type { ModelCall, ModelEvent, ModelMessage, ModelProvider, ModelRequest } from './provider.ts';

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
  // All that can still be called, but for the first ones.
  seesImages: (model) => !/^claude-(?:1|2|instant)/.test(model),
  headers: (key) => ({ 'anthropic-version': '2023-06-01', ...(key === null ? {} : { 'x-api-key': key }) }),
  body: bodyOf,
  createReader: createAnthropicReader,
  reserved: ['model', 'messages', 'system', 'stream', 'max_tokens', 'tools', 'tool_choice', 'mcp_servers', 'container', 'service_tier'],
};

function bodyOf({ request, outputLimit }: ModelCall): JsonObject {
  const system = request.messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  const body: JsonObject = {
    ...(request.model === '' ? {} : { model: request.model }),
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    messages: inTurns(request.messages),
    stream: true,
    max_tokens: outputLimit,
    ...(takesTemperature(request) ? { temperature: Math.min(1, request.temperature) } : {}),
    ...toolFields(request),
  };
  return withinLimit(withExtraFields(body, request.extras), request.maxTokens, outputLimit);
}

/** This API knows no more chance than 1, and none at all beside thinking; its models from 4.7 on never. */
function takesTemperature({ model, extras }: ModelRequest): boolean {
  const thinking = objectOf(objectOf(extras['request'])['thinking'])['type'];
  if (thinking !== undefined && thinking !== 'disabled') return false;
  const [, major = '', minor = '0'] = /claude-(?:[a-z]+-)?(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(model) ?? [];
  return major === '' || Number(major) < 4 || (Number(major) === 4 && Number(minor) < 7);
}

/** The least that may be set aside for thinking: tokens. */
const LEAST_THINKING = 1_024;

/** What is thought is part of the answer: where caps leave less than was to be thought, less is thought, or nothing. */
function withinLimit(body: JsonObject, wanted: number | null, outputLimit: number): JsonObject {
  const thinking = objectOf(body['thinking']);
  const budget = thinking['budget_tokens'];
  // A budget that never fitted is the author's to mend: the provider says so.
  if (typeof budget !== 'number' || budget < outputLimit || budget >= (wanted ?? 0)) return body;
  if (outputLimit > LEAST_THINKING) return { ...body, thinking: { ...thinking, budget_tokens: outputLimit - 1 } };
  const { thinking: _thinking, ...rest } = body;
  return rest;
}

/** User and assistant take turns here: messages of one of them in a row are one. Answers of tools are the user's. */
function inTurns(messages: readonly ModelMessage[]): readonly Json[] {
  const turns: { readonly role: string; content: string | Json[] }[] = [];
  for (const message of messages) {
    if (message.role === 'system') continue;
    const speaker = message.role === 'assistant' ? 'assistant' : 'user';
    const content = contentOf(message);
    const last = turns.at(-1);
    if (last?.role !== speaker) turns.push({ role: speaker, content });
    else if (typeof last.content === 'string' && typeof content === 'string') last.content += `\n\n${content}`;
    else last.content = [...blocksOf(last.content), ...blocksOf(content)];
  }
  return turns;
}

function contentOf({ role, content, toolCalls = [], toolCallId, carry = [], images = [] }: ModelMessage): string | Json[] {
  if (role === 'tool' && toolCallId !== undefined) return [{ type: 'tool_result', tool_use_id: toolCallId, content: images.length === 0 ? content : [...blocksOf(content), ...images.map(imageBlock)] }];
  if (toolCalls.length === 0) return images.length === 0 ? content : [...images.map(imageBlock), ...blocksOf(content)];
  const uses = toolCalls.map(({ id, name, arguments: given }) => ({ type: 'tool_use', id, name, input: objectOrEmpty(given) }));
  // What was thought stands before what came of it.
  return [...carry, ...blocksOf(content), ...uses];
}

function imageBlock({ mime, data }: MessageImage): Json {
  return { type: 'image', source: { type: 'base64', media_type: mime, data } };
}

function blocksOf(content: string | Json[]): Json[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

function toolFields({ tools, toolChoice }: ModelRequest): JsonObject {
  if (tools === undefined) return {};
  const offered = tools.map(({ name, description, parameters }) => ({ name, description, input_schema: parameters }));
  return { tools: offered, ...(toolChoice === undefined ? {} : { tool_choice: { type: toolChoice } }) };
}

function createAnthropicReader(): AnswerReader {
  let reason: 'stop' | 'length' | null = null;
  let done = false;
  const blocks = createBlockReader();
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
        case 'content_block_start':
          return blocks.begin(indexOf(json), objectOf(json['content_block']));
        case 'content_block_delta':
          return blocks.goOn(indexOf(json), objectOf(json['delta']));
        case 'content_block_stop':
          return blocks.end(indexOf(json));
        case 'message_delta':
          stopFor(objectOf(json['delta'])['stop_reason']);
          return usageOf(json['usage']);
        case 'message_stop':
          done = true;
          return [];
        case 'message':
          // A whole answer, from a gateway that does not stream.
          stopFor(json['stop_reason']);
          return [...arrayOf(json['content']).flatMap((block, at) => wholeBlock(objectOf(block), at)), ...usageOf(json['usage'])];
        default:
          // As gateways say it that speak more than one API.
          if (isObject(json['error'])) throw errorObjectFault(json['error']);
          return [];
      }
    },
  };
}

interface BlockReader {
  begin(index: number, block: JsonObject): readonly ModelEvent[];
  goOn(index: number, delta: JsonObject): readonly ModelEvent[];
  end(index: number): readonly ModelEvent[];
}

/** An answer comes in blocks, each in pieces: texts, calls, and thoughts, which are kept whole to be sent back. */
function createBlockReader(): BlockReader {
  const thoughts = new Map<number, { readonly block: JsonObject; thinking: string; signature: string }>();
  /** Arguments that came whole with the beginning of their call: gateways do so that have nothing more to send of it. */
  const whole = new Map<number, JsonObject>();
  return {
    begin(index, block) {
      if (isThought(block)) {
        thoughts.set(index, { block, thinking: textOf(block['thinking']), signature: textOf(block['signature']) });
        return thoughtEvents(block['thinking']);
      }
      if (block['type'] !== 'tool_use') return textEvents(block['text']);
      const input = objectOf(block['input']);
      if (Object.keys(input).length > 0) whole.set(index, input);
      return [{ type: 'tool', index, id: textOf(block['id']), name: textOf(block['name']), arguments: '' }];
    },
    goOn(index, delta) {
      const thought = thoughts.get(index);
      if (thought === undefined) {
        if (delta['type'] !== 'input_json_delta') return [...thoughtEvents(delta['thinking']), ...textEvents(delta['text'])];
        const piece = textOf(delta['partial_json']);
        if (piece !== '') whole.delete(index);
        return [{ type: 'tool', index, arguments: piece }];
      }
      thought.thinking += textOf(delta['thinking']);
      thought.signature += textOf(delta['signature']);
      return thoughtEvents(delta['thinking']);
    },
    end(index) {
      const input = whole.get(index);
      whole.delete(index);
      if (input !== undefined) return [{ type: 'tool', index, arguments: JSON.stringify(input) }];
      const thought = thoughts.get(index);
      thoughts.delete(index);
      if (thought === undefined) return [];
      const { block, thinking, signature } = thought;
      return [{ type: 'carry', block: block['type'] === 'thinking' ? { type: 'thinking', thinking, signature } : block }];
    },
  };
}

function isThought({ type }: JsonObject): boolean {
  return type === 'thinking' || type === 'redacted_thinking';
}

function indexOf(json: JsonObject): number {
  return typeof json['index'] === 'number' ? json['index'] : 0;
}

function wholeBlock(block: JsonObject, index: number): readonly ModelEvent[] {
  if (block['type'] === 'tool_use') return [{ type: 'tool', index, id: textOf(block['id']), name: textOf(block['name']), arguments: JSON.stringify(block['input'] ?? {}) }];
  return isThought(block) ? [...thoughtEvents(block['thinking']), { type: 'carry', block }] : textEvents(block['text']);
}

function thoughtEvents(json: Json | undefined): readonly ModelEvent[] {
  const text = textOf(json);
  return text === '' ? [] : [{ type: 'thought', text }];
}

function textEvents(json: Json | undefined): readonly ModelEvent[] {
  const text = textOf(json);
  return text === '' ? [] : [{ type: 'text', text }];
}

/** What was read from a cache, or written to one, is prompt as well. What was thought out is output. */
function usageOf(json: Json | undefined): readonly ModelEvent[] {
  const { input_tokens: input, cache_creation_input_tokens: written, cache_read_input_tokens: read, output_tokens: output } = objectOf(json);
  const usage = { promptTokens: tokensOf(input, written, read), outputTokens: tokensOf(output), cachedTokens: tokensOf(read), cacheWriteTokens: tokensOf(written) };
  return usage.promptTokens === 0 && usage.outputTokens === 0 ? [] : [{ type: 'usage', usage }];
}
