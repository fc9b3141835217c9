import type { HostMethod, HostMethods } from '../../protocol/host.ts';
import type { RunRecord, VersionRecord } from '../../protocol/run-records.ts';
import { answerRun } from '../answer.ts';
import { compareRuns } from '../compare.ts';
import { snapshot, startRun } from '../dispatch.ts';
import { forkRun } from '../fork.ts';
import { halt, release } from '../halt.ts';
import { ledgerSchema, versionHeads } from '../ledger/detail-models.ts';
import type { VersionHead } from '../ledger/detail-models.ts';
import { listRunRows } from '../ledger/read-models.ts';
import type { RunRow } from '../ledger/run-store.ts';
import { replayRun } from '../replay.ts';
import { resumableRuns } from '../resumable.ts';
import { lockedSpecOf } from '../review.ts';
import type { RunHandle } from '../run-handle.ts';
import type { Runtime } from '../runtime.ts';
import type { LedgerSession } from './ledger-session.ts';
import { sqlInProcess, verifyInProcess } from './query-process.ts';
import { paidModelsFor } from './paid-models.ts';
import { profileRecords } from './profile-records.ts';
import { bodiesOfAgentRun, runDetail, runSteps, stepBodiesOf } from './run-detail.ts';
import { versionText } from './version-text.ts';

/** No page is longer, whatever is asked for. */
const MOST_RUNS = 500;

type Params<M extends HostMethod> = Parameters<HostMethods[M]>[0];
type Result<M extends HostMethod> = ReturnType<HostMethods[M]>;
type Handlers<M extends HostMethod> = { readonly [K in M]: (params: Params<K>) => Result<K> | Promise<Result<K>> };

/** What needs an open ledger. */
export type HostHandlers = Handlers<Exclude<HostMethod, 'open' | 'configure' | 'close'>>;

/** `script`: of this host; `signal`: aborted when nobody waits for the answer any more. */
export function handlersFor(session: LedgerSession, script: string, signal: AbortSignal): HostHandlers {
  return { ...runningHandlers(session), ...listingHandlers(session), ...lookingHandlers(session), ...queryHandlers(session, script, signal) };
}

function runningHandlers(session: LedgerSession): Handlers<'run' | 'snapshot' | 'replay' | 'fork' | 'resume' | 'halt' | 'release' | 'answer'> {
  const { door } = session;
  const runtimeOfExisting = (): Runtime => {
    door.existing();
    return door.runtime();
  };
  const started = ({ id, notes }: RunHandle): Result<'run'> => {
    const { watch, review } = session.state();
    return { run: watch.records.of(review.find(id)), notes };
  };
  return {
    run: ({ target, ...options }) => started(startRun(door.runtime(), target, options)),
    snapshot: ({ target }) => {
      const runtime = door.runtime();
      return snapshot(runtime, target).flatMap(({ kind, version_id: id, created }) => {
        const version = runtime.ledger.read(() => runtime.ledger.versions.byId(kind, id));
        return version === null ? [] : [{ ...versionRecord(kind, version), created }];
      });
    },
    replay: ({ run, recorded }) => started(replayRun(runtimeOfExisting(), run, recorded)),
    fork: ({ run, ...options }) => started(forkRun(runtimeOfExisting(), run, options)),
    resume: ({ run }) => started(resume(runtimeOfExisting(), run)),
    halt: ({ run, hold }) => {
      // Where there is no ledger nothing runs, and only a hold has something to write.
      if (!hold && run === null && door.reader() === null) return { halted: [], held: false };
      return halt(hold ? door.runtime() : runtimeOfExisting(), { run, hold });
    },
    release: () => ({ held: door.reader() === null ? false : release(door.runtime()).held }),
    answer: ({ run, path, value }) => {
      answerRun(runtimeOfExisting(), run, path, value);
      return { ok: true };
    },
  };
}

/** A child is driven by its parent: the run to take up is the one at the top. */
function resume(runtime: Runtime, id: string): RunHandle {
  const topOf = (run: RunRow): RunRow => (run.relation === 'child' && run.parent_run_id !== null ? topOf(runtime.find(run.parent_run_id)) : run);
  return runtime.resume(topOf(runtime.find(id)));
}

function listingHandlers(session: LedgerSession): Handlers<'runs' | 'lastRuns' | 'resumable' | 'questions' | 'versions' | 'versionText' | 'schema' | 'profiles' | 'paidModels'> {
  const { door } = session;
  return {
    runs: ({ limit, ...query }) => {
      if (door.reader() === null) return { runs: [], next: null };
      const { watch, review } = session.state();
      const { ledger } = review;
      const page = Math.min(Math.max(limit, 1), MOST_RUNS);
      const rows = ledger.read(() => listRunRows(ledger.db, { ...query, limit: page + 1 }));
      const runs = rows.slice(0, page).map((row) => watch.records.of(row));
      return { runs, next: rows.length > page ? (runs.at(-1)?.id ?? null) : null };
    },
    lastRuns: ({ workflows }) => session.watch?.newestOf(workflows) ?? [],
    resumable: () => (door.reader() === null ? [] : resumable(session)),
    questions: () => session.watch?.questions() ?? [],
    versions: ({ kind, name }) => {
      const review = door.reader();
      return review === null ? [] : review.ledger.read(() => versionHeads(review.ledger.db, kind, name)).map((head) => versionRecord(kind, head));
    },
    versionText: ({ kind, id }) => versionText(door.existing(), kind, id),
    profiles: () => profileRecords(door.workspace(), door.folder),
    paidModels: ({ of }) => paidModelsFor(door, of),
    schema: () => {
      const review = door.reader();
      return review === null ? [] : review.ledger.read(() => ledgerSchema(review.ledger.db));
    },
  };
}

/** Those nobody drives; oldest first. */
function resumable(session: LedgerSession): readonly RunRecord[] {
  const { watch, review } = session.state();
  return resumableRuns({ ledger: review.ledger, now: Date.now, isFree: (run) => session.door.isFree(run) }).map((run) => watch.records.of(run));
}

function lookingHandlers(session: LedgerSession): Handlers<'lockedSpecs' | 'show' | 'steps' | 'stepBodies' | 'agentRunBodies' | 'compare' | 'modelEvents' | 'subscribe' | 'unsubscribe'> {
  const { door, subscriptions } = session;
  return {
    lockedSpecs: ({ specHashes }) => {
      const review = door.reader();
      return review === null ? [] : specHashes.flatMap((specHash) => {
        const spec = lockedSpecOf(review, specHash);
        return spec === null ? [] : [{ specHash, ...spec }];
      });
    },
    show: ({ run }) => {
      const { watch, review } = session.state();
      return runDetail(review, watch.records, run, watch.questions(), new Date());
    },
    steps: ({ run, agentRun }) => runSteps(door.existing(), run, agentRun),
    stepBodies: ({ run, seq }) => stepBodiesOf(door.existing(), run, seq),
    agentRunBodies: ({ run, agentRun }) => bodiesOfAgentRun(door.existing(), run, agentRun),
    compare: ({ a, b }) => compareRuns(door.existing(), a, b),
    modelEvents: ({ call, events }) => {
      session.editorModels.take(call, events);
      return { ok: true };
    },
    subscribe: ({ run }) => {
      subscriptions.follow(run, door.existing());
      return { ok: true };
    },
    unsubscribe: ({ run }) => {
      subscriptions.unfollow(run);
      return { ok: true };
    },
  };
}

function queryHandlers({ door, driver }: LedgerSession, script: string, signal: AbortSignal): Handlers<'sql' | 'verify'> {
  const of = { file: door.file, driver };
  return {
    sql: async (params) => {
      door.existing();
      return await sqlInProcess(script, { kind: 'sql', ...of, ...params }, signal);
    },
    verify: async () => (door.reader() === null ? { ok: true, rows: 0, problems: [] } : await verifyInProcess(script, { kind: 'verify', ...of }, signal)),
  };
}

function versionRecord(kind: 'workflow' | 'agent', { id, name, version, spec_hash, source_path, created_at }: VersionHead): VersionRecord {
  return { id, kind, name, version, spec_hash, source_path, created_at };
}
