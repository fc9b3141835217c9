import { existsSync } from 'node:fs';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../protocol/json.ts';
import { exportRun, importRun, ModelError, replayRun, sha256 } from '../../runtime/index.ts';
import { turnHash } from '../../runtime/ledger/turn-row.ts';
import { workflow, Workshop } from './workshop.ts';

/** A bundle whose every hash was made anew, by somebody who knows how: what it says must be what a run can be. */

type Line = Record<string, Json>;

function read(bytes: Uint8Array): Line[] {
  return gunzipSync(bytes).toString().trim().split('\n').slice(0, -1).map((line) => JSON.parse(line) as Line);
}

/** Chains and seal as they would be for these lines. */
function seal(lines: readonly Line[]): Buffer {
  const ofKind = (kind: string): Line[] => lines.filter((line) => line['kind'] === kind);
  for (const run of ofKind('run')) {
    let head = '0'.repeat(64);
    for (const turn of ofKind('turn').filter((each) => each['run'] === run['id'])) {
      head = turnHash(head, turn['seq'] as number, turn['at'] as number, turn['bodies_hash'] as string | null, turn['events'] as string);
      turn['hash'] = head;
    }
    run['chain_head'] = head;
  }
  const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;
  return gzipSync(Buffer.from(`${text}${JSON.stringify({ sha256: sha256(text) })}\n`));
}

/** Of a run with a child. */
async function bundle(): Promise<Line[]> {
  const shop = new Workshop();
  shop.provider.price_ = { input: 1_000_000, output: 1_000_000 };
  shop.files.set('child.workflow.yaml', workflow(['c'], { name: 'Child' }));
  const run = await shop.run(workflow(['a', { id: 'kid', workflow: './child.workflow.yaml', depends_on: ['a'] }]));
  expect(run.status).toBe('completed');
  return read(exportRun(shop.runtime, run.run_id).bytes);
}

function first(lines: Line[], kind: string, which: (line: Line) => boolean = () => true): Line {
  const found = lines.find((line) => line['kind'] === kind && which(line));
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

/** Changes the events of the turn that has one of this kind. */
function events(kind: string, change: (event: Line, all: Json[]) => void): (lines: Line[]) => void {
  return (lines) => {
    const turn = first(lines, 'turn', (line) => (line['events'] as string).includes(`{"kind":"${kind}"`));
    const all = JSON.parse(turn['events'] as string) as Line[];
    change(all.find((event) => event['kind'] === kind)!, all);
    turn['events'] = JSON.stringify(all);
  };
}

function content(change: (document: Line) => void): (lines: Line[]) => void {
  return (lines) => {
    const version = first(lines, 'version', (line) => line['of'] === 'workflow' && line['name'] === 'W');
    const run = first(lines, 'run');
    const document = JSON.parse(version['content'] as string) as Line;
    change(document);
    version['content'] = JSON.stringify(document);
    version['spec_hash'] = sha256(version['content']);
    run['spec_hash'] = version['spec_hash'];
  };
}

test('the same lines sealed anew are taken over', async () => {
  const lines = await bundle();
  const shop = new Workshop();
  expect(importRun(shop.runtime.ledger, seal(lines))).toEqual(lines.flatMap((line) => (line['kind'] === 'run' ? [line['id']] : [])));
  shop.expectSound();
});

test('what a workflow refers to goes with it, reached or not: a child workflow, and its agents', async () => {
  const shop = new Workshop({ files: { 'far.agent.yaml': JSON.stringify({ name: 'far', role: 'far' }), 'near.workflow.yaml': workflow([{ id: 'deep', workflow: './far.workflow.yaml' }], { name: 'Near' }) } });
  shop.files.set('far.workflow.yaml', workflow([{ id: 'f', agent_spec: 'far.agent.yaml' }], { name: 'Far' }));
  shop.provider.reply = () => Promise.reject(new ModelError('States.TaskFailed', 'no'));
  const run = await shop.run(workflow(['a', { id: 'kid', workflow: './near.workflow.yaml', depends_on: ['a'] }]));
  expect(shop.statuses(run.run_id)).toEqual({ a: 'error', kid: 'skipped' });
  const there = new Workshop();
  importRun(there.runtime.ledger, exportRun(shop.runtime, run.run_id).bytes);
  expect(await replayRun(there.runtime, run.run_id, true).result).toMatchObject({ status: 'error' });
  there.expectSound();
});

describe('a bundle is refused, and where there was no ledger there is none, that has', () => {
  test.each<[string, RegExp, (lines: Line[]) => void]>([
    ['an event that is none', /no list of events/, events('started', (_event, all) => { all[0] = null; })],
    ['an event of no known kind', /event 0 of run .* unknown kind/, events('started', (event) => { event['kind'] = 'begun'; })],
    ['an event with a field of another type', /the field path of event 1/, events('opened', (event) => { event['path'] = { toString: 1 }; })],
    ['costs below zero', /the field tokens of event/, (lines) => { events('done', (event) => { event['tokens'] = -5; })(lines); first(lines, 'run')['total_tokens'] = 0; }],
    ['agent runs that cost something else than their steps', /totals of the agent runs/, events('closed', (event) => { event['tokens'] = 1; })],
    ['a body that is not where its event says', /a body of event .* not where/, events('done', (event) => { event['response'] = [1_000_000, 5]; })],
    ['a body at no place', /a body of event .* not where/, events('done', (event) => { event['response'] = [null, 'x']; })],
    ['an answer to nothing', /refers to nothing/, events('done', (event) => { event['ref'] = 4_000; })],
    ['another end than its row says', /did not end as its row says/, events('ended', (event) => { event['name'] = 'error'; })],
    ['events after its end', /comes after its end/, events('ended', (event, all) => { all.push({ ...event }); })],
    ['the same run twice', /is no child/, (lines) => { lines.push(first(lines, 'run')); }],
    ['a run that is its own parent', /descends from itself/, (lines) => { first(lines, 'run')['parent_run_id'] = first(lines, 'run')['id']!; }],
    ['runs that are parents of one another', /descends from itself/, (lines) => { first(lines, 'run')['parent_run_id'] = first(lines, 'run', (line) => line['relation'] === 'child')['id']!; }],
    ['a second run that belongs to no run of it', /is no child/, (lines) => { first(lines, 'run', (line) => line['relation'] === 'child')['parent_run_id'] = '0198c3f2-1a2b-7000-8000-000000000000'; }],
    ['a turn of no run', /a row of run nobody/, (lines) => { lines.push({ ...first(lines, 'turn'), run: 'nobody' }); }],
    ['a workflow of another schema', /none that this release can read/, content((document) => { document['schema_version'] = 99; })],
    ['settings that are none', /the settings of run/, (lines) => { const text = '"x"'; first(lines, 'run')['settings'] = sha256(text); lines.push({ kind: 'body', hash: sha256(text), text }); }],
    ['inputs that are no JSON', /no JSON/, (lines) => { const text = '{'; first(lines, 'run')['inputs'] = sha256(text); lines.push({ kind: 'body', hash: sha256(text), text }); }],
    ['a time that is none', /the field ended_at/, (lines) => { first(lines, 'run')['ended_at'] = '2026-99-99T99:99:99.999Z'; }],
    ['another name for its run', /is called Somebody else/, (lines) => { first(lines, 'run')['workflow_name'] = 'Somebody else'; }],
  ])('%s', async (_what, message, forge) => {
    const lines = await bundle();
    forge(lines);
    const shop = new Workshop();
    expect(() => importRun(shop.runtime.ledger, seal(lines))).toThrow(expect.objectContaining({ code: 'bundle-invalid', message: expect.stringMatching(message) as unknown }));
    expect(existsSync(shop.file)).toBe(false);
  });
});
