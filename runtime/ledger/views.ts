/**
 * The views that other tools query, over `runs` and `turns`. They use nothing that SQLite has had only since 3.38 (2022): who
 * opens the file has what their system came with. Changing one takes a migration that makes all of them anew.
 */

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

/** Every byte there is, in order. */
const BYTES = `X'${Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join('')}'`;
/** The byte that two hex digits of `k.hash` stand for, as a blob. `unhex` would do; SQLite has it from 3.41 on only, and the tools of many machines are older. */
const BYTE = (at: number): string => `substr(k.bytes, 16 * ${DIGIT(2 * at + 1)} + ${DIGIT(2 * at + 2)} + 1, 1)`;
const DIGIT = (at: number): string => `(instr('0123456789abcdef', substr(k.hash, ${at}, 1)) - 1)`;
/** The blob with this hash (hex): the index finds those with the same first two bytes, one in 65,536. */
const BLOB_OF = (hash: string): string => `(SELECT b.data FROM (SELECT ${BYTES} AS bytes, ${hash} AS hash) k CROSS JOIN blobs b
      ON b.hash BETWEEN CAST(${BYTE(0)} || ${BYTE(1)} AS BLOB) AND CAST(${BYTE(0)} || ${BYTE(1)} || X'${'ff'.repeat(30)}' AS BLOB) AND lower(hex(b.hash)) = k.hash)`;

const BODY = (e: string, name: 'request' | 'response', event = `${e}.value`): string => `CASE json_type(${event}, '$.${name}')
    WHEN 'array' THEN CAST(substr(CAST(${e}t.bodies AS BLOB), 1 + (${event} ->> '$.${name}[0]'), ${event} ->> '$.${name}[1]') AS TEXT)
    WHEN 'text' THEN ${BLOB_OF(`${event} ->> '${name}'`)} END`;

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

const journal = `CREATE VIEW journal AS
SELECT r.key AS run, ${SEQ('e')} AS seq, ${FIELD('e', 'kind')} AS kind, ${AT('e')} AS at, ${FIELD('e', 'owner')} AS owner, ${FIELD('e', 'ref')} AS ref,
  ${FIELD('e', 'path')} AS path, iif(${FIELD('e', 'kind')} IN ('opened','asked'), COALESCE(${FIELD('e', 'attempt')}, 1), NULL) AS attempt,
  ${FIELD('e', 'name')} AS name, ${FIELD('e', 'node')} AS node, ${FIELD('e', 'id')} AS id, ${FIELD('e', 'version')} AS version,
  ${BODY('e', 'request')} AS request, ${FIELD('e', 'hash')} AS request_hash, ${BODY('e', 'response')} AS response,
  ${COUNT('e', 'tokens')} AS tokens, ${COUNT('e', 'micros')} AS micros, e.value -> 'data' AS data, ${FIELD('e', 'wire')} AS wire_hash
FROM runs r ${EVENTS('e')};`;

const agentRunSteps = `CREATE VIEW agent_run_steps AS
SELECT r.id || '/' || ${SEQ('d')} AS id, ${FIELD('o', 'id')} AS agent_run_id, r.id AS workflow_run_id, ${SEQ('d')} AS seq,
  ${FIELD('a', 'name')} AS kind, ${FIELD('a', 'path')} AS name, COALESCE(${FIELD('a', 'attempt')}, 1) AS attempt, ${FIELD('o', '$.data.model')} AS model,
  ${BODY('a', 'request')} AS request, ${FIELD('a', 'hash')} AS request_hash, ${BODY('d', 'response')} AS response,
  ${COUNT('d', 'tokens')} AS tokens, ${USD(COUNT('d', 'micros'))} AS cost, ${COUNT('d', 'micros')} AS cost_micros, ${AT('d')} - ${AT('a')} AS duration_ms,
  ${FIELD('d', '$.data.error')} AS error, d.value -> 'data' AS details, ${FIELD('d', 'wire')} AS wire_hash
FROM runs r ${EVENTS('d', 'done', 'lost')} ${EVENT('a', FIELD('d', 'ref'))} ${EVENT('o', FIELD('d', 'owner'))}
WHERE ${FIELD('a', 'name')} NOT IN ('now','random','sleep')
UNION ALL
SELECT r.id || '/' || ${SEQ('n')}, ${FIELD('o', 'id')}, r.id, ${SEQ('n')}, ${FIELD('n', 'name')}, ${FIELD('n', 'path')}, 1, ${FIELD('o', '$.data.model')},
  ${BODY('n', 'request')}, NULL, ${BODY('n', 'response')}, 0, 0.0, 0, 0, ${FIELD('n', '$.data.error')}, n.value -> 'data', NULL
FROM runs r ${EVENTS('n', 'note')} ${EVENT('o', FIELD('n', 'owner'))}
UNION ALL
SELECT r.id || '/' || ${SEQ('c')}, ${FIELD('o', 'id')}, r.id, ${SEQ('c')}, 'output', ${FIELD('o', 'path')} || '/output', COALESCE(${FIELD('o', 'attempt')}, 1), ${FIELD('o', '$.data.model')},
  NULL, NULL, ${BODY('c', 'response')}, 0, 0.0, 0, 0, ${FIELD('c', '$.data.error.name')}, NULL, NULL
FROM runs r ${EVENTS('c', 'closed')} ${EVENT('o', FIELD('c', 'ref'))}
WHERE c.value -> 'response' IS NOT NULL;`;

const workflowRuns = `CREATE VIEW workflow_runs AS SELECT
  r.id, r.workflow_name,
  (SELECT id FROM workflow_spec_versions WHERE key = r.spec_version) AS spec_version_id,
  r.parent_run_id, r.relation, r.id AS task_id, r.status,
  ${BLOB('r.inputs')} AS inputs,
  (SELECT ${BODY('l', 'response', "(lt.events -> '$[#-1]')")} FROM turns lt WHERE lt.key BETWEEN r.key << 32 AND r.key << 32 | 0xffffffff AND r.status = 'completed' ORDER BY lt.key DESC LIMIT 1) AS output,
  r.error,
  r.total_tokens, ${USD('r.total_cost_micros')} AS total_cost_usd, r.total_cost_micros,
  r.started_at, r.ended_at, r.experiment_id, r.test_id, r.models, r.model_override, r.adapter_revision,
  r.epoch, r.lease_owner AS lease, hex(r.chain_head) AS chain_head
FROM runs r;`;

const agentRuns = `CREATE VIEW agent_runs_v2 AS
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
WHERE r.ended_at IS NULL;`;

const budgetEntries = `CREATE VIEW budget_entries AS
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
FROM runs r ${EVENTS('d', 'done', 'lost')} ${EVENT('a', FIELD('d', 'ref'))} ${EVENT('b', FIELD('d', '$.data.reserved'))};`;

/** Takes away what is there of them and makes them all. */
export const views = `
DROP VIEW IF EXISTS budget_entries;
DROP VIEW IF EXISTS agent_run_steps;
DROP VIEW IF EXISTS agent_runs_v2;
DROP VIEW IF EXISTS workflow_runs;
DROP VIEW IF EXISTS journal;

${[journal, workflowRuns, agentRuns, agentRunSteps, budgetEntries].join('\n\n')}
`;
