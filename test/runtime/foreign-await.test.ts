import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import type { Adapter, RunContext } from '../../runtime/durable/context.ts';
import { createEmbeddedEngine } from '../../runtime/durable/embedded-engine.ts';
import type { Engine } from '../../runtime/durable/engine.ts';
import { createRedactor } from '../../runtime/models/redact-secret.ts';
import { createModelRouter } from '../../runtime/models/router.ts';
import { adapterOf, FakeEngine, requestOf, simpleNode, World } from './harness.ts';
import { sleep, until } from './workshop.ts';

/** What an adapter may not do, and what becomes of the run: a bug with a name and a path, never a hang, never a dead process. */

const unhandled: unknown[] = [];
const note = (error: unknown): number => unhandled.push(error);
beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
});
afterEach(async () => {
  await sleep(5);
  process.off('unhandledRejection', note);
  process.off('uncaughtException', note);
  expect(unhandled).toEqual([]);
});

/** A model that never answers: whatever else happens comes first, however busy the machine is. */
function silentWorld(): World {
  const world = new World();
  world.engine.onModel = () => new Promise(() => undefined);
  return world;
}

async function endOf(adapter: Adapter, world = silentWorld()) {
  const { run, end } = await world.run(adapter);
  expect(end.kind).toBe('ended');
  expect(world.events(run).at(-1)?.kind, 'whatever went wrong, the run has an end').toBe('ended');
  expect(world.events(run).filter((event) => event.kind === 'closed')).toHaveLength(world.events(run).filter((event) => event.kind === 'opened').length);
  return { run, status: run.status, error: run.error === null ? null : (JSON.parse(run.error) as { name: string; message: string; path?: string }) };
}

describe('an adapter that awaits something foreign', () => {
  const foreign: Record<string, () => Promise<unknown>> = {
    'a timer': () => sleep(5),
    'an immediate': () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
    'an immediate that is due at once': () => new Promise((resolve) => setImmediate(resolve)),
    'a timer that is due at once': () => sleep(0),
    'a request of its own': () => new Promise((resolve) => setTimeout(() => resolve({ ok: true }), 8)),
  };
  test.each(Object.keys(foreign))('%s, while a call is open: ForeignAwait, naming the path it asked for next', async (what) => {
    const { status, error } = await endOf(adapterOf(async (ctx) => {
      const first = simpleNode(ctx, 'first', 'x');
      await foreign[what]!();
      await simpleNode(ctx, 'second', 'y');
      return (await first).text;
    }));
    expect(status).toBe('error');
    expect(error).toMatchObject({ name: 'Dagbook.ForeignAwait', path: 'nodes/second' });
    expect(error?.message).toContain('nodes/second');
  });

  test('swallowing the error does not help: the pump ends the run, not the adapter', async () => {
    const { error } = await endOf(adapterOf(async (ctx) => {
      const first = simpleNode(ctx, 'first', 'x');
      await sleep(5);
      try {
        await simpleNode(ctx, 'second', 'y');
      } catch {
        return 'all is well';
      }
      return (await first).text;
    }));
    expect(error?.name).toBe('Dagbook.ForeignAwait');
  });

  test.each(['close', 'note', 'cancel'] as const)('and then only calls %s', async (what) => {
    const { error } = await endOf(adapterOf(async (ctx) => {
      const other = simpleNode(ctx, 'other', 'x');
      const run = ctx.agentRun('nodes/n', { node: 'n', agent: 'n', version: null, inputs: {}, model: null, attempt: 1, iteration: 1, budget: { account: 'nodes/n', tokens: null, micros: null, price: { input: 0, output: 0 } } });
      await sleep(5);
      if (what === 'close') run.close({ status: 'completed', output: 1, error: null });
      if (what === 'note') run.note('nodes/n/guardrail/x', 'guardrail', 1, 2);
      if (what === 'cancel') ctx.scope('nodes/n').cancel();
      return (await other).text;
    }));
    expect(error).toMatchObject({ name: 'Dagbook.ForeignAwait', path: what === 'note' ? 'nodes/n/guardrail/x' : 'nodes/n' });
  });
});

describe('an adapter that awaits what nobody settles', () => {
  test('nothing at all: Stalled', async () => {
    const { status, error } = await endOf(adapterOf(() => new Promise(() => undefined)));
    expect(status).toBe('error');
    expect(error?.name).toBe('Dagbook.Stalled');
  });

  test('after its work: Stalled, and what it did stands', async () => {
    const world = new World();
    const { run, error } = await endOf(adapterOf(async (ctx) => {
      await simpleNode(ctx, 'done', 'x');
      return new Promise<Json>(() => undefined);
    }), world);
    expect(error?.name).toBe('Dagbook.Stalled');
    expect(world.events(run).filter((event) => event.kind === 'done')).toHaveLength(1);
  });
});

test('asking one path twice before its answer is a bug with its name', async () => {
  const { status, error } = await endOf(adapterOf(async (ctx) => {
    const [a, b] = await Promise.all([ctx.now('twice'), ctx.now('twice')]);
    return [a, b];
  }));
  expect(status).toBe('error');
  expect(error?.message).toContain('twice was asked again before its earlier attempt was answered');
});

test('asking a path again after its answer is another attempt', async () => {
  const world = new World();
  const { run, status } = await endOf(adapterOf(async (ctx) => {
    await ctx.now('again');
    return ctx.now('again');
  }), world);
  expect(status).toBe('completed');
  expect(world.events(run).flatMap((event) => (event.kind === 'asked' ? [event.attempt] : []))).toEqual([1, 2]);
});

test('failing leaves that nobody awaits never become unhandled rejections', async () => {
  const world = new World();
  world.engine.onModel = () => Promise.resolve({ status: 'error', error: { name: 'Tool.TemporaryFailure', message: 'no', data: null }, usage: { promptTokens: 1, outputTokens: 0, source: 'reported' }, claimed: null });
  const { status } = await endOf(adapterOf(async (ctx) => {
    for (let i = 0; i < 20; i++) void ctx.model(`loose/${i}`, requestOf('x'));
    for (let i = 0; i < 20; i++) void ctx.step(`steps/${i}`, () => Promise.reject(new Error('no')));
    await ctx.sleep('a while', 0);
    return 'end';
  }), world);
  expect(status).toBe('completed');
});

test('an adapter that throws, also what is no error, ends its run as error and leaves nothing open', async () => {
  for (const thrown of [new Error('a bug'), 'a string' as unknown as Error, null as unknown as Error]) {
    const { status, error } = await endOf(adapterOf(async (ctx) => {
      void simpleNode(ctx, 'open', 'x');
      await ctx.now('t');
      throw thrown;
    }));
    expect(status).toBe('error');
    expect(error?.name).toBe('internal-error');
  }
});

class RealEffects extends FakeEngine {
  readonly #engine: Engine = createEmbeddedEngine({ router: createModelRouter(new Map()), redactor: createRedactor(null), now: Date.now, tool: () => Promise.reject(new Error('no tools here')), recall: () => Promise.reject(new Error('nothing to recall here')), child: () => Promise.reject(new Error('no children here')) });
  override step(work: (signal: AbortSignal) => Promise<Json>, signal: AbortSignal): ReturnType<Engine['step']> {
    return this.#engine.step(work, signal);
  }
}

describe('abort listeners that throw are survived', () => {
  const throwing = (signal: AbortSignal): Promise<never> => {
    signal.addEventListener('abort', () => { throw new Error('a listener that throws'); });
    const rejecting = (): unknown => Promise.reject(new Error('a listener that rejects'));
    signal.addEventListener('abort', rejecting);
    return new Promise(() => undefined);
  };
  const heard: string[] = [];
  const listening = (signal: AbortSignal): Promise<never> => {
    signal.addEventListener('abort', () => heard.push('heard'));
    return new Promise(() => undefined);
  };

  test.each(['the end of the run', 'a cancel', 'an abandoned drive'])('at %s, and the others still hear of it', async (when) => {
    heard.length = 0;
    const world = new World(undefined, new RealEffects());
    const started = world.drive(world.open(), adapterOf(async (ctx: RunContext) => {
      void ctx.step('bad/step', throwing);
      void ctx.step('good/step', listening);
      await ctx.sleep('a while', 0);
      if (when === 'an abandoned drive') return new Promise<Json>(() => undefined);
      if (when === 'a cancel') {
        ctx.scope('bad').cancel();
        ctx.scope('good').cancel();
        await ctx.sleep('a while more', 0);
      }
      return 'end';
    }));
    if (when === 'an abandoned drive') {
      await sleep(20);
      started.driver.abandon();
    }
    expect((await started.end).kind).toBe(when === 'an abandoned drive' ? 'abandoned' : 'ended');
    await sleep(5);
    expect(heard).toEqual(['heard']);
  });
});

describe('a walk that leaves its record', () => {
  const walk = (prompts: readonly string[]): Adapter => adapterOf(async (ctx) => {
    let last = '';
    for (const [i, prompt] of prompts.entries()) last = (await simpleNode(ctx, `n${i}`, prompt)).text;
    await ctx.ask('hold', {});
    return last;
  });

  /** A run that waits at its end, left by its process. */
  async function interrupted(adapter: Adapter): Promise<{ world: World; id: string }> {
    const world = new World();
    const started = world.drive(world.open(), adapter);
    await until(() => started.driver.waiting, 'the question');
    started.driver.abandon();
    await started.end;
    return { world, id: started.run.id };
  }

  async function resumed(world: World, id: string, adapter: Adapter) {
    const calls = world.engine.calls.length;
    const end = await world.drive(world.take(id), adapter).end;
    expect(world.engine.calls.length, 'never a live call').toBe(calls);
    expect(end).toMatchObject({ kind: 'ended', outcome: { status: 'error' } });
    return JSON.parse(world.row(id).error ?? 'null') as { name: string; message: string; path?: string };
  }

  test('another request at the same path: Dagbook.ReplayDiverged, naming the path and both hashes', async () => {
    const { world, id } = await interrupted(walk(['a', 'b', 'c']));
    const asked = world.events(world.row(id)).filter((event) => event.kind === 'asked' && event.leaf === 'llm');
    const sameOpening = adapterOf(async (ctx) => {
      await simpleNode(ctx, 'n0', 'a');
      const run = ctx.agentRun('nodes/n1', { node: 'n1', agent: 'n1', version: null, inputs: { prompt: 'b' }, model: 'simulated', attempt: 1, iteration: 1, budget: { account: 'nodes/n1', tokens: null, micros: null, price: { input: 0, output: 0 } } });
      await run.model('nodes/n1/model/1', requestOf('something else'));
      return '';
    });
    const error = await resumed(world, id, sameOpening);
    expect(error.name).toBe('Dagbook.ReplayDiverged');
    expect(error.path).toBe('nodes/n1/model/1');
    const recorded = asked[1];
    expect(error.message).toContain(recorded?.kind === 'asked' ? recorded.request.hash : '');
    expect(error.message.match(/[0-9a-f]{64}/g)).toHaveLength(2);
    expect(error.message).toContain('They differ: at messages[0].content the record has "b", this walk "something else".');
  });

  test.each([
    ['other inputs of a node', walk(['a', 'changed', 'c'])],
    ['another node', adapterOf(async (ctx) => (await simpleNode(ctx, 'n0', 'a')).text + (await simpleNode(ctx, 'other', 'b')).text)],
    ['a step left out', walk(['a', 'b'])],
    ['an end before the record ends', adapterOf(async (ctx) => (await simpleNode(ctx, 'n0', 'a')).text)],
    ['a question more', adapterOf(async (ctx) => { await ctx.now('new'); return (await simpleNode(ctx, 'n0', 'a')).text; })],
    ['another kind of question', adapterOf(async (ctx) => { await simpleNode(ctx, 'n0', 'a'); await ctx.random('nodes/n1'); return ''; })],
    ['nothing at all', adapterOf(() => new Promise(() => undefined))],
  ])('%s', async (_what, changed) => {
    const { world, id } = await interrupted(walk(['a', 'b', 'c']));
    const before = world.events(world.row(id));
    const error = await resumed(world, id, changed);
    expect(error.name).toBe('Dagbook.ReplayDiverged');
    expect(world.events(world.row(id)).slice(0, before.length), 'the record stands').toEqual(before);
  });

  test('a journal that was tampered with is not followed', async () => {
    const { world, id } = await interrupted(walk(['a', 'b']));
    world.ledger.db.exec("DROP TRIGGER turns_no_update; UPDATE turns SET events = replace(events, 'nodes/n1/model/1', 'nodes/n1/model/9')");
    const error = await resumed(world, id, walk(['a', 'b']));
    expect(error).toMatchObject({ name: 'Dagbook.ReplayDiverged', path: 'nodes/n1/model/1' });
    expect(error.message).toContain('nodes/n1/model/9');
  });

  test('catching it in the adapter is impossible: it happens at the pump', async () => {
    const { world, id } = await interrupted(walk(['a', 'b']));
    const error = await resumed(world, id, adapterOf(async (ctx) => {
      try {
        await simpleNode(ctx, 'n0', 'changed');
      } catch {
        return 'caught';
      }
      return 'went on';
    }));
    expect(error.name).toBe('Dagbook.ReplayDiverged');
  });
});

test('a driver that is told to let go while timers have their turn lets go: no wake is lost', async () => {
  const world = new World();
  world.engine.onModel = () => new Promise(() => undefined);
  // A ledger is made by what is written first: only from then on its parts stay the same.
  const run = world.open();
  const ledger: typeof world.ledger = {
    ...world.ledger,
    write<T>(work: () => T): T {
      const value = world.ledger.write(work);
      // A slow commit: the pump yields to timers and I/O before it waits, and there the switch is heard.
      const until = performance.now() + 10;
      while (performance.now() < until);
      setImmediate(() => started.driver.abandon());
      return value;
    },
  };
  const started = world.drive(run, adapterOf(async (ctx) => (await simpleNode(ctx, 'deaf', 'x')).text), { ledger });
  expect(await Promise.race([started.end, sleep(30_000).then(() => 'still waiting')])).toEqual({ kind: 'abandoned' });
});
