import { DagbookError } from '../protocol/dagbook-error.ts';
import type { RunSettings } from './durable/context.ts';
import { isOpen } from './durable/lease.ts';
import { copyRecord } from './ledger/copy-record.ts';
import type { RunHandle } from './run-handle.ts';
import type { Runtime } from './runtime.ts';

/**
 * A new run of the very same versions on the same inputs (rule 22). `recorded`: every answer comes from the parent's
 * journal, which is walked again and must be followed to the letter; nothing is called and nothing is paid (rule 23).
 */
export function replayRun(runtime: Runtime, id: string, recorded: boolean): RunHandle {
  const { ledger } = runtime;
  const parent = runtime.find(id);
  if (recorded && isOpen(parent)) throw new DagbookError('run-open', `Run ${parent.id} is still ${parent.status}; its record can be replayed once it has ended.`);
  const locked = runtime.lockedOf(parent);
  const old = ledger.read(() => ledger.runs.settings(parent)) as RunSettings;
  const inputs = runtime.inputsOf(parent);
  const settings: RunSettings = { ...old, keep: null, recorded };
  const prefix = recorded
    ? copyRecord(ledger.read(() => ledger.journal.read(parent.key)), { before: null, at: runtime.now(), by: runtime.owner, newId: runtime.newId, keepStatus: true })
    : [];
  const run = ledger.write(() =>
    runtime.insertRun({
      locked, settings, inputs, parent, relation: recorded ? 'recorded' : 'replay', modelOverride: parent.model_override,
      experimentId: parent.experiment_id, testId: parent.test_id, prefix,
    }),
  );
  return runtime.drive(run);
}
