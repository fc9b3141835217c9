import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json } from '../protocol/json.ts';
import type { RunOutcome } from './durable/context.ts';
import type { ChildEffect } from './durable/engine.ts';
import { isOpen } from './durable/lease.ts';
import type { ErrorData } from './ledger/event.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { RunRow } from './ledger/run-store.ts';
import type { RunHandle } from './run-handle.ts';
import { childCapsOf, readInputs } from './run-plan.ts';
import type { Runtime } from './runtime.ts';

/** A child run: opened the first time, taken up again on every later one. It has a journal, a purse and rows of its own. */
export async function driveChild(runtime: Runtime, call: ChildEffect): Promise<RunOutcome> {
  const { ledger } = runtime;
  const existing = ledger.read(() => ledger.runs.byId(call.id));
  if (existing !== null && !isOpen(existing)) return outcomeOf(ledger, existing);
  let handle: RunHandle;
  try {
    const opened = existing ?? openChild(runtime, call);
    // Halted or taken since it asked: it is fenced off, and nobody hears of a child.
    if (opened === null) return await new Promise(() => undefined);
    handle = existing === null ? runtime.drive(opened, [], call) : runtime.resume(opened, [], call);
  } catch (error) {
    if (!(error instanceof DagbookError) || error.code !== 'inputs-invalid') throw error;
    return { status: 'error', output: null, error: { name: 'States.Runtime', message: error.message }, tokens: 0, micros: 0 };
  }
  call.signal.addEventListener('abort', () => runtime.supervisor.driverOf(call.id)?.abandon(), { once: true });
  await handle.result;
  const row = runtime.find(call.id);
  // Left open: it waits for a person, or this process is letting go of both.
  return isOpen(row) ? new Promise(() => undefined) : outcomeOf(ledger, row);
}

/** Null when its parent is this driver's no longer: a halt closes the children that are there, and there must be none later. */
function openChild(runtime: Runtime, call: ChildEffect): RunRow | null {
  const { ledger } = runtime;
  const parent = runtime.find(call.parent);
  const version = ledger.read(() => ledger.versions.byId('workflow', call.version));
  if (version === null) throw new DagbookError('version-missing', `The child workflow version ${call.version} is not in ${ledger.file}.`);
  const locked = runtime.lockedOf({ spec_version: version.key });
  const inputs = readInputs(locked.workflow, call.inputs, runtime.checkSchema);
  const settings = { ...runtime.plan(locked, parent.model_override), caps: childCapsOf(locked.workflow, call.limits) };
  return ledger.write(() => {
    const now = runtime.find(parent.id);
    if (!isOpen(now) || now.epoch !== runtime.supervisor.driverOf(parent.id)?.run.epoch) return null;
    return runtime.insertRun({ locked, settings, inputs, parent, relation: 'child', modelOverride: parent.model_override, experimentId: parent.experiment_id, testId: parent.test_id, prefix: [], id: call.id });
  });
}

function outcomeOf(ledger: Ledger, run: RunRow): RunOutcome {
  return {
    status: run.status as RunOutcome['status'], output: ledger.read(() => ledger.runs.output(run)) as Json,
    error: run.error === null ? null : (JSON.parse(run.error) as ErrorData), tokens: run.total_tokens, micros: run.total_cost_micros,
  };
}
