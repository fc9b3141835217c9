import type { ModelCall, ModelEvent, ModelProvider, Price } from '../../runtime/index.ts';
import { ModelError } from '../../runtime/index.ts';

/** Everything a provider can do wrong with a limit, in one place. */
export const misdeeds = [
  'honest', 'overrun', 'claims-billions', 'claims-nothing', 'claims-nan', 'claims-infinity', 'claims-negative', 'claims-fraction', 'claims-text', 'says-nothing', 'trickles', 'never-ends',
  'ignores-abort', 'throws-at-once', 'throws-midway', 'throws-after-usage', 'breaks-off', 'claims-just-over', 'nonsense', 'claims-kinds', 'claims-wild-kinds', 'thinks-for-ever',
] as const;
export type Misdeed = (typeof misdeeds)[number];

/** Deterministic in [0, 1): the whole test is a function of its seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A provider that does what `choose` says; `calls` counts what reached it. */
export class Adversary implements ModelProvider {
  readonly name = 'adversary';
  calls = 0;
  readonly #choose: (call: ModelCall) => Misdeed;
  readonly #random: () => number;
  readonly #price;

  constructor(choose: (call: ModelCall) => Misdeed, random: () => number, price: Price) {
    this.#choose = choose;
    this.#random = random;
    this.#price = price;
  }

  price() {
    return this.#price;
  }

  async *stream(call: ModelCall): AsyncGenerator<ModelEvent, void, undefined> {
    this.calls += 1;
    const misdeed = this.#choose(call);
    const prompt = Math.ceil(call.request.messages.reduce((sum, message) => sum + Buffer.byteLength(message.content), 0) / 4);
    const limit = call.outputLimit;
    const usage = (promptTokens: unknown, outputTokens: unknown): ModelEvent => ({ type: 'usage', usage: { promptTokens: promptTokens as number, outputTokens: outputTokens as number } });
    for (let pause = Math.floor(this.#random() * 4); pause > 0; pause--) await turn();
    const size = Math.floor(this.#random() * limit * 4);
    const text: ModelEvent = { type: 'text', text: 'x'.repeat(size) };
    const finish: ModelEvent = { type: 'finish', reason: 'stop' };
    switch (misdeed) {
      case 'honest':
        yield* [text, usage(prompt, Math.ceil(size / 4)), finish];
        return;
      case 'overrun':
        for (let i = 0; i < 200; i++) yield { type: 'text', text: 'é'.repeat(limit) };
        yield* [usage(prompt, limit * 50), finish];
        return;
      case 'claims-billions':
        yield* [text, usage(4e9, 4e9), finish];
        return;
      case 'claims-nothing':
        yield* [text, usage(0, 0), finish];
        return;
      case 'claims-nan':
        yield* [text, usage(NaN, NaN), finish];
        return;
      case 'claims-infinity':
        yield* [text, usage(Infinity, -Infinity), finish];
        return;
      case 'claims-negative':
        yield* [text, usage(-1e9, -5), finish];
        return;
      case 'claims-fraction':
        yield* [text, usage(0.1, 0.5), finish];
        return;
      case 'claims-text':
        yield* [text, usage('many', { lots: true }), finish];
        return;
      case 'says-nothing':
        yield* [text, finish];
        return;
      case 'trickles':
        for (let i = 0; i < Math.min(limit * 5, 60); i++) {
          yield { type: 'text', text: i % 2 === 0 ? '\ud83d' : '\ude00' };
          if (i % 8 === 0) await turn();
        }
        yield finish;
        return;
      case 'never-ends':
        yield text;
        await new Promise<void>((resolve) => call.signal.addEventListener('abort', () => resolve(), { once: true }));
        throw new Error('only after the abort');
      case 'ignores-abort':
        call.signal.addEventListener('abort', () => { throw new Error('an abort listener that throws'); });
        yield text;
        await new Promise(() => undefined);
        return;
      case 'throws-at-once':
        throw new ModelError('Tool.TemporaryFailure', 'at once');
      case 'throws-midway':
        yield text;
        throw new Error('midway');
      case 'throws-after-usage':
        yield* [text, usage(prompt, limit * 3)];
        throw new ModelError('Tool.TemporaryFailure', 'after its claim');
      case 'breaks-off':
        yield text;
        return;
      case 'claims-just-over':
        yield* [text, usage(prompt * 5 + 2_000, limit + 1), finish];
        return;
      case 'nonsense':
        yield* [text, null as unknown as ModelEvent];
        return;
      case 'claims-kinds': {
        const part = (of: number): number => Math.floor(this.#random() * (of + 1));
        yield* [text, { type: 'usage', usage: { promptTokens: prompt, outputTokens: limit, cachedTokens: part(prompt), cacheWriteTokens: part(prompt), imageTokens: part(prompt), reasoningTokens: part(limit) } }, finish];
        return;
      }
      case 'claims-wild-kinds': {
        const wild = (): number => [-1e9, NaN, Infinity, 4e9, 0.3, 'many' as unknown as number][Math.floor(this.#random() * 6)] as number;
        yield* [text, { type: 'usage', usage: { promptTokens: prompt, outputTokens: 1, cachedTokens: wild(), cacheWriteTokens: wild(), imageTokens: wild(), reasoningTokens: wild() } }, finish];
        return;
      }
      case 'thinks-for-ever':
        for (;;) {
          yield { type: 'thought', text: 'é'.repeat(1 + limit) };
          await turn();
        }
    }
  }
}
