/**
 * The ledger's schema, as migrations that are only ever appended to: `PRAGMA user_version` says how many have run.
 *
 * History lives in one append-only table, `turns`: a row holds what one commit of a run did, its events as a JSON list
 * and the bodies they bring beside it. One row, because what a commit costs is the pages it touches. What other tools
 * query (`journal`, `workflow_runs`, `agent_runs_v2`, `agent_run_steps`, `budget_entries`) are views that read it out,
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

const ISO = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')`;
const BLOB = (key: string): string => `(SELECT data FROM blobs WHERE key = ${key})`;
const USD = (micros: string): string => `((${micros}) / 1000000.0)`;

// How the views read turns. A row's key is its run's key, 32 bits up, and the seq of its first event. `r` is the run's
// row; an event `e` is a row of json_each over the turn `et`, which also holds its bodies. CROSS JOIN is SQLite's word
// for "in this order".

/** The turns of the run. */
const TURNS = (turn: string): string => `CROSS JOIN turns ${turn} ON ${turn}.key BETWEEN r.key << 32 AND r.key << 32 | 0xffffffff`;
/** Every event of the run, or those of some kinds. */
const EVENTS = (e: string, ...kinds: readonly string[]): string =>
  `${TURNS(`${e}t`)} CROSS JOIN json_each(${e}t.events) ${e}${kinds.length === 0 ? '' : ` ON ${e}.value ->> 'kind' IN (${kinds.map((kind) => `'${kind}'`).join(', ')})`}`;
/** The one event with that seq. It stands in the last turn that begins at or before it. */
const EVENT = (e: string, seq: string): string => `CROSS JOIN turns ${e}t ON ${e}t.key = (SELECT MAX(key) FROM turns WHERE key <= (r.key << 32 | ${seq}))
  CROSS JOIN json_each('[' || (${e}t.events -> (${seq} - (${e}t.key & 0xffffffff))) || ']') ${e}`;
const SEQ = (e: string): string => `((${e}t.key & 0xffffffff) + ${e}.key)`;
const AT = (e: string): string => `(${e}t.at + COALESCE(${e}.value ->> 'at', 0))`;
const FIELD = (e: string, name: string): string => `(${e}.value ->> '${name}')`;
const COUNT = (e: string, name: string): string => `COALESCE(${e}.value ->> '${name}', 0)`;
const BODY = (e: string, name: 'request' | 'response', event = `${e}.value`): string => `CASE json_type(${event}, '$.${name}')
    WHEN 'array' THEN CAST(substr(CAST(${e}t.bodies AS BLOB), 1 + (${event} ->> '$.${name}[0]'), ${event} ->> '$.${name}[1]') AS TEXT)
    WHEN 'text' THEN (SELECT data FROM blobs WHERE hash = unhex(${event} ->> '${name}')) END`;

/** Columns of an agent run that its opening event `o` alone gives. */
const AGENT_RUN = `${FIELD('o', 'id')} AS id, r.id AS workflow_run_id, ${FIELD('o', 'node')} AS node_id, ${FIELD('o', 'path')} AS path,
  COALESCE(${FIELD('o', 'attempt')}, 1) AS attempt, COALESCE(${FIELD('o', '$.data.iteration')}, 1) AS iteration,
  ${FIELD('o', 'name')} AS agent_name, ${FIELD('o', 'version')} AS spec_version_id, ${FIELD('o', '$.data.model')} AS model, r.id AS task_id`;

/** The agent runs of an open run that are not closed, in one pass over its events: a JSON list of [seq, tokens, micros, open waits]. */
const OPEN_AGENT_RUNS = `(SELECT json_group_array(json_array(agent, tokens, micros, waits)) FROM (
    SELECT CASE kind WHEN 'opened' THEN seq WHEN 'closed' THEN ref ELSE owner END AS agent,
      SUM(iif(kind IN ('done','lost'), tokens, 0)) AS tokens, SUM(iif(kind IN ('done','lost'), micros, 0)) AS micros,
      SUM(CASE kind WHEN 'asked' THEN name IN ('ask','sleep') WHEN 'done' THEN -(answers IN ('ask','sleep')) ELSE 0 END) AS waits
    FROM (SELECT j.*, iif(kind = 'done', (SELECT events -> (j.ref - (key & 0xffffffff)) ->> 'name' FROM turns WHERE key <= (r.key << 32 | j.ref) ORDER BY key DESC LIMIT 1), NULL) AS answers
      FROM journal j WHERE j.run = r.key)
    GROUP BY agent HAVING MAX(kind = 'opened') = 1 AND MAX(kind = 'closed') = 0))`;

/** `wire`: more columns. */
const journalView = (wire: string): string => `CREATE VIEW journal AS
SELECT r.key AS run, ${SEQ('e')} AS seq, ${FIELD('e', 'kind')} AS kind, ${AT('e')} AS at, ${FIELD('e', 'owner')} AS owner, ${FIELD('e', 'ref')} AS ref,
  ${FIELD('e', 'path')} AS path, iif(${FIELD('e', 'kind')} IN ('opened','asked'), COALESCE(${FIELD('e', 'attempt')}, 1), NULL) AS attempt,
  ${FIELD('e', 'name')} AS name, ${FIELD('e', 'node')} AS node, ${FIELD('e', 'id')} AS id, ${FIELD('e', 'version')} AS version,
  ${BODY('e', 'request')} AS request, ${FIELD('e', 'hash')} AS request_hash, ${BODY('e', 'response')} AS response,
  ${COUNT('e', 'tokens')} AS tokens, ${COUNT('e', 'micros')} AS micros, e.value -> 'data' AS data${wire}
FROM runs r ${EVENTS('e')};`;

/** `wire`: more columns of steps that called somebody; `none`: the same for those that did not. */
const stepsView = (wire: string, none: string): string => `CREATE VIEW agent_run_steps AS
SELECT r.id || '/' || ${SEQ('d')} AS id, ${FIELD('o', 'id')} AS agent_run_id, r.id AS workflow_run_id, ${SEQ('d')} AS seq,
  ${FIELD('a', 'name')} AS kind, ${FIELD('a', 'path')} AS name, COALESCE(${FIELD('a', 'attempt')}, 1) AS attempt, ${FIELD('o', '$.data.model')} AS model,
  ${BODY('a', 'request')} AS request, ${FIELD('a', 'hash')} AS request_hash, ${BODY('d', 'response')} AS response,
  ${COUNT('d', 'tokens')} AS tokens, ${USD(COUNT('d', 'micros'))} AS cost, ${COUNT('d', 'micros')} AS cost_micros, ${AT('d')} - ${AT('a')} AS duration_ms,
  ${FIELD('d', '$.data.error')} AS error, d.value -> 'data' AS details${wire}
FROM runs r ${EVENTS('d', 'done', 'lost')} ${EVENT('a', FIELD('d', 'ref'))} ${EVENT('o', FIELD('d', 'owner'))}
WHERE ${FIELD('a', 'name')} NOT IN ('now','random','sleep')
UNION ALL
SELECT r.id || '/' || ${SEQ('n')}, ${FIELD('o', 'id')}, r.id, ${SEQ('n')}, ${FIELD('n', 'name')}, ${FIELD('n', 'path')}, 1, ${FIELD('o', '$.data.model')},
  ${BODY('n', 'request')}, NULL, ${BODY('n', 'response')}, 0, 0.0, 0, 0, ${FIELD('n', '$.data.error')}, n.value -> 'data'${none}
FROM runs r ${EVENTS('n', 'note')} ${EVENT('o', FIELD('n', 'owner'))}
UNION ALL
SELECT r.id || '/' || ${SEQ('c')}, ${FIELD('o', 'id')}, r.id, ${SEQ('c')}, 'output', ${FIELD('o', 'path')} || '/output', COALESCE(${FIELD('o', 'attempt')}, 1), ${FIELD('o', '$.data.model')},
  NULL, NULL, ${BODY('c', 'response')}, 0, 0.0, 0, 0, ${FIELD('c', '$.data.error.name')}, NULL${none}
FROM runs r ${EVENTS('c', 'closed')} ${EVENT('o', FIELD('c', 'ref'))}
WHERE c.value -> 'response' IS NOT NULL;`;

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

${journalView('')}

CREATE VIEW workflow_runs AS SELECT
  r.id, r.workflow_name,
  (SELECT id FROM workflow_spec_versions WHERE key = r.spec_version) AS spec_version_id,
  r.parent_run_id, r.relation, r.id AS task_id, r.status,
  ${BLOB('r.inputs')} AS inputs,
  (SELECT ${BODY('l', 'response', "(lt.events -> '$[#-1]')")} FROM turns lt WHERE lt.key BETWEEN r.key << 32 AND r.key << 32 | 0xffffffff AND r.status = 'completed' ORDER BY lt.key DESC LIMIT 1) AS output,
  r.error,
  r.total_tokens, ${USD('r.total_cost_micros')} AS total_cost_usd, r.total_cost_micros,
  r.started_at, r.ended_at, r.experiment_id, r.test_id, r.models, r.model_override, r.adapter_revision,
  r.epoch, r.lease_owner AS lease, hex(r.chain_head) AS chain_head
FROM runs r;

CREATE VIEW agent_runs_v2 AS
SELECT ${AGENT_RUN}, ${FIELD('c', 'name')} AS status,
  ${BODY('o', 'request')} AS inputs, ${BODY('c', 'response')} AS output, c.value -> '$.data.error' AS error,
  ${COUNT('c', 'tokens')} AS total_tokens, ${USD(COUNT('c', 'micros'))} AS total_cost_usd, ${COUNT('c', 'micros')} AS total_cost_micros,
  ${ISO(AT('o'))} AS started_at, ${ISO(AT('c'))} AS ended_at, r.experiment_id, r.test_id, ${FIELD('c', 'ref')} AS seq
FROM runs r ${EVENTS('c', 'closed')} ${EVENT('o', FIELD('c', 'ref'))}
UNION ALL
SELECT ${AGENT_RUN}, iif(a.value ->> 3 > 0, 'waiting', 'running'),
  ${BODY('o', 'request')}, NULL, NULL,
  a.value ->> 1, ${USD('a.value ->> 2')}, a.value ->> 2,
  ${ISO(AT('o'))}, NULL, r.experiment_id, r.test_id, a.value ->> 0
FROM runs r CROSS JOIN json_each(${OPEN_AGENT_RUNS}) a ${EVENT('o', '(a.value ->> 0)')}
WHERE r.ended_at IS NULL;

${stepsView('', '')}

CREATE VIEW budget_entries AS
SELECT r.id AS workflow_run_id, ${SEQ('b')} AS seq, 'reservation' AS kind, ${FIELD('a', 'path')} AS path, ${COUNT('b', 'tokens')} AS tokens, ${COUNT('b', 'micros')} AS cost_micros,
  0 AS estimated, NULL AS provider_claimed, ${ISO(AT('b'))} AS made_at
FROM runs r ${EVENTS('b', 'reserved')} ${EVENT('a', FIELD('b', 'ref'))}
UNION ALL
SELECT r.id, ${SEQ('d')}, 'settlement', ${FIELD('a', 'path')}, ${COUNT('d', 'tokens')}, ${COUNT('d', 'micros')},
  COALESCE(${FIELD('d', '$.data.estimated')}, ${FIELD('d', 'kind')} = 'lost'), ${FIELD('d', '$.data.provider_claimed')}, ${ISO(AT('d'))}
FROM runs r ${EVENTS('d', 'done', 'lost')} ${EVENT('a', FIELD('d', 'ref'))}
WHERE ${FIELD('d', '$.data.reserved')} IS NOT NULL
UNION ALL
SELECT r.id, ${SEQ('d')}, 'release', ${FIELD('a', 'path')}, ${COUNT('b', 'tokens')} - ${COUNT('d', 'tokens')}, ${COUNT('b', 'micros')} - ${COUNT('d', 'micros')}, 0, NULL, ${ISO(AT('d'))}
FROM runs r ${EVENTS('d', 'done', 'lost')} ${EVENT('a', FIELD('d', 'ref'))} ${EVENT('b', FIELD('d', '$.data.reserved'))};
`;

/**
 * Schema 3: what went over the network for a call. `data` is brotli over the JSON text whose SHA-256 is `hash`, which the
 * call's event holds; null = pruned.
 */
const second = `
${storeOfHashes('wire_records', 'BLOB', 'record')}

DROP VIEW journal;
${journalView(`, ${FIELD('e', 'wire')} AS wire_hash`)}

DROP VIEW agent_run_steps;
${stepsView(`, ${FIELD('d', 'wire')} AS wire_hash`, ', NULL')}
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

export const migrations: readonly string[] = [first, second, third, fourth];
