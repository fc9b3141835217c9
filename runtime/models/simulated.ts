import { createHash } from 'node:crypto';
import { createExpressionCache, createSeededRandom, evaluateTemplate } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { parsePrice } from './price.ts';
import { ModelError, type ModelCall, type ModelEvent, type ModelProvider, type ModelRequest } from './provider.ts';
import { readRequestContext, type RequestContext } from './request-context.ts';
import { sampleFromSchema } from './sample-from-schema.ts';
import { simulatedAnswer, type Pick } from './simulated-prose.ts';
import { simulatedToolCalls, type SimulatedToolCall } from './simulated-tools.ts';
import { readSimulatedBehaviour, type SimulatedBehaviour } from './simulated-behaviour.ts';
import { bytesPerToken, countPromptTokens, countTokens, prefixOfBytes } from './token-count.ts';

/**
 * The built-in model: offline, free unless priced, and deterministic: the same request gets the same answer, in every
 * process. It answers from the request alone, or with what the agent's `model.extras` tell it to do.
 */
export function createSimulatedProvider(): ModelProvider {
  const expressions = createExpressionCache();
  const answer: Answer = async (request, reply) => {
    const context = readRequestContext(request);
    const seed = seedOf(request);
    if (reply === undefined) return ownAnswer(request, context, seed);
    const { inputs, upstream, run } = context;
    const evaluated = await evaluateTemplate(reply, { inputs, upstream, run }, { now: null, seed }, expressions);
    if (!evaluated.ok) throw new ModelError(evaluated.error.name, `The reply in model.extras could not be evaluated. ${evaluated.error.message}`);
    return typeof evaluated.value === 'string' ? evaluated.value : JSON.stringify(evaluated.value);
  };
  return {
    name: 'simulated',
    price: (_model, extras) => parsePrice(extras['price']) ?? 'free',
    stream: (call) => stream(call, answer, (request, scripted) => chooseTools(request, scripted, expressions)),
  };
}

/** Deterministic, as the answers are. Scripted arguments may hold expressions over what the node was given. */
async function chooseTools(request: ModelRequest, scripted: Json | undefined, expressions: ReturnType<typeof createExpressionCache>): Promise<readonly SimulatedToolCall[]> {
  const context = readRequestContext(request);
  const seed = seedOf(request);
  const { inputs, upstream, run } = context;
  const filled = scripted === undefined ? null : await evaluateTemplate(scripted, { inputs, upstream, run }, { now: null, seed }, expressions);
  if (filled !== null && !filled.ok) throw new ModelError(filled.error.name, `The tool_calls in model.extras could not be evaluated. ${filled.error.message}`);
  const random = createSeededRandom(seed);
  return simulatedToolCalls(request, filled?.value, context, { random, pick: (choices) => choices[Math.floor(random() * choices.length)] ?? choices[0] });
}

type ToolChooser = (request: ModelRequest, scripted: Json | undefined) => Promise<readonly SimulatedToolCall[]>;
type Answer = (request: ModelRequest, reply: Json | undefined) => Promise<string>;

async function* stream(call: ModelCall, answer: Answer, choose: ToolChooser): AsyncGenerator<ModelEvent, void, undefined> {
  const behaviour = readSimulatedBehaviour(call.request.extras);
  const pause = (milliseconds: number): Promise<void> | undefined => (milliseconds > 0 ? wait(milliseconds, call.signal, behaviour.ignoreAbort) : undefined);
  const stopped = (): boolean => call.signal.aborted && !behaviour.ignoreAbort;
  // Each await is a turn of the event loop at most when there is time to pass: a fast model must cost no timers.
  if (behaviour.latencyMs > 0) await pause(behaviour.latencyMs);
  if (behaviour.stall) await stalled(call.signal, behaviour.ignoreAbort);
  if (stopped()) return;
  if (call.attempt <= behaviour.failTimes) throw new ModelError(behaviour.failError, `The simulated model was told to fail (attempt ${call.attempt} of ${behaviour.failTimes}).`);

  const calls = call.request.tools === undefined ? [] : await choose(call.request, behaviour.toolCalls);
  if (calls.length > 0) {
    const pieces = calls.map(({ name, arguments: given }, index) => ({ type: 'tool' as const, index, id: `call_${index + 1}`, name, arguments: JSON.stringify(given) }));
    yield* pieces;
    if (behaviour.usage === 'honest') yield { type: 'usage', usage: { promptTokens: countPromptTokens(call.request), outputTokens: countTokens(pieces.map((piece) => piece.name + piece.arguments).join('')) } };
    yield { type: 'finish', reason: 'stop' };
    return;
  }
  const { text, reason } = withinLimit(await answer(call.request, behaviour.reply), call.outputLimit, behaviour);
  for (const piece of pieces(text, behaviour.tokensPerSecond === null ? 8 : 1)) {
    if (behaviour.tokensPerSecond !== null) await pause((countTokens(piece) / behaviour.tokensPerSecond) * 1000);
    if (stopped()) return;
    yield { type: 'text', text: piece };
  }
  if (behaviour.usage === 'honest') yield { type: 'usage', usage: { promptTokens: countPromptTokens(call.request), outputTokens: countTokens(text) } };
  // Wrong in both directions, and always more than can have been reserved for the answer.
  if (behaviour.usage === 'lie') yield { type: 'usage', usage: { promptTokens: 0, outputTokens: call.outputLimit * 10 + 1000 } };
  yield { type: 'finish', reason };
}

function withinLimit(answer: string, limit: number, behaviour: SimulatedBehaviour): { readonly text: string; readonly reason: 'stop' | 'length' } {
  if (behaviour.overrunTokens > 0) {
    const wanted = (limit + behaviour.overrunTokens) * bytesPerToken;
    const again = ` ${answer || 'And so on.'}`;
    const repeats = Math.ceil(wanted / Math.max(1, Buffer.byteLength(again)));
    return { text: prefixOfBytes(answer + again.repeat(repeats), wanted), reason: 'stop' };
  }
  const text = prefixOfBytes(answer, limit * bytesPerToken);
  return { text, reason: text.length < answer.length ? 'length' : 'stop' };
}

function ownAnswer(request: ModelRequest, context: RequestContext, seed: number): string {
  const random = createSeededRandom(seed);
  const pick: Pick = (choices) => choices[Math.floor(random() * choices.length)] ?? choices[0];
  if (request.outputSchema === null) return simulatedAnswer(context, pick);
  return JSON.stringify(sampleFromSchema(request.outputSchema, context, { random, pick }));
}

/** From everything a model would see; not from `extras`, which say how to answer rather than what. */
function seedOf(request: ModelRequest): number {
  const seen = [request.model, request.temperature, request.messages.map(({ role, content }) => [role, content]), request.outputSchema];
  return createHash('sha256').update(JSON.stringify(seen, sortKeys)).digest().readUIntBE(0, 6);
}

function sortKeys(_key: string, value: Json): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value as JsonObject).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The text in runs of so many words, white space kept. */
function* pieces(text: string, wordsPerPiece: number): Generator<string> {
  const pattern = new RegExp(`(?:\\s*\\S{1,64}){1,${wordsPerPiece}}\\s*`, 'gy');
  let end = 0;
  for (const [piece] of text.matchAll(pattern)) {
    end += piece.length;
    yield piece;
  }
  if (end < text.length) yield text.slice(end);
}

function wait(milliseconds: number, signal: AbortSignal, ignoreAbort: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted && !ignoreAbort) {
      resolve();
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    const onAbort = (): void => {
      if (ignoreAbort) return;
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

function stalled(signal: AbortSignal, ignoreAbort: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (ignoreAbort) return;
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
