import { describe, expect, test } from 'vitest';
import { createAwakeClock } from '../../runtime/durable/awake-clock.ts';
import { honest, secondRuntime, sleep, until, workflow, Workshop } from './workshop.ts';

/** Rule 21, with clocks that a test moves: what stands still is halted, what waits on purpose is not, nor what slept with its machine. */

const STALL_MS = 300_000;

class Clock {
  at = Date.UTC(2026, 0, 1);
  #slept = 0;
  readonly now = (): number => this.at;
  /** What a machine knows that was awake all the time but for `sleep`. */
  readonly awake = (): number => this.at - this.#slept;

  sleep(ms: number): void {
    this.#slept += ms;
    this.at += ms;
  }
}

function shopWith(clock: Clock): Workshop {
  return new Workshop({ now: clock.now, awake: clock.awake, stallMs: STALL_MS });
}

/** Long enough for the watch to have looked several times. */
const looked = (): Promise<void> => sleep(350);

describe('a running run', () => {
  test('without a step or a token for the limit is halted: watchdog:stalled', async () => {
    const clock = new Clock();
    const shop = shopWith(clock);
    shop.provider.reply = () => new Promise(() => undefined);
    const handle = shop.launch(workflow(['n']));
    await until(() => shop.provider.calls.length === 1, 'the call');
    clock.at += STALL_MS - 1;
    await looked();
    expect(shop.status(handle.id)).toBe('running');
    clock.at += STALL_MS / 10;
    expect(await handle.result).toMatchObject({ status: 'halted', error: { name: 'watchdog:stalled' } });
    expect(shop.statuses(handle.id)).toEqual({ n: 'halted' });
    shop.expectSound();
  });

  test.each([
    ['a token', { type: 'text', text: 'x' }], ['a thought', { type: 'thought', text: 'x' }], ['a piece of a call', { type: 'tool', index: 0, arguments: 'x' }],
  ] as const)('that gets %s now and then goes on', async (_what, event) => {
    const clock = new Clock();
    const shop = shopWith(clock);
    shop.provider.reply = (_goal, call) => (async function* () {
      for (let i = 0; i < 4; i++) {
        yield event;
        clock.at += STALL_MS * 0.8;
        await sleep(120);
      }
      yield* honest(call, 'end');
    })();
    expect(await shop.run(workflow(['n']))).toMatchObject({ status: 'completed' });
    expect(clock.at - Date.UTC(2026, 0, 1)).toBeGreaterThan(3 * STALL_MS);
  });

  test('that waits for its working child is not standing still', async () => {
    const clock = new Clock();
    const shop = shopWith(clock);
    shop.provider.reply = async (goal) => {
      clock.at += STALL_MS * 0.7;
      await sleep(120);
      return goal;
    };
    shop.files.set('child.workflow.yaml', workflow([{ id: 'c1' }, { id: 'c2', depends_on: ['c1'] }, { id: 'c3', depends_on: ['c2'] }], { name: 'Child' }));
    expect(await shop.run(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }))).toMatchObject({ status: 'completed', error: null });
    expect(clock.at - Date.UTC(2026, 0, 1)).toBeGreaterThan(2 * STALL_MS);
  });

  test('whose child stands still is halted with it', async () => {
    const clock = new Clock();
    const shop = shopWith(clock);
    shop.provider.reply = () => new Promise(() => undefined);
    shop.files.set('child.workflow.yaml', workflow(['c'], { name: 'Child' }));
    const handle = shop.launch(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }));
    await until(() => shop.provider.calls.length === 1, 'the call');
    clock.at += STALL_MS * 1.1;
    expect(await handle.result).toMatchObject({ status: 'halted', error: { name: 'watchdog:stalled' } });
    expect(shop.row("SELECT COUNT(*) AS n FROM runs WHERE status = 'halted'")).toEqual({ n: 2 });
  });
});

describe('declared waits are exempt', () => {
  test('a person who takes weeks', async () => {
    const clock = new Clock();
    const shop = shopWith(clock);
    const handle = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    await until(() => shop.status(handle.id) === 'waiting', 'the question');
    clock.at += 100 * STALL_MS;
    await looked();
    expect(shop.status(handle.id)).toBe('waiting');
  });

  test('a parent whose child waits for a person', async () => {
    const clock = new Clock();
    const shop = shopWith(clock);
    shop.files.set('child.workflow.yaml', workflow([{ id: 'ok', human: { form: {} } }], { name: 'Child' }));
    const handle = shop.launch(workflow([{ id: 'kid', workflow: './child.workflow.yaml' }], { name: 'Parent' }));
    await until(() => shop.status(handle.id) === 'waiting', 'the parent waits as well');
    clock.at += 100 * STALL_MS;
    await looked();
    expect(shop.row("SELECT COUNT(*) AS n FROM runs WHERE status = 'waiting'")).toEqual({ n: 2 });
  });
});

/** A run of this shop that its process has left behind. */
async function leftBehind(clock: Clock, nodes: Parameters<typeof workflow>[0]): Promise<{ shop: Workshop; run: string }> {
  const shop = shopWith(clock);
  shop.provider.reply = () => new Promise(() => undefined);
  const handle = shop.launch(workflow(nodes, { name: 'Left' }));
  await until(() => shop.events(handle.id).length > 1, 'its first commit');
  shop.close();
  return { shop, run: handle.id };
}

describe('runs of processes that are gone', () => {
  test('running ones are halted once their lease is as old as the limit, by any process that watches', async () => {
    const clock = new Clock();
    const { shop: dead, run } = await leftBehind(clock, ['n']);
    const shop = secondRuntime(dead, { now: clock.now, awake: clock.awake, stallMs: STALL_MS });
    const own = shop.launch(workflow([{ id: 'ok', human: { form: {} } }], { name: 'Own' }));
    await until(() => shop.status(own.id) === 'waiting', 'a run to watch over');
    clock.at += STALL_MS - 1;
    await looked();
    expect(shop.status(run)).toBe('running');
    clock.at += STALL_MS / 10;
    await until(() => shop.status(run) === 'halted', 'the watchdog');
    expect(shop.runtime.resultOf(run)).toMatchObject({ error: { name: 'watchdog:stalled' } });
    expect(shop.status(own.id)).toBe('waiting');
    shop.expectSound();
  });

  test('waiting ones are left alone', async () => {
    const clock = new Clock();
    const { shop: dead, run } = await leftBehind(clock, [{ id: 'ok', human: { form: {} } }]);
    const shop = secondRuntime(dead, { now: clock.now, awake: clock.awake, stallMs: STALL_MS });
    const own = shop.launch(workflow([{ id: 'ok', human: { form: {} } }], { name: 'Own' }));
    await until(() => shop.status(own.id) === 'waiting', 'a run to watch over');
    clock.at += 10 * STALL_MS;
    await looked();
    expect(shop.status(run)).toBe('waiting');
  });

  test('pending ones get twice as long: watchdog:pending_stalled', async () => {
    const clock = new Clock();
    const shop = shopWith(clock);
    const own = shop.launch(workflow([{ id: 'ok', human: { form: {} } }]));
    await until(() => shop.status(own.id) === 'waiting', 'a run to watch over');
    const locked = shop.runtime.lockedOf(shop.runtime.find(own.id));
    const { id } = shop.runtime.ledger.write(() => shop.runtime.insertRun({ locked, settings: shop.runtime.plan(locked, null), inputs: {}, parent: null, relation: null, modelOverride: null, experimentId: 'default', testId: null, prefix: [] }));
    clock.at += 2 * STALL_MS - 1;
    await looked();
    expect(shop.status(id)).toBe('pending');
    clock.at += STALL_MS / 10;
    await until(() => shop.status(id) === 'halted', 'the watchdog');
    expect(shop.runtime.resultOf(id)).toMatchObject({ error: { name: 'watchdog:pending_stalled' } });
    shop.expectSound();
  });
});

describe('a machine that sleeps for a night', () => {
  const NIGHT = 8 * 3_600_000;

  test('does not wake up to a halted run, neither its own nor one of another process, and both show at once that they live', async () => {
    const clock = new Clock();
    const other = shopWith(clock);
    other.provider.reply = () => new Promise(() => undefined);
    const others = other.launch(workflow(['n'], { name: 'Other' }));
    const shop = secondRuntime(other, { now: clock.now, awake: clock.awake, stallMs: STALL_MS });
    shop.provider.reply = () => new Promise(() => undefined);
    const own = shop.launch(workflow(['n'], { name: 'Own' }));
    await until(() => other.provider.calls.length + shop.provider.calls.length === 2, 'both calls');
    await looked();
    // One of the two looks first, and finds the other's last sign of life eight hours old, when the next sweep is due.
    clock.at += STALL_MS / 10;
    clock.sleep(NIGHT);
    for (const { id } of [others, own]) await until(() => shop.runtime.find(id).lease_at === clock.at, 'a heartbeat');
    await looked();
    expect([shop.status(own.id), other.status(others.id)]).toEqual(['running', 'running']);
    clock.at += STALL_MS * 1.1;
    expect(await own.result, 'silence after it counts').toMatchObject({ status: 'halted', error: { name: 'watchdog:stalled' } });
  });

  test('gives what was pending, and who has not beaten yet, the time of a lease to show itself', async () => {
    const clock = new Clock();
    const { shop: dead, run } = await leftBehind(clock, ['n']);
    const shop = secondRuntime(dead, { now: clock.now, awake: clock.awake, stallMs: STALL_MS });
    const own = shop.launch(workflow([{ id: 'ok', human: { form: {} } }], { name: 'Own' }));
    await until(() => shop.status(own.id) === 'waiting', 'a run to watch over');
    await looked();
    clock.at += STALL_MS / 10;
    clock.sleep(NIGHT);
    await looked();
    expect(shop.status(run)).toBe('running');
    // Whenever the watch has noticed the night: the time of a lease later.
    await until(() => {
      clock.at += 1_000;
      return shop.status(run) === 'halted';
    }, 'the watchdog');
  });

  test('by a clock that is read more often than it could sleep unnoticed, on systems too whose steady clock goes on', () => {
    let at = 5_000;
    const awake = createAwakeClock(() => at);
    const begin = awake();
    for (const passed of [100, 100, 1_900]) {
      at += passed;
      awake();
    }
    expect(awake() - begin).toBe(2_100);
    at += NIGHT;
    expect(awake() - begin).toBeLessThanOrEqual(2_100 + 2_000);
    at -= NIGHT;
    expect(awake() - begin, 'never backwards').toBeGreaterThanOrEqual(2_100);
  });
});

test("another living process's run is its own to watch", async () => {
  const clock = new Clock();
  const other = shopWith(clock);
  other.provider.reply = () => new Promise(() => undefined);
  const run = other.launch(workflow(['n'], { name: 'Other' }));
  await until(() => other.provider.calls.length === 1, 'the call');
  const shop = secondRuntime(other, { now: clock.now, awake: clock.awake, stallMs: 30_000 });
  const own = shop.launch(workflow([{ id: 'ok', human: { form: {} } }], { name: 'Own' }));
  await until(() => shop.status(own.id) === 'waiting', 'a run to watch over');
  for (let i = 0; i < 8; i++) {
    clock.at += 9_000;
    await sleep(120);
  }
  expect(shop.status(run.id), 'its heart beats').toBe('running');
});
