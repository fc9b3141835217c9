import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { halt, ModelError } from '../../runtime/index.ts';
import { createRateLimiter } from '../../runtime/models/rate-limit.ts';
import { workflow, Workshop } from '../runtime/workshop.ts';

/** Rates and retries on a clock and dice that the test moves: nothing here waits for a real second. */

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'], now: Date.UTC(2026, 0, 1) });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lets time pass second by second, and everything that is ready go on in between, until it holds. */
async function pass(holds: () => boolean, most = 3_600): Promise<void> {
  for (let second = 0; second < most * 4; second++) {
    for (let i = 0; i < 20; i++) await turns();
    if (holds()) return;
    await vi.advanceTimersByTimeAsync(250);
  }
  throw new Error(`did not come to hold within ${most} s`);
}

/** The most that lie within any minute. */
function mostPerMinute(times: readonly number[]): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + 60_000).length));
}

describe('the rate limit', () => {
  test('holds in every minute, serves first come first, and gives the turns of those who go away to others', async () => {
    await fc.assert(fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(fc.record({ after: fc.integer({ min: 0, max: 30_000 }), patience: fc.option(fc.integer({ min: 0, max: 200_000 })) }), { minLength: 1, maxLength: 40 }),
      async (perMinute, callers) => {
        const limiter = createRateLimiter();
        const begun: { readonly at: number; readonly who: number }[] = [];
        let open = callers.length;
        let clock = 0;
        for (const [who, { after, patience }] of callers.entries()) {
          clock += after;
          setTimeout(() => {
            const controller = new AbortController();
            if (patience !== null) setTimeout(() => controller.abort(), patience);
            const turn = limiter.turn({ name: 'a', perMinute }, controller.signal) ?? Promise.resolve();
            void turn.then(() => {
              open -= 1;
              if (!controller.signal.aborted) begun.push({ at: performance.now(), who });
            });
          }, clock);
        }
        // Nobody waits longer than if all before had really called.
        const end = performance.now() + clock + Math.ceil(callers.length / perMinute) * 60_000 + 1_000;
        while (performance.now() < end) await vi.advanceTimersByTimeAsync(997);
        expect(open).toBe(0);
        expect(mostPerMinute(begun.map(({ at }) => at))).toBeLessThanOrEqual(perMinute);
        expect(begun.map(({ who }) => who)).toEqual(begun.map(({ who }) => who).toSorted((a, b) => a - b));
        expect(callers.every(({ patience }, who) => patience !== null || begun.some((one) => one.who === who))).toBe(true);
      },
    ), { numRuns: 60 });
  }, 120_000);

  test('of one name is none of another, and who goes away leaves no wait behind', async () => {
    const limiter = createRateLimiter();
    const controller = new AbortController();
    const never = new AbortController().signal;
    expect(limiter.turn({ name: 'a', perMinute: 1 }, never)).toBeNull();
    expect(limiter.turn({ name: 'b', perMinute: 1 }, never)).toBeNull();
    const waiting = Array.from({ length: 100 }, () => limiter.turn({ name: 'a', perMinute: 1 }, controller.signal));
    controller.abort();
    await Promise.all(waiting.filter((turn) => turn !== null));
    await vi.advanceTimersByTimeAsync(60_000);
    // A hundred who gave up would otherwise have kept this one for a hundred minutes.
    expect(limiter.turn({ name: 'a', perMinute: 1 }, never)).toBeNull();
  });
});

const limited = (perMinute: number): Readonly<Record<string, string>> => ({ 'a.agent.yaml': JSON.stringify({ name: 'a', role: 'a', guardrails: { rate_limit_per_minute: perMinute } }) });
const parallel = (n: number): string => workflow(Array.from({ length: n }, (_, i) => ({ id: `n${i}`, agent_spec: './a.agent.yaml', task: { goal: `n${i}` } })), { max_concurrency: n });

describe('parallel nodes', () => {
  test('of two runs share the rate of their agent', async () => {
    const shop = new Workshop({ files: limited(4) });
    const at: number[] = [];
    shop.provider.reply = (goal) => {
      at.push(Date.now());
      return goal;
    };
    const runs = [shop.launch(parallel(9)), shop.launch(parallel(9))];
    let done = 0;
    for (const { result } of runs) void result.then(() => (done += 1));
    await pass(() => done === 2);
    expect(runs.map(({ id }) => shop.status(id))).toEqual(['completed', 'completed']);
    expect(at).toHaveLength(18);
    expect(mostPerMinute(at)).toBe(4);
    expect((at.at(-1) ?? 0) - (at[0] ?? 0)).toBeLessThan(5 * 61_000);
    shop.expectSound();
  });

  test('that are halted while they wait their turn make no call, and keep nobody waiting after them', async () => {
    const shop = new Workshop({ files: limited(2) });
    const handle = shop.launch(parallel(40));
    await pass(() => shop.provider.calls.length === 2);
    halt(shop.runtime, { run: handle.id, hold: false });
    expect((await handle.result).status).toBe('halted');
    await vi.advanceTimersByTimeAsync(60_000);
    let done = false;
    const next = shop.launch(parallel(2));
    void next.result.then(() => (done = true));
    await pass(() => done, 5);
    expect(shop.provider.calls).toHaveLength(4);
    shop.expectSound();
  });
});

describe('another attempt', () => {
  /** When each attempt of each node was made: milliseconds from the start. */
  async function attempts(failure: ModelError, dice: readonly number[], nodes = 1): Promise<readonly (readonly number[])[]> {
    let rolled = 0;
    vi.spyOn(Math, 'random').mockImplementation(() => dice[rolled++ % dice.length] ?? 0);
    const shop = new Workshop();
    const begun = Date.now();
    const at = new Map<string, number[]>();
    shop.provider.reply = (goal) => {
      at.set(goal, [...(at.get(goal) ?? []), Date.now() - begun]);
      throw failure;
    };
    const handle = shop.launch(workflow(Array.from({ length: nodes }, (_, i) => `n${i}`), { max_concurrency: nodes }));
    let done = false;
    void handle.result.then(() => (done = true));
    await pass(() => done);
    expect(shop.status(handle.id)).toBe('error');
    shop.expectSound();
    return [...at.values()];
  }

  const busy = (retry_after_ms?: number): ModelError => new ModelError('Tool.TemporaryFailure', 'busy', retry_after_ms === undefined ? null : { retry_after_ms });
  const waits = ([times = []]: readonly (readonly number[])[]): readonly number[] => times.slice(1).map((at, i) => at - (times[i] ?? 0));
  const about = (ms: number): unknown => expect.closeTo(ms, -2.7);

  test('comes after a second and after two, spread by the dice from a half to one and a half', async () => {
    expect(waits(await attempts(busy(), [0]))).toEqual([about(500), about(1_000)]);
    expect(waits(await attempts(busy(), [0.5]))).toEqual([about(1_000), about(2_000)]);
    expect(waits(await attempts(busy(), [0.999]))).toEqual([about(1_500), about(3_000)]);
  });

  test('comes no sooner than the provider asks, and no later than a minute after it', async () => {
    expect(waits(await attempts(busy(20_000), [0]))).toEqual([about(20_000), about(20_000)]);
    expect(waits(await attempts(busy(20_000), [0.999]))).toEqual([about(20_500), about(21_000)]);
    expect(waits(await attempts(busy(3_600_000), [0]))).toEqual([about(60_000), about(60_000)]);
    expect(waits(await attempts(busy(10), [0.5]))).toEqual([about(1_000), about(2_000)]);
  });

  test('of nodes that failed together does not come together', async () => {
    const dice = Array.from({ length: 16 }, (_, i) => i / 16);
    const second = (await attempts(busy(), dice, 16)).map(([, at = 0]) => at);
    expect(Math.max(...second) - Math.min(...second)).toBeGreaterThan(700);
  });

  test('is made three times at most, and none of what is no passing trouble', async () => {
    expect((await attempts(busy(), [0.5]))[0]).toHaveLength(3);
    for (const name of ['States.Permissions', 'Runner.Timeout', 'States.TaskFailed']) expect((await attempts(new ModelError(name, 'no'), [0.5]))[0]).toHaveLength(1);
  });

  test('costs of the same purse: where it holds no more than one, there is no other', async () => {
    const shop = new Workshop();
    shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
    shop.provider.reply = () => { throw busy(); };
    const probe = shop.launch(workflow(['n0']));
    let ended = 0;
    void probe.result.then(() => (ended += 1));
    await pass(() => ended === 1);
    const { run_id: first, total_tokens: spent } = await probe.result;
    // What one call is set aside for its prompt, and a little for its answer: nothing is left of it once a call has cost something.
    const cap = (shop.row("SELECT tokens FROM budget_entries WHERE kind = 'reservation' AND workflow_run_id = ?", first)['tokens'] as number) - 1_024 + 20;
    expect(spent).toBeGreaterThan(60);
    const capped = shop.launch(workflow(['n0'], { cost_caps: { per_node_max_tokens: cap } }));
    void capped.result.then(() => (ended += 1));
    await pass(() => ended === 2);
    const result = await capped.result;
    expect(result).toMatchObject({ status: 'rejected', error: { name: 'Dagbook.BudgetExceeded' } });
    expect(result.total_tokens).toBeLessThanOrEqual(cap);
    expect(shop.provider.calls).toHaveLength(4);
    shop.expectSound();
  });
});
