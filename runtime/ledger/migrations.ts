import { views } from './views.ts';

/**
 * The ledger's schema, as migrations that are only ever appended to: `PRAGMA user_version` says how many have run.
 *
 * History lives in one append-only table, `turns`: a row holds what one commit of a run did, its events as a JSON list
 * and the bodies they bring beside it. One row, because what a commit costs is the pages it touches. What other tools
 * query (`journal`, `workflow_runs`, `agent_runs_v2`, `agent_run_steps`, `budget_entries`) are views that read it out (`views.ts`),
 * so there is one thing to protect and one thing to verify.
 *
 * A row's chain hash covers its events and the hash of its bodies, so bodies can be pruned and the chain still verifies.
 * A large body lives in `blobs`, once for all runs, found by its hash; a small one is cheaper to store again than to look
 * up, for an index over hashes is written to at random.
 */

/** "dgbk": lets us tell our ledger from any other SQLite file. */
export const APPLICATION_ID = 0x6467626b;

/** Schemas before this one were never released; nothing reads them any more. */
export const OLDEST_SCHEMA = 2;

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

/** A table of content that is found by its hash: pruned or restored, never changed. */
function storeOfHashes(table: string, type: 'TEXT' | 'BLOB', thing: string): string {
  return `
CREATE TABLE ${table} (
  key INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),
  data ${type}
) STRICT;
CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table}
WHEN NOT (NEW.key = OLD.key AND NEW.hash = OLD.hash AND (NEW.data IS NULL OR OLD.data IS NULL))
BEGIN SELECT RAISE(ABORT, '${table} is history: a ${thing} is pruned or restored, never changed'); END;
CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} BEGIN SELECT RAISE(ABORT, '${table} is history: prune a ${thing}, keep its hash'); END;
CREATE TRIGGER ${table}_no_replace BEFORE INSERT ON ${table} WHEN EXISTS (SELECT 1 FROM ${table} WHERE key = NEW.key OR hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, '${table} is history: this ${thing} exists and is never replaced'); END;`;
}

const first = `
${versionTable('workflow_spec_versions')}
${versionTable('agent_spec_versions')}

${storeOfHashes('blobs', 'TEXT', 'body')}

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
CREATE INDEX runs_open ON runs (key) WHERE ended_at IS NULL;
CREATE INDEX runs_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
CREATE TRIGGER runs_finished BEFORE UPDATE ON runs WHEN OLD.status NOT IN ${OPEN} OR NEW.key <> OLD.key
BEGIN SELECT RAISE(ABORT, 'runs is history: a finished run is never changed'); END;
CREATE TRIGGER runs_settled BEFORE UPDATE OF id, workflow_name, spec_version, parent_run_id, relation, inputs, settings, models, model_override, started_at, experiment_id, test_id, adapter_revision ON runs
BEGIN SELECT RAISE(ABORT, 'runs is history: what a run was opened with is never changed'); END;
CREATE TRIGGER runs_no_delete BEFORE DELETE ON runs BEGIN SELECT RAISE(ABORT, 'runs is history: rows are never deleted'); END;
CREATE TRIGGER runs_no_replace BEFORE INSERT ON runs WHEN EXISTS (SELECT 1 FROM runs WHERE id = NEW.id OR key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'runs is history: this row exists and is never replaced'); END;

CREATE TABLE turns (
  key INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  bodies_hash BLOB CHECK (length(bodies_hash) = 32),
  events TEXT NOT NULL,
  bodies TEXT
) STRICT;
CREATE TRIGGER turns_no_update BEFORE UPDATE ON turns
WHEN NOT (NEW.key = OLD.key AND NEW.at = OLD.at AND NEW.hash = OLD.hash AND NEW.bodies_hash IS OLD.bodies_hash AND NEW.events = OLD.events AND NEW.bodies IS NULL)
BEGIN SELECT RAISE(ABORT, 'turns is history: rows are never changed, bodies are only pruned'); END;
CREATE TRIGGER turns_no_delete BEFORE DELETE ON turns BEGIN SELECT RAISE(ABORT, 'turns is history: rows are never deleted'); END;
CREATE TRIGGER turns_no_replace BEFORE INSERT ON turns
WHEN COALESCE((SELECT status FROM runs WHERE key = NEW.key >> 32), '') NOT IN ${OPEN} OR EXISTS (SELECT 1 FROM turns WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'turns is history: a finished run takes no rows and no row is replaced'); END;

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
`;

/**
 * Schema 3: what went over the network for a call. `data` is brotli over the JSON text whose SHA-256 is `hash`, which the
 * call's event holds; null = pruned.
 */
const second = `
${storeOfHashes('wire_records', 'BLOB', 'record')}
`;

/**
 * Schema 4: a page of a filtered list is a walk of an index too. Of the statuses only those that few runs end with have
 * one: nearly every run completes, and what most runs are is soon found.
 */
const third = `
CREATE INDEX runs_of_workflow ON runs (workflow_name, started_at);
CREATE INDEX runs_unsuccessful ON runs (status, started_at) WHERE ended_at IS NOT NULL AND status <> 'completed';
`;

/** Schema 5: what has gone over the network for calls that go on (`open-wire-store.ts`); no history. `data` as in `wire_records`. */
const fourth = `
CREATE TABLE open_wires (
  run INTEGER NOT NULL REFERENCES runs (key),
  reservation INTEGER NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  data BLOB NOT NULL,
  PRIMARY KEY (run, reservation)
) STRICT, WITHOUT ROWID;
`;

/**
 * Schema 7: whether a run is open is told by its end, which a check of `runs` ties to its status. To look a status up in a
 * list, SQLite made a table of the list for every row that was written.
 */
const sixth = `
DROP TRIGGER runs_finished;
CREATE TRIGGER runs_finished BEFORE UPDATE ON runs WHEN OLD.ended_at IS NOT NULL OR NEW.key <> OLD.key
BEGIN SELECT RAISE(ABORT, 'runs is history: a finished run is never changed'); END;
DROP TRIGGER turns_no_replace;
CREATE TRIGGER turns_no_replace BEFORE INSERT ON turns
WHEN (SELECT ended_at IS NULL FROM runs WHERE key = NEW.key >> 32) IS NOT 1 OR EXISTS (SELECT 1 FROM turns WHERE key = NEW.key)
BEGIN SELECT RAISE(ABORT, 'turns is history: a finished run takes no rows and no row is replaced'); END;
`;

/** Schema 6 makes the views: those of schemas before it needed a newer SQLite than other tools have. */
export const migrations: readonly string[] = [first, second, third, fourth, views, sixth];
