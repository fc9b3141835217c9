/**
 * The ledger's schema, as migrations that are only ever appended to: `PRAGMA user_version` says how many have run.
 *
 * History lives in one append-only table, `journal`; what other tools query (`workflow_runs`, `agent_runs_v2`,
 * `agent_run_steps`, `budget_entries`) are views over it, so there is one thing to protect and one thing to verify.
 * Bodies live in `blobs`; rows hold their keys and the chain holds their hashes, so a body can be pruned and the chain
 * still verifies. A large body lives there once, found by its hash (`shared`); a small one is cheaper to store again
 * than to look up, for an index over hashes is written to at random.
 *
 * A turn inserts its journal rows first and moves `next_seq` on after them; so a row below `next_seq` is always one that
 * exists already, and the trigger needs no second look.
 */

/** "dgbk": lets us tell our ledger from any other SQLite file. */
export const APPLICATION_ID = 0x6467626b;

const OPEN = `('pending','running','waiting')`;

/** Refuses change and removal of rows, and every way of writing over one (REPLACE fires no delete trigger, so inserts are watched). */
function appendOnly(table: string, sameRow: string): string {
  return `
CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is history: rows are never changed'); END;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is history: rows are never deleted'); END;
CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE ${sameRow})
BEGIN SELECT RAISE(ABORT, '${table} is history: this row exists and is never replaced'); END;`;
}

function versionTable(table: string): string {
  return `
CREATE TABLE ${table} (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  spec_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  spec_hash TEXT NOT NULL UNIQUE CHECK (length(spec_hash) = 64),
  content TEXT NOT NULL,
  source_path TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (name, version)
) STRICT;
${appendOnly(table, 'key = NEW.key OR id = NEW.id OR spec_hash = NEW.spec_hash OR (name = NEW.name AND version = NEW.version)')}`;
}

const ISO = (column: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;
const BODY = (key: string): string => `(SELECT data FROM blobs WHERE key = ${key})`;
const USD = (column: string): string => `(${column} / 1000000.0)`;

/** Columns of an agent run that its opening row alone gives. */
const AGENT_RUN = `o.id, r.id AS workflow_run_id, o.node AS node_id, o.path, o.attempt, COALESCE(json_extract(o.data, '$.iteration'), 1) AS iteration,
  o.name AS agent_name, o.version AS spec_version_id, json_extract(o.data, '$.model') AS model, r.id AS task_id`;
/** What an agent run that is still open has cost so far. */
const SPENT = (column: string): string => `COALESCE((SELECT SUM(s.${column}) FROM journal s WHERE s.run = o.run AND s.seq > o.seq AND s.owner = o.seq AND s.kind IN ('done','lost')), 0)`;

const first = `
${versionTable('workflow_spec_versions')}
${versionTable('agent_spec_versions')}

CREATE TABLE blobs (
  key INTEGER PRIMARY KEY,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  shared INTEGER NOT NULL CHECK (shared IN (0, 1)),
  data TEXT
) STRICT;
CREATE UNIQUE INDEX blobs_shared ON blobs (hash) WHERE shared = 1;
CREATE TRIGGER blobs_no_update BEFORE UPDATE ON blobs
WHEN NOT (NEW.key = OLD.key AND NEW.hash = OLD.hash AND NEW.shared = OLD.shared AND (NEW.data IS NULL OR OLD.data IS NULL))
BEGIN SELECT RAISE(ABORT, 'blobs is history: a body is pruned or restored, never changed'); END;
CREATE TRIGGER blobs_no_delete BEFORE DELETE ON blobs BEGIN SELECT RAISE(ABORT, 'blobs is history: prune a body, keep its hash'); END;
CREATE TRIGGER blobs_no_replace BEFORE INSERT ON blobs
WHEN EXISTS (SELECT 1 FROM blobs WHERE key = NEW.key) OR NEW.shared = 1 AND EXISTS (SELECT 1 FROM blobs WHERE hash = NEW.hash AND shared = 1)
BEGIN SELECT RAISE(ABORT, 'blobs is history: this body exists and is never replaced'); END;

-- What every turn reads and writes comes first: a column is reached through those before it.
CREATE TABLE runs (
  key INTEGER PRIMARY KEY,
  next_seq INTEGER NOT NULL DEFAULT 0,
  ended_at TEXT,
  epoch INTEGER NOT NULL DEFAULT 0,
  status TEXT NOT NULL CHECK (status IN ('pending','running','waiting','completed','error','rejected','halted')),
  lease_owner TEXT,
  lease_at INTEGER,
  chain_head BLOB NOT NULL,
  total_tokens INTEGER NOT NULL DEFAULT 0,
  total_cost_micros INTEGER NOT NULL DEFAULT 0,
  id TEXT NOT NULL UNIQUE,
  workflow_name TEXT NOT NULL,
  spec_version INTEGER NOT NULL REFERENCES workflow_spec_versions (key),
  parent_run_id TEXT REFERENCES runs (id),
  relation TEXT CHECK (relation IN ('replay','recorded','fork','child','schedule')),
  inputs INTEGER NOT NULL REFERENCES blobs (key),
  settings INTEGER NOT NULL REFERENCES blobs (key),
  output INTEGER REFERENCES blobs (key),
  error TEXT,
  models TEXT NOT NULL,
  model_override TEXT,
  started_at TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  test_id TEXT,
  adapter_revision TEXT NOT NULL,
  CHECK ((ended_at IS NULL) = (status IN ${OPEN}))
) STRICT;
CREATE INDEX runs_started ON runs (started_at);
CREATE INDEX runs_open ON runs (status) WHERE status IN ${OPEN};
CREATE INDEX runs_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE TRIGGER runs_finished BEFORE UPDATE ON runs WHEN OLD.status NOT IN ${OPEN} OR NEW.key <> OLD.key
BEGIN SELECT RAISE(ABORT, 'runs is history: a finished run is never changed'); END;
CREATE TRIGGER runs_settled BEFORE UPDATE OF id, workflow_name, spec_version, parent_run_id, relation, inputs, settings, models, model_override, started_at, experiment_id, test_id, adapter_revision ON runs
BEGIN SELECT RAISE(ABORT, 'runs is history: what a run was opened with is never changed'); END;
CREATE TRIGGER runs_no_delete BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'runs is history: rows are never deleted'); END;
CREATE TRIGGER runs_no_replace BEFORE INSERT ON runs WHEN EXISTS (SELECT 1 FROM runs WHERE id = NEW.id OR key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'runs is history: this row exists and is never replaced'); END;

CREATE TABLE journal (
  run INTEGER NOT NULL REFERENCES runs (key),
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,
  at INTEGER NOT NULL,
  owner INTEGER,
  ref INTEGER,
  path TEXT,
  attempt INTEGER,
  name TEXT,
  node TEXT,
  id TEXT,
  version TEXT,
  request INTEGER REFERENCES blobs (key),
  response INTEGER REFERENCES blobs (key),
  tokens INTEGER,
  micros INTEGER,
  data TEXT,
  hash BLOB NOT NULL,
  PRIMARY KEY (run, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX journal_waits ON journal (run, owner) WHERE kind = 'asked' AND name IN ('ask','sleep');
CREATE UNIQUE INDEX journal_agent_run ON journal (id) WHERE kind = 'opened';
CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'journal is history: rows are never changed'); END;
CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'journal is history: rows are never deleted'); END;
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN COALESCE((SELECT status FROM runs WHERE key = NEW.run), '') NOT IN ${OPEN} OR EXISTS (SELECT 1 FROM journal WHERE run = NEW.run AND seq = NEW.seq)
  OR (NEW.kind = 'opened' AND EXISTS (SELECT 1 FROM journal WHERE kind = 'opened' AND id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'journal is history: a finished run takes no rows and no row is replaced'); END;

CREATE TABLE answers (
  key INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (key),
  seq INTEGER NOT NULL,
  value TEXT NOT NULL,
  answered_by TEXT NOT NULL,
  answered_at TEXT NOT NULL,
  UNIQUE (run, seq)
) STRICT;
${appendOnly('answers', 'key = NEW.key OR (run = NEW.run AND seq = NEW.seq)')}

CREATE TABLE holds (
  key INTEGER PRIMARY KEY,
  action TEXT NOT NULL CHECK (action IN ('hold','release')),
  made_by TEXT NOT NULL,
  made_at TEXT NOT NULL
) STRICT;
${appendOnly('holds', 'key = NEW.key')}

CREATE TABLE schedules (
  schedule TEXT NOT NULL,
  due_at TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  enqueued_at TEXT NOT NULL,
  PRIMARY KEY (schedule, due_at)
) STRICT, WITHOUT ROWID;
${appendOnly('schedules', 'schedule = NEW.schedule AND due_at = NEW.due_at')}

CREATE TABLE ledger_heads (
  seq INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('workflow','agent','run','hold','answer','schedule')),
  ref TEXT NOT NULL,
  digest BLOB NOT NULL CHECK (length(digest) = 32),
  hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
${appendOnly('ledger_heads', 'seq = NEW.seq')}

CREATE VIEW workflow_runs AS SELECT
  r.id, r.workflow_name,
  (SELECT id FROM workflow_spec_versions WHERE key = r.spec_version) AS spec_version_id,
  r.parent_run_id, r.relation, r.id AS task_id, r.status,
  ${BODY('r.inputs')} AS inputs, ${BODY('r.output')} AS output, r.error,
  r.total_tokens, ${USD('r.total_cost_micros')} AS total_cost_usd, r.total_cost_micros,
  r.started_at, r.ended_at, r.experiment_id, r.test_id, r.models, r.model_override, r.adapter_revision,
  r.epoch, r.lease_owner AS lease, hex(r.chain_head) AS chain_head
FROM runs r;

CREATE VIEW agent_runs_v2 AS
SELECT ${AGENT_RUN}, c.name AS status,
  ${BODY('o.request')} AS inputs, ${BODY('c.response')} AS output, json_extract(c.data, '$.error') AS error,
  c.tokens AS total_tokens, ${USD('c.micros')} AS total_cost_usd, c.micros AS total_cost_micros,
  ${ISO('o.at')} AS started_at, ${ISO('c.at')} AS ended_at, r.experiment_id, r.test_id, o.seq
FROM runs r JOIN journal c ON c.run = r.key AND c.kind = 'closed' JOIN journal o ON o.run = c.run AND o.seq = c.ref AND o.kind = 'opened'
UNION ALL
SELECT ${AGENT_RUN},
  CASE WHEN EXISTS (
    SELECT 1 FROM journal a WHERE a.run = o.run AND a.owner = o.seq AND a.kind = 'asked' AND a.name IN ('ask','sleep')
      AND NOT EXISTS (SELECT 1 FROM journal d WHERE d.run = a.run AND d.seq > a.seq AND d.ref = a.seq AND d.kind = 'done'))
    THEN 'waiting' ELSE 'running' END,
  ${BODY('o.request')}, NULL, NULL,
  ${SPENT('tokens')}, ${USD(SPENT('micros'))}, ${SPENT('micros')},
  ${ISO('o.at')}, NULL, r.experiment_id, r.test_id, o.seq
FROM runs r JOIN journal o ON o.run = r.key AND o.kind = 'opened'
WHERE r.status IN ${OPEN} AND NOT EXISTS (SELECT 1 FROM journal c WHERE c.run = o.run AND c.seq > o.seq AND c.ref = o.seq AND c.kind = 'closed');

CREATE VIEW agent_run_steps AS
SELECT r.id || '/' || d.seq AS id, o.id AS agent_run_id, r.id AS workflow_run_id, d.seq, a.name AS kind, a.path AS name, a.attempt,
  json_extract(o.data, '$.model') AS model,
  ${BODY('a.request')} AS request, (SELECT lower(hex(hash)) FROM blobs WHERE key = a.request) AS request_hash, ${BODY('d.response')} AS response,
  COALESCE(d.tokens, 0) AS tokens, ${USD('COALESCE(d.micros, 0)')} AS cost, COALESCE(d.micros, 0) AS cost_micros, d.at - a.at AS duration_ms,
  json_extract(d.data, '$.error') AS error,
  d.data AS details
FROM journal d JOIN journal a ON a.run = d.run AND a.seq = d.ref
JOIN journal o ON o.run = d.run AND o.seq = d.owner JOIN runs r ON r.key = d.run
WHERE d.kind IN ('done','lost') AND a.name NOT IN ('now','random','sleep')
UNION ALL
SELECT r.id || '/' || n.seq, o.id, r.id, n.seq, n.name, n.path, 1, json_extract(o.data, '$.model'),
  ${BODY('n.request')}, (SELECT lower(hex(hash)) FROM blobs WHERE key = n.request), ${BODY('n.response')}, 0, 0.0, 0, 0, json_extract(n.data, '$.error'), n.data
FROM journal n JOIN journal o ON o.run = n.run AND o.seq = n.owner JOIN runs r ON r.key = n.run
WHERE n.kind = 'note'
UNION ALL
SELECT r.id || '/' || c.seq, o.id, r.id, c.seq, 'output', o.path || '/output', o.attempt, json_extract(o.data, '$.model'),
  NULL, NULL, ${BODY('c.response')}, 0, 0.0, 0, 0, json_extract(c.data, '$.error.name'), NULL
FROM journal c JOIN journal o ON o.run = c.run AND o.seq = c.ref JOIN runs r ON r.key = c.run
WHERE c.kind = 'closed' AND c.response IS NOT NULL;

CREATE VIEW budget_entries AS
SELECT r.id AS workflow_run_id, b.seq, 'reservation' AS kind, a.path, b.tokens, b.micros AS cost_micros, 0 AS estimated, NULL AS provider_claimed, ${ISO('b.at')} AS made_at
FROM journal b JOIN journal a ON a.run = b.run AND a.seq = b.ref JOIN runs r ON r.key = b.run WHERE b.kind = 'reserved'
UNION ALL
SELECT r.id, d.seq, 'settlement', a.path, COALESCE(d.tokens, 0), COALESCE(d.micros, 0), COALESCE(json_extract(d.data, '$.estimated'), d.kind = 'lost'), json_extract(d.data, '$.provider_claimed'), ${ISO('d.at')}
FROM journal d JOIN journal a ON a.run = d.run AND a.seq = d.ref JOIN runs r ON r.key = d.run
WHERE d.kind IN ('done','lost') AND json_extract(d.data, '$.reserved') IS NOT NULL
UNION ALL
SELECT r.id, d.seq, 'release', a.path, b.tokens - COALESCE(d.tokens, 0), b.micros - COALESCE(d.micros, 0), 0, NULL, ${ISO('d.at')}
FROM journal d JOIN journal a ON a.run = d.run AND a.seq = d.ref JOIN runs r ON r.key = d.run
JOIN journal b ON b.run = d.run AND b.seq = json_extract(d.data, '$.reserved')
WHERE d.kind IN ('done','lost');
`;

export const migrations: readonly string[] = [first];
