import { afterAll, expect, test } from 'vitest';
import { listRuns } from '../../runtime/index.ts';
import type { RunsQuery } from '../../runtime/index.ts';
import { openLedger } from '../../runtime/ledger/ledger.ts';
import type { Ledger } from '../../runtime/ledger/ledger.ts';
import { newestRunKeys } from '../../runtime/ledger/read-models.ts';
import { temporaryFolder } from './harness.ts';

const STATUSES = ['pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted'] as const;
const WORKFLOWS = ['a', 'b', 'c d', "e'f"];
const ledger = filledLedger();

interface Row {
  readonly key: number;
  readonly id: string;
  readonly workflow_name: string;
  readonly status: string;
  readonly started_at: string;
}

function filledLedger(): Ledger {
  const opened = openLedger(`${temporaryFolder()}/ledger.db`, { synchronous: 'NORMAL' });
  opened.db.exec(`INSERT INTO workflow_spec_versions (id, spec_id, name, version, spec_hash, content, created_at) VALUES ('v', 's', 'w', 1, '${'0'.repeat(64)}', '{}', '2026-01-01');
    INSERT INTO blobs (hash, data) VALUES (zeroblob(32), '{}')`);
  const insert = opened.db.prepare("INSERT INTO runs (id, workflow_name, spec_version, status, inputs, settings, models, started_at, ended_at, experiment_id, adapter_revision, chain_head) VALUES (?,?,1,?,1,1,'simulated',?,?,'default','graph/2',zeroblob(32))");
  for (let i = 0; i < 400; i++) {
    const status = STATUSES[(i * 5) % STATUSES.length] ?? 'completed';
    const open = status === 'pending' || status === 'running' || status === 'waiting';
    // Several begin in the same millisecond, and an imported one is older than those before it.
    const started = `2026-01-01T00:00:${String(((i * 7) % 50) + 10)}.000Z`;
    insert.run(`run-${String(i).padStart(3, '0')}`, WORKFLOWS[(i * 3) % 4], status, started, open ? null : started);
  }
  return opened;
}

afterAll(() => ledger.close());

function pages(filter: Partial<RunsQuery>): readonly string[] {
  const ids: string[] = [];
  for (let cursor: string | null = null; ; cursor = ids.at(-1) ?? null) {
    const page = listRuns(ledger.db, { limit: 7, cursor, status: null, workflow: null, ...filter });
    ids.push(...page.map(({ id }) => id));
    if (page.length < 7) return ids;
  }
}

const filters = [null, ...STATUSES].flatMap((status) => [null, ...WORKFLOWS, 'nobody'].map((workflow) => ({ status, workflow })));

test.each(filters)('the pages of $status runs of $workflow hold each run once, newest first', ({ status, workflow }) => {
  const rows = ledger.db.prepare<[], Row>('SELECT key, id, workflow_name, status, started_at FROM runs NOT INDEXED').all();
  const wanted = rows
    .filter((row) => (status === null || row.status === status) && (workflow === null || row.workflow_name === workflow))
    .toSorted((a, b) => b.started_at.localeCompare(a.started_at) || b.key - a.key)
    .map(({ id }) => id);
  expect(pages({ status, workflow })).toEqual(wanted);
});

test('the newest run of each workflow is the first of its list', () => {
  const newest = newestRunKeys(ledger.db);
  expect([...newest.keys()].toSorted()).toEqual(WORKFLOWS);
  for (const [workflow, key] of newest) expect(ledger.db.prepare('SELECT id FROM runs WHERE key = ?').pluck().get(key)).toBe(pages({ workflow })[0]);
});
