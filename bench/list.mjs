// "The latest 50 runs" with a million runs in the ledger, through the public read model and through the tutorial's SQL.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machine, milliseconds, quantile } from './shared.mjs';
import { Runtime, listRuns, queryLedger } from '../runtime/index.ts';

const RUNS = Number(process.env.BENCH_LIST_RUNS ?? 1_000_000);

export async function run() {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-bench-'));
  const ledgerFile = path.join(folder, 'ledger.db');
  const runtime = new Runtime({ ledgerFile, synchronous: 'NORMAL', workspace: null, models: { defaultModel: 'simulated', tiers: {} }, stallMs: 300_000, leaveWaiting: false });
  try {
    const db = fillRuns(runtime.ledger, RUNS);
    const query = (cursor, filter = {}) => listRuns(db, { limit: 50, cursor, status: null, workflow: null, ...filter });
    const first = timed(() => query(null));
    const middle = db.prepare('SELECT id FROM runs WHERE key = ?').pluck().get(RUNS / 2);
    const paged = timed(() => query(middle));
    const sql = 'SELECT id, workflow_name, status, started_at, ended_at, total_tokens, total_cost_usd FROM workflow_runs ORDER BY started_at DESC LIMIT 1';
    const tutorial = timed(() => db.prepare(sql).all());
    queryLedger(ledgerFile, sql);
    const filtered = [{ status: 'error' }, { status: 'halted' }, { status: 'running' }, { workflow: 'w7' }, { workflow: 'nobody' }, { status: 'halted', workflow: 'w7' }].map((filter) => [`latest 50 with ${JSON.stringify(filter)}`, timed(() => query(null, filter), 0)]);
    console.log(`${machine()}; ${RUNS.toLocaleString('en')} runs`);
    for (const [what, times] of [['latest 50', first], ['50 from the middle', paged], ["the tutorial's first query", tutorial], ...filtered]) console.log(`${what}: p50 ${quantile(times, 0.5).toFixed(3)} ms, p95 ${quantile(times, 0.95).toFixed(3)} ms`);
  } finally {
    runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(work, least = 1) {
  return Array.from({ length: 200 }, () => {
    const start = milliseconds();
    if (work().length < least) throw new Error('nothing came back');
    return milliseconds() - start;
  });
}

/** So many finished runs of twenty workflows. */
export function fillRuns(ledger, runs) {
  // The first thing that is written makes the file.
  ledger.write(() => undefined);
  const { db } = ledger;
  db.exec(`INSERT INTO workflow_spec_versions (id, spec_id, name, version, spec_hash, content, created_at) VALUES ('v', 's', 'w', 1, '${'0'.repeat(64)}', '{}', '2026-01-01T00:00:00.000Z');
    INSERT INTO blobs (hash, data) VALUES (zeroblob(32), '{}');
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${runs})
    INSERT INTO runs (id, workflow_name, spec_version, status, inputs, settings, models, started_at, ended_at, experiment_id, adapter_revision, chain_head)
    SELECT printf('01900000-0000-7000-8000-%012x', i), 'w' || (i % 20), 1, CASE i % 9 WHEN 0 THEN 'error' ELSE 'completed' END, 1, 1, 'simulated',
      strftime('%Y-%m-%dT%H:%M:%fZ', 1767225600 + i, 'unixepoch'), strftime('%Y-%m-%dT%H:%M:%fZ', 1767225601 + i, 'unixepoch'), 'default', 'graph/1', zeroblob(32) FROM n;`);
  return db;
}
