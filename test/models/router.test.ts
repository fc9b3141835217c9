import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelError, type ModelEvent, type ModelProvider, type ModelRequest } from '../../runtime/models/provider.ts';
import { createModelRouter, type ModelOutcome } from '../../runtime/models/router.ts';
import { countTokens } from '../../runtime/models/token-count.ts';

const request: ModelRequest = {
  provider: 'fake', model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Häuser?' }],
  temperature: 0, maxTokens: null, outputSchema: null, extras: {},
};
const promptTokens = countTokens('Be brief.Häuser?');

interface Driven {
  readonly outcome: ModelOutcome;
  readonly shown: string[];
}

type Stream = ModelProvider['stream'];

async function drive(stream: Stream, outputLimit = 100, signal: AbortSignal = new AbortController().signal): Promise<Driven> {
  const shown: string[] = [];
  const router = createModelRouter(new Map([['fake', { name: 'fake', price: () => 'free' as const, stream }]]));
  const outcome = await router.call({ request, outputLimit, attempt: 1, signal, onText: (text) => shown.push(text) });
  return { outcome, shown };
}

function events(...list: readonly unknown[]): Stream {
  return async function* () {
    yield* list as readonly ModelEvent[];
  };
}

const text = (value: string): ModelEvent => ({ type: 'text', text: value });
const usage = (prompt: number, output: number): ModelEvent => ({ type: 'usage', usage: { promptTokens: prompt, outputTokens: output } });
const stop: ModelEvent = { type: 'finish', reason: 'stop' };
const never = new Promise<never>(() => undefined);

describe('an answer', () => {
  test('is forwarded as it comes and settled as reported', async () => {
    const { outcome, shown } = await drive(events(text('Hello '), text('you.'), usage(20, 30), stop));
    expect(shown).toEqual(['Hello ', 'you.']);
    expect(outcome).toEqual({ status: 'ok', text: 'Hello you.', finish: 'stop', usage: { promptTokens: 20, outputTokens: 30, source: 'reported' }, claimed: null });
  });

  test('without usage is counted', async () => {
    const { outcome } = await drive(events(text('Hello you.'), stop));
    expect(outcome).toMatchObject({ usage: { promptTokens, outputTokens: 3, source: 'counted' }, claimed: null });
  });

  test('ends with the first finish', async () => {
    const { outcome } = await drive(events(text('a'), stop, text('b'), usage(1e6, 1e6), stop));
    expect(outcome).toMatchObject({ status: 'ok', text: 'a', usage: { outputTokens: 1 } });
  });

  test('that breaks off is an error that may be tried again', async () => {
    const { outcome } = await drive(events(text('half')));
    expect(outcome).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure' }, usage: { outputTokens: 1, source: 'estimated' } });
  });

  test('a failure keeps its name and data', async () => {
    const { outcome } = await drive(async function* () {
      yield text('ha');
      throw new ModelError('Runner.Timeout', 'too slow', { after: 3 });
    });
    expect(outcome).toMatchObject({ status: 'error', error: { name: 'Runner.Timeout', message: 'too slow', data: { after: 3 } }, usage: { outputTokens: 1, source: 'estimated' } });
  });

  test('from nowhere is an error that names what there is', async () => {
    const router = createModelRouter(new Map([['simulated', { name: 'simulated', price: () => 'free' as const, stream: events(stop) }]]));
    const outcome = await router.call({ request: { ...request, provider: 'openai' }, outputLimit: 5, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
    expect(outcome).toMatchObject({ status: 'error', error: { name: 'Dagbook.ModelNotAvailable' }, usage: { promptTokens: 0, outputTokens: 0 } });
    expect(outcome.status === 'error' && outcome.error.message).toContain('"openai"');
    expect(router.price({ ...request, provider: 'openai' })).toBeNull();
  });
});

describe('the limit', () => {
  test('cuts a giant chunk', async () => {
    const { outcome, shown } = await drive(events(text('x'.repeat(50_000_000)), stop), 10);
    expect(outcome).toMatchObject({ status: 'ok', finish: 'cut', text: 'x'.repeat(40), usage: { outputTokens: 10, source: 'estimated' } });
    expect(shown).toEqual(['x'.repeat(40)]);
  });

  test('lets an answer of exactly that length through', async () => {
    expect((await drive(events(text('x'.repeat(40)), { type: 'finish', reason: 'length' }), 10)).outcome).toMatchObject({ finish: 'length', text: 'x'.repeat(40) });
    expect((await drive(events(text('x'.repeat(40)), text(''), text('y'), stop), 10)).outcome).toMatchObject({ finish: 'cut', text: 'x'.repeat(40) });
    expect((await drive(events(text('x'), stop), 0)).outcome).toMatchObject({ finish: 'cut', text: '' });
  });

  test('does not split a character', async () => {
    const { outcome } = await drive(events(text('ab😀😀'), stop), 2);
    expect(outcome).toMatchObject({ finish: 'cut', text: 'ab😀' });
    const halves = await drive(events(text('ab\ud83d'), text('\ude00cd'), stop), 2);
    expect(halves.outcome).toMatchObject({ finish: 'stop', text: 'ab😀cd', usage: { outputTokens: 2 } });
    const lone = await drive(events(text('\ud83d'), stop), 2);
    expect(lone.outcome).toMatchObject({ text: '\ufffd', usage: { outputTokens: 1 } });
  });

  test('stops the provider, also one that ignores it', async () => {
    let aborted = false;
    let made = 0;
    const { outcome } = await drive(async function* (call) {
      call.signal.addEventListener('abort', () => {
        aborted = true;
        throw new Error('from a listener');
      });
      try {
        for (;;) {
          made++;
          yield text('chunk ');
        }
      } finally {
        await never;
      }
    }, 10);
    expect(outcome).toMatchObject({ finish: 'cut' });
    expect(aborted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(made).toBeLessThan(10);
  });
});

describe('an abort', () => {
  const resolvedAtOnce = async (stream: Stream): Promise<ModelOutcome> => {
    const controller = new AbortController();
    let outcome: ModelOutcome | null = null;
    void drive(stream, 100, controller.signal).then((driven) => {
      outcome = driven.outcome;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(outcome).toBeNull();
    controller.abort();
    await new Promise((resolve) => queueMicrotask(() => queueMicrotask(() => setImmediate(resolve))));
    if (outcome === null) throw new Error('not resolved');
    return outcome;
  };

  test('ends a call that never answers', async () => {
    expect(await resolvedAtOnce(() => ({ [Symbol.asyncIterator]: () => ({ next: () => never, return: () => never }) }))).toMatchObject({
      status: 'aborted', usage: { promptTokens, outputTokens: 0, source: 'estimated' },
    });
  });

  test('accounts what was seen', async () => {
    const outcome = await resolvedAtOnce(async function* () {
      yield usage(50, 1);
      yield text('twelve bytes');
      await never;
    });
    expect(outcome).toEqual({ status: 'aborted', usage: { promptTokens: 50, outputTokens: 3, source: 'estimated' }, claimed: { promptTokens: 50, outputTokens: 1 } });
  });

  test('gets through to a stream that never waits', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const { outcome } = await drive(
      async function* () {
        for (let index = 0; ; index++) yield index % 100 === 0 ? text('x') : usage(1, 1);
      },
      2000,
      controller.signal,
    );
    expect(outcome.status).toBe('aborted');
  });

  test('is not needed to end a stream of nothing', async () => {
    const { outcome } = await drive(async function* () {
      for (let index = 0; ; index++) yield index % 2 === 0 ? text('') : usage(1, 1);
    });
    expect(outcome).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure' } });
  });

  test('before the call makes none', async () => {
    let called = false;
    const { outcome } = await drive(() => {
      called = true;
      throw new Error('called');
    }, 10, AbortSignal.abort());
    expect(outcome).toEqual({ status: 'aborted', usage: { promptTokens: 0, outputTokens: 0, source: 'estimated' }, claimed: null });
    expect(called).toBe(false);
  });

  test('leaves no listener behind', async () => {
    const controller = new AbortController();
    let listeners = 0;
    const add = controller.signal.addEventListener.bind(controller.signal);
    const remove = controller.signal.removeEventListener.bind(controller.signal);
    controller.signal.addEventListener = ((...parameters: Parameters<typeof add>) => (listeners++, add(...parameters)));
    controller.signal.removeEventListener = ((...parameters: Parameters<typeof remove>) => (listeners--, remove(...parameters)));
    await drive(events(text('a'), stop), 10, controller.signal);
    expect(listeners).toBe(0);
  });
});

describe('a provider that lies', () => {
  test('low is not believed', async () => {
    const { outcome } = await drive(events(text('x'.repeat(40)), usage(0, 1), stop));
    expect(outcome).toMatchObject({ usage: { promptTokens, outputTokens: 10, source: 'counted' }, claimed: { promptTokens: 0, outputTokens: 1 } });
  });

  test('in numbers that are none is not heard', async () => {
    for (const bad of [Number.NaN, -5, '12', null, {}]) {
      const { outcome } = await drive(events(text('x'), { type: 'usage', usage: { promptTokens: bad, outputTokens: bad } }, stop));
      expect(outcome).toMatchObject({ status: 'ok', usage: { promptTokens, outputTokens: 1, source: 'counted' }, claimed: null });
    }
    const { outcome } = await drive(events(text('x'), usage(Infinity, 1.5), stop));
    expect(outcome).toMatchObject({ usage: { promptTokens: 1e12, outputTokens: 2, source: 'reported' } });
  });

  test.each([[null], [undefined], [{}], [{ type: 'text' }], [{ type: 'text', text: 5 }], [{ type: 'usage' }], [{ type: 'other' }], ['text']])('in events that are none (%j) fails', async (event) => {
    expect((await drive(events(event, stop))).outcome).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure' } });
  });

  test('in what it returns fails', async () => {
    for (const stream of [() => null, () => ({}), () => ({ [Symbol.asyncIterator]: () => ({}) }), () => ({ [Symbol.asyncIterator]: () => ({ next: () => 5 }) })] as unknown as Stream[]) {
      expect((await drive(stream)).outcome.status).toBe('error');
    }
  });
});

type Move = ModelEvent | { readonly type: 'throw' | 'wait' | 'garbage' | 'hang' };

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map(text) },
  fc.constantFrom('', 'x'.repeat(5000), '\ud83d', '\ude00').map(text),
  fc.record({ type: fc.constant('usage' as const), usage: fc.record({ promptTokens: fc.double(), outputTokens: fc.double() }) }),
  fc.record({ type: fc.constant('finish' as const), reason: fc.constantFrom('stop' as const, 'length' as const, 'abort' as const) }),
  fc.constantFrom<Move>({ type: 'throw' }, { type: 'wait' }, { type: 'garbage' }, { type: 'hang' }),
);

test('whatever a provider does, what is settled is a sound count and the limit holds', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 12 }), fc.nat(40), fc.nat(3), async (moves, limit, abortAfter) => {
      const controller = new AbortController();
      const run = drive(
        async function* () {
          for (const one of moves) {
            if (one.type === 'throw') throw new Error('thrown');
            if (one.type === 'wait') await new Promise(setImmediate);
            else if (one.type === 'hang') await never;
            else yield (one.type === 'garbage' ? 17 : one) as ModelEvent;
          }
        },
        limit,
        controller.signal,
      );
      for (let turn = 0; turn < abortAfter + 2; turn++) await new Promise(setImmediate);
      controller.abort();
      const { outcome, shown } = await run;
      for (const tokens of [outcome.usage.promptTokens, outcome.usage.outputTokens, outcome.claimed?.promptTokens ?? 0, outcome.claimed?.outputTokens ?? 0]) {
        expect(Number.isSafeInteger(tokens)).toBe(true);
        expect(tokens).toBeGreaterThanOrEqual(0);
      }
      expect(countTokens(shown.join(''))).toBeLessThanOrEqual(limit);
      expect(outcome.usage.promptTokens).toBeGreaterThanOrEqual(promptTokens);
      expect(outcome.usage.outputTokens).toBeGreaterThanOrEqual(countTokens(shown.join('')));
      expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
    }),
    { numRuns: 500 },
  );
});
