import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { randomOf } from './adversary.ts';
import { temporaryFolder } from './harness.ts';
import { launchProcess, sleep, Workshop } from './workshop.ts';

const lines = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => line.split(' ')[1] ?? '') : []);

export interface KillPlan {
  readonly workflow: string;
  readonly nodes: readonly string[];
  readonly kills: number;
  readonly seed: number;
  /** Milliseconds a model call takes. */
  readonly delay: number;
  readonly output: unknown;
}

/** Kills a real process again and again at random moments, resumes in another, and compares what rule 19 promises. */
export async function killAgainAndAgain(plan: KillPlan): Promise<number> {
  const random = randomOf(plan.seed);
  const calls = join(temporaryFolder(), 'calls');
  const shop = new Workshop();
  const { ledger } = shop.runtime;
  let run: string | null = null;
  let kills = 0;
  for (;;) {
    const before = run === null ? [] : shop.events(run);
    const child = launchProcess({ ledger: shop.file, calls, delay: plan.delay, ...(run === null ? { verb: 'start', workflow: plan.workflow } : { verb: 'resume', run }) });
    const driving = child.message('driving').catch(() => null);
    if (kills < plan.kills) {
      await driving;
      await sleep(random() * plan.delay * 1.6);
      child.child.kill('SIGKILL');
      kills += 1;
    }
    await child.ended;
    run ??= (ledger.db.prepare('SELECT id FROM runs').pluck().get() as string | undefined) ?? null;
    if (run === null) continue;
    expect(shop.events(run).slice(0, before.length), 'nothing committed is lost or changed').toEqual(before);
    if (shop.status(run) === 'completed') break;
    expect(['pending', 'running', 'waiting']).toContain(shop.status(run));
    ledger.db.prepare('UPDATE runs SET lease_at = lease_at - 10000 WHERE id = ? AND lease_at IS NOT NULL').run(run);
  }
  const result = shop.runtime.resultOf(run);
  expect(result.output).toEqual(plan.output);
  const events = shop.events(run);
  const lost = events.filter((event) => event.kind === 'lost');
  const made = lines(calls);
  for (const node of plan.nodes) {
    const times = made.filter((goal) => goal === node).length;
    const lostHere = shop.steps(run).filter((step) => step.name.startsWith(`nodes/${node}/`) && step.error === 'process.died').length;
    // Each time its process died under it a call was lost, and is in the record; then it was made once more, never twice.
    expect(times, `calls of ${node}`).toBeLessThanOrEqual(1 + lostHere);
    expect(times, `calls of ${node}`).toBeGreaterThanOrEqual(1);
    expect(events.filter((event) => event.kind === 'done' && shop.steps(run).some((step) => step.seq === event.seq && step.name.startsWith(`nodes/${node}/model`)))).toHaveLength(1);
  }
  expect(lost.length).toBe(shop.steps(run).filter((step) => step.error === 'process.died').length);
  for (const row of lost) expect(row.kind === 'lost' && row.tokens > 0 && row.data.estimated === true, 'settled at its reservation').toBe(true);
  shop.expectSound();
  return kills;
}
