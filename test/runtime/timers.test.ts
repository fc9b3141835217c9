import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createEmbeddedEngine } from '../../runtime/durable/embedded-engine.ts';
import { GuardedAbort } from '../../runtime/models/guarded-abort.ts';
import { createSecrets } from '../../runtime/index.ts';
import { until, workflow, Workshop } from './workshop.ts';

/** A durable timer goes by the clock of the world, and not by timers of Node's, which stand still while a machine sleeps. */

const HOUR = 3_600_000;
/** So often, at least, the clock is looked at: milliseconds. */
const LOOK = 2_000;

function notHere(): never {
  throw new Error('only time passes here');
}

/** An engine over a clock that a test moves, apart from the timers it moves. */
function engineAt(clock: { readonly at: number }): ReturnType<typeof createEmbeddedEngine> {
  return createEmbeddedEngine({ router: { price: notHere, call: notHere }, redactor: createSecrets(() => null).redactor, now: () => clock.at, tool: notHere, recall: notHere, child: notHere });
}

function sleeping(clock: { readonly at: number }, ms: number): { over: boolean; readonly abort: GuardedAbort } {
  const sleeper = { over: false, abort: new GuardedAbort() };
  void engineAt(clock).sleep(clock.at + ms, sleeper.abort).then(() => { sleeper.over = true; });
  return sleeper;
}

describe('a timer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('whose time came while the machine slept is over at the next look, and no sooner', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const sleeper = sleeping(clock, HOUR);
    await vi.advanceTimersByTimeAsync(LOOK * 3);
    expect(sleeper.over).toBe(false);
    clock.at += HOUR - 1;
    await vi.advanceTimersByTimeAsync(LOOK);
    expect(sleeper.over).toBe(false);
    clock.at += 1;
    await vi.advanceTimersByTimeAsync(LOOK);
    expect(sleeper.over).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('whose clock is set back waits until its time has come by the clock as it is now', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const sleeper = sleeping(clock, LOOK);
    clock.at -= HOUR;
    await vi.advanceTimersByTimeAsync(LOOK * 10);
    expect(sleeper.over).toBe(false);
    clock.at += HOUR + LOOK;
    await vi.advanceTimersByTimeAsync(LOOK);
    expect(sleeper.over).toBe(true);
  });

  test('of less than a look is over when its time has come', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const sleeper = sleeping(clock, 50);
    await vi.advanceTimersByTimeAsync(49);
    expect(sleeper.over).toBe(false);
    clock.at += 50;
    await vi.advanceTimersByTimeAsync(1);
    expect(sleeper.over).toBe(true);
  });

  test('whose time is past is over at once', async () => {
    const sleeper = sleeping({ at: Date.UTC(2026, 0, 1) }, -1);
    await Promise.resolve();
    expect([sleeper.over, vi.getTimerCount()]).toEqual([true, 0]);
  });

  test('of a century waits no busier than any other: timers of Node\'s end at 25 days', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const set = vi.spyOn(globalThis, 'setTimeout');
    const sleeper = sleeping(clock, 100 * 365 * 24 * HOUR);
    await vi.advanceTimersByTimeAsync(LOOK * 10);
    expect(sleeper.over).toBe(false);
    expect(set).toHaveBeenCalledTimes(11);
    set.mockRestore();
  });

  test('that is given up looks no more, and is never over', async () => {
    const clock = { at: Date.UTC(2026, 0, 1) };
    const sleeper = sleeping(clock, HOUR);
    await vi.advanceTimersByTimeAsync(LOOK);
    sleeper.abort.abort(null);
    expect(vi.getTimerCount()).toBe(0);
    clock.at += HOUR;
    await vi.advanceTimersByTimeAsync(LOOK * 2);
    expect(sleeper.over).toBe(false);
  });
});

test('a run that waits for a person for a week at most goes on when the week has passed, though its machine slept all the time', async () => {
  const clock = { at: Date.UTC(2026, 0, 1) };
  const shop = new Workshop({ now: () => clock.at });
  const handle = shop.launch(workflow([{ id: 'ok', human: { form: {}, timeoutSeconds: 7 * 86_400 } }, { id: 'anyway', depends_on: ['ok'], dep_policy: 'all_terminal' }]));
  await until(() => shop.status(handle.id) === 'waiting', 'the question');
  clock.at += 7 * 24 * HOUR;
  await handle.result;
  expect(shop.statuses(handle.id)).toEqual({ ok: 'error', anyway: 'completed' });
  expect(shop.node(handle.id, 'ok').error).toContain('States.Timeout');
  shop.expectSound();
});
