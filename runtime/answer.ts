import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';
import { isOpen } from './durable/lease.ts';
import type { EventOf, JournalEvent } from './ledger/event.ts';
import type { RunRow } from './ledger/run-store.ts';
import { openQuestions } from './open-questions.ts';
import type { RunHandle } from './run-handle.ts';
import type { Runtime } from './runtime.ts';

/**
 * Gives a person's answer to a run that waits for it. The answer is checked against its form and written down with who
 * and when; a run that nobody drives is taken up again here, and its handle returned.
 */
export function answerRun(runtime: Runtime, id: string, path: string, value: Json): RunHandle | null {
  const { ledger } = runtime;
  const run = runtime.find(id);
  refuseEnded(run);
  const question = findQuestion(ledger.read(() => ledger.journal.read(run.key)), run, path);
  const problems = runtime.checkSchema(formOf(question), value);
  if (problems.length > 0) throw new DagbookError('answer-invalid', `The answer does not fit the form at ${question.path}: ${problems.join('; ')}. The form: ${JSON.stringify(formOf(question))}`);
  const secret = runtime.secrets.nameIn(value);
  if (secret !== null) throw new DagbookError('answer-invalid', `The answer holds the value of the secret ${secret}, and answers are recorded. Leave it out: servers and models get secrets by name.`);
  const given = ledger.write(() => {
    // Halted while the answer was looked at: nobody would ever read it.
    refuseEnded(runtime.find(run.id));
    return ledger.answer({ run: run.key, seq: question.seq, value: JSON.stringify(value), answered_by: runtime.owner, answered_at: runtime.iso() });
  });
  if (!given) throw new DagbookError('answer-invalid', `${question.path} has been answered already.`);
  const top = topOf(runtime, run);
  runtime.supervisor.look();
  if (runtime.supervisor.driverOf(top.id) !== null || !runtime.isFree(top)) return null;
  const handle = resumeUnlessTaken(runtime, top);
  runtime.supervisor.look();
  return handle;
}

/** Null when another process was quicker: the answer is written down, and that one goes on with it. */
function resumeUnlessTaken(runtime: Runtime, run: RunRow): RunHandle | null {
  try {
    return runtime.resume(run);
  } catch (error) {
    if (error instanceof DagbookError && error.code === 'run-taken') return null;
    throw error;
  }
}

function refuseEnded(run: RunRow): void {
  if (!isOpen(run)) throw new DagbookError('run-finished', `Run ${run.id} has already ended as ${run.status}.`);
}

function findQuestion(events: readonly JournalEvent[], run: RunRow, path: string): EventOf<'asked'> {
  const open = openQuestions(events);
  const matches = open.filter((question) => question.path === path || question.path === `nodes/${path}/ask` || question.path === `${path}/ask` || question.path === `nodes/${path}/pause` || question.path === `${path}/pause`);
  const [first] = matches;
  if (first !== undefined) return first;
  throw new DagbookError('path-not-found', open.length === 0 ? `Run ${run.id} asks nothing.` : `Run ${run.id} asks nothing at "${path}". It waits at: ${open.map((question) => question.path).join(', ')}.`);
}

function formOf(question: EventOf<'asked'>): JsonObject {
  const request = JSON.parse(question.request.text) as JsonObject;
  const form = request['form'] ?? request;
  return form as JsonObject;
}

/** A child is driven by its parent: the run to take up is the one at the top. */
function topOf(runtime: Runtime, run: RunRow): RunRow {
  return run.relation === 'child' && run.parent_run_id !== null ? topOf(runtime, runtime.find(run.parent_run_id)) : run;
}
