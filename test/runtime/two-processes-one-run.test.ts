import { join } from 'node:path';
import { readFileSync, existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { answerRun, resumableRuns } from '../../runtime/index.ts';
import { temporaryFolder } from './harness.ts';
import { chain, idIn, launchProcess, secondRuntime, until, workflow, Workshop } from './workshop.ts';

/** Rule 20 between real processes: two never drive one run. */

const lines = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []);

/** As if its driver had died ten seconds ago. */
function letLeaseGoStale(shop: Workshop, run: string): void {
  shop.runtime.ledger.db.prepare('UPDATE runs SET lease_at = lease_at - 10000 WHERE id = ?').run(run);
}

test('of five processes that fight for an abandoned run, exactly one drives it', async () => {
  const calls = join(temporaryFolder(), 'calls');
  const shop = new Workshop();
  const first = launchProcess({ ledger: shop.file, verb: 'start', workflow: workflow(chain('a', 'b', 'c')), calls, delay: null });
  const run = idIn(await first.message('driving'));
  await until(() => lines(calls).length === 1, 'its first call');
  first.child.kill('SIGKILL');
  await first.ended;
  letLeaseGoStale(shop, run);
  const fighters = Array.from({ length: 5 }, () => launchProcess({ ledger: shop.file, verb: 'resume', run, calls, delay: 150 }));
  await Promise.all(fighters.map(({ ended }) => ended));
  const winners = fighters.filter(({ messages }) => messages.some(({ event }) => event === 'driving'));
  expect(winners).toHaveLength(1);
  expect(winners[0]!.messages.at(-1)).toMatchObject({ event: 'result', status: 'completed' });
  for (const fighter of fighters) if (fighter !== winners[0]) expect(fighter.messages).toMatchObject([{ event: 'failed', code: expect.stringMatching(/^run-(taken|finished)$/) as unknown }]);
  expect(lines(calls).map((line) => line.split(' ')[1])).toEqual(['a', 'a', 'b', 'c']);
  expect(new Set(lines(calls).slice(1).map((line) => line.split(' ')[0])).size, 'one process made them').toBe(1);
  shop.expectSound();
});

test('a run whose process was killed on this machine is taken at once; one whose number looks alive is not', async () => {
  const shop = new Workshop();
  const first = launchProcess({ ledger: shop.file, verb: 'start', workflow: workflow(['a']), delay: null });
  const run = idIn(await first.message('driving'));
  await until(() => shop.status(run) === 'running', 'its first commit');
  expect(resumableRuns(shop.runtime)).toEqual([]);
  first.child.kill('SIGKILL');
  await first.ended;
  const { lease_owner: owner, lease_at: at } = shop.runtime.find(run);
  expect(owner).toMatch(new RegExp(`:${first.child.pid ?? 0}$`));
  // Its number was given to another process since: this one.
  const lease = (name: string | null): void => void shop.runtime.ledger.db.prepare('UPDATE runs SET lease_owner = ?, lease_at = ? WHERE id = ?').run(name, Date.now(), run);
  for (const alive of [shop.runtime.owner, owner!.replace(/@.*:/, '@elsewhere:'), owner!.replace(/:\d+$/, '/4026599999$&')]) {
    lease(alive);
    expect(() => shop.runtime.resume(shop.runtime.find(run)), alive).toThrow(expect.objectContaining({ code: 'run-taken' }));
  }
  lease(owner);
  expect(at).not.toBeNull();
  expect(resumableRuns(shop.runtime).map(({ id }) => id)).toEqual([run]);
  const second = launchProcess({ ledger: shop.file, verb: 'resume', run, delay: 0 });
  expect(await second.message('result')).toMatchObject({ status: 'completed' });
  shop.expectSound();
});

test('a run whose process lives is not taken', async () => {
  const shop = new Workshop();
  const first = launchProcess({ ledger: shop.file, verb: 'start', workflow: workflow(['a']), delay: null });
  const run = idIn(await first.message('driving'));
  await until(() => shop.status(run) === 'running', 'its first commit');
  const second = launchProcess({ ledger: shop.file, verb: 'resume', run, delay: 0 });
  expect(await second.message('failed')).toMatchObject({ code: 'run-taken', message: expect.stringContaining(`:${first.child.pid ?? 0}`) as unknown });
  expect(shop.runtime.find(run)).toMatchObject({ status: 'running', epoch: 0 });
});

test('a process that was stopped long enough to lose its run is fenced off when it wakes, and its late answer is dropped', async () => {
  const calls = join(temporaryFolder(), 'calls');
  const shop = new Workshop();
  const first = launchProcess({ ledger: shop.file, verb: 'start', workflow: workflow(chain('a', 'b')), calls, delay: 1_000 });
  const run = idIn(await first.message('driving'));
  await until(() => lines(calls).length === 1, 'its first call');
  first.child.kill('SIGSTOP');
  letLeaseGoStale(shop, run);
  const second = launchProcess({ ledger: shop.file, verb: 'resume', run, calls, delay: 10 });
  expect(await second.message('result')).toMatchObject({ status: 'completed' });
  const rows = shop.events(run);
  first.child.kill('SIGCONT');
  await first.message('result');
  await first.ended;
  expect(shop.events(run)).toEqual(rows);
  expect(lines(calls).map((line) => line.split(' ')[1])).toEqual(['a', 'a', 'b']);
  expect(shop.steps(run).filter((step) => step.error === 'process.died')).toHaveLength(1);
  shop.expectSound();
});

test('an answer from a third process reaches the run once, whoever drives it', async () => {
  const shop = new Workshop();
  const text = workflow([{ id: 'ok', human: { form: { type: 'object', required: ['yes'] } } }, { id: 'busy', task: { goal: 'busy' } }]);
  const driver = launchProcess({ ledger: shop.file, verb: 'start', workflow: text, delay: 1_500 });
  const run = idIn(await driver.message('driving'));
  await until(() => shop.events(run).some((event) => event.kind === 'asked' && event.leaf === 'ask'), 'the question');
  const other = secondRuntime(shop);
  expect(() => answerRun(other.runtime, run, 'ok', { no: 1 })).toThrow(expect.objectContaining({ code: 'answer-invalid' }));
  expect(answerRun(other.runtime, run, 'ok', { yes: true }), 'its driver lives and is busy').toBeNull();
  expect(() => answerRun(other.runtime, run, 'ok', { yes: false })).toThrow(expect.objectContaining({ code: 'answer-invalid' }));
  expect(await driver.message('result')).toMatchObject({ status: 'completed', output: { ok: { yes: true }, busy: 'answer to busy' } });
  shop.expectSound();
});
