import { describe, expect, it } from 'vitest';
import { emptyRunList, runsByDay, withChanges, withPage, type RunFilter } from '../../client/ledger/run-list.ts';
import type { RunRecord } from '../../protocol/run-records.ts';
import { makeRun } from './records.ts';

const ALL: RunFilter = { status: null, workflow: null };

function run(number: number, more: Partial<RunRecord> = {}): RunRecord {
  const minute = String(number).padStart(2, '0');
  return makeRun({ id: `run-${minute}`, started_at: `2026-11-21T11:${minute}:00.000Z`, ...more });
}
const ids = (runs: readonly RunRecord[]): readonly string[] => runs.map(({ id }) => id);

describe('the loaded part of the ledger', () => {
  it('grows by pages without doubles, also when a run came in between', () => {
    const first = withPage(emptyRunList, { runs: [run(9), run(8)], next: 'c' });
    const second = withPage(first, { runs: [run(8), run(7)], next: null });
    expect(ids(second.runs)).toEqual(['run-09', 'run-08', 'run-07']);
    expect(second.next).toBeNull();
  });

  it('changes known runs in place and puts new ones where their start puts them', () => {
    const list = withPage(emptyRunList, { runs: [run(9), run(7)], next: null });
    const changed = withChanges(list, [run(7, { status: 'halted' }), run(8), run(10)], ALL);
    expect(ids(changed.runs)).toEqual(['run-10', 'run-09', 'run-08', 'run-07']);
    expect(changed.runs[3]!.status).toBe('halted');
  });

  it('leaves what is older than the loaded part to its page', () => {
    const list = withPage(emptyRunList, { runs: [run(9), run(8)], next: 'c' });
    expect(ids(withChanges(list, [run(3)], ALL).runs)).toEqual(['run-09', 'run-08']);
    expect(ids(withChanges({ ...list, next: null }, [run(3)], ALL).runs)).toEqual(['run-09', 'run-08', 'run-03']);
  });

  it('drops what no longer fits the filter, and takes in only what does', () => {
    const filter: RunFilter = { status: 'running', workflow: null };
    const list = withPage(emptyRunList, { runs: [run(9, { status: 'running' })], next: null });
    expect(ids(withChanges(list, [run(9, { status: 'completed' }), run(10, { status: 'running' }), run(11)], filter).runs)).toEqual(['run-10']);
    expect(ids(withChanges(emptyRunList, [run(1), run(2, { workflow_name: 'Other' })], { status: null, workflow: 'Other' }).runs)).toEqual(['run-02']);
  });

  it('is told by days, latest first', () => {
    const days = runsByDay([run(9), run(8), run(5, { started_at: '2026-11-19T01:00:00Z' })]);
    expect(days.map(({ day, runs }) => [day, runs.length])).toEqual([['2026-11-21', 2], ['2026-11-19', 1]]);
  });
});
