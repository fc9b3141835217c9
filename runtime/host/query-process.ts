import { fork } from 'node:child_process';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { HostError, VerificationRecord } from '../../protocol/host.ts';
import type { QueryPage } from '../ledger/query.ts';
import { queryPage } from '../ledger/query.ts';
import type { SqliteDriver } from '../ledger/sqlite.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { openReader } from '../review.ts';
import { hostError } from './host-error.ts';

/** What may take long: it gets a process of its own, that reads only and can be killed. The one that runs must not stand still. */
export type Query = { readonly file: string; readonly driver: SqliteDriver } & (
  | { readonly kind: 'sql'; readonly query: string; readonly values: readonly string[]; readonly limit: number }
  | { readonly kind: 'verify' }
);

type Answer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: HostError };

/** The word behind the script that makes it answer one query instead of being a host. */
export const QUERY_WORD = 'query';

export async function sqlInProcess(script: string, query: Extract<Query, { kind: 'sql' }>, signal: AbortSignal): Promise<QueryPage> {
  return (await ask(script, query, signal)) as QueryPage;
}

export async function verifyInProcess(script: string, query: Extract<Query, { kind: 'verify' }>, signal: AbortSignal): Promise<VerificationRecord> {
  return (await ask(script, query, signal)) as VerificationRecord;
}

function ask(script: string, query: Query, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(script, [QUERY_WORD], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    const kill = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', kill, { once: true });
    child.on('message', (answer) => {
      const given = answer as Answer;
      if (given.ok) resolve(given.result);
      else reject(given.error.code === 'bug' ? new Error(given.error.message) : new DagbookError(given.error.code, given.error.message, given.error.place));
      child.disconnect();
    });
    child.on('error', reject);
    // Settled already where it has answered.
    child.on('exit', (code, by) => {
      signal.removeEventListener('abort', kill);
      reject(signal.aborted ? new DagbookError('sql-refused', 'The query was stopped.') : new Error(`The process that looked at the ledger ended (${by ?? code ?? 'no code'}).`));
    });
    child.send(query);
    if (signal.aborted) kill();
  });
}

/** The other side: one query, one answer, and the end. */
export function answerQueries(channel: Pick<NodeJS.Process, 'on' | 'exit'> & { send(message: unknown): void }): void {
  channel.on('message', (query) => {
    channel.send(answerOf(query as Query));
  });
  channel.on('disconnect', () => channel.exit(0));
}

function answerOf(query: Query): Answer {
  try {
    return { ok: true, result: query.kind === 'sql' ? queryPage(query.file, query.query, query.values, query.limit, query) : verify(query) };
  } catch (error) {
    return { ok: false, error: hostError(error) };
  }
}

function verify({ file, driver }: Query): VerificationRecord {
  const review = openReader(file, { driver });
  try {
    const { problems, checked } = review.ledger.read(() => verifyLedger(review.ledger.db, { driver }));
    const { versions, runs, events, bodies, heads } = checked;
    return { ok: problems.length === 0, rows: versions + runs + events + bodies + heads, problems: problems.map(({ table, row, problem }) => `${table} ${row}: ${problem}`) };
  } finally {
    review.close();
  }
}
