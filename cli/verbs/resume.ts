import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { RunHandle, Runtime } from '../../runtime/index.ts';
import { resumableRuns } from '../../runtime/index.ts';
import { driveAll, exitCodeOfResult, worstOf } from '../drive-runs.ts';
import type { ExitCode } from '../exit.ts';
import { EXIT } from '../exit.ts';
import { withExistingRuntime } from '../open-runtime.ts';
import { printRun, runJson } from '../run-summary.ts';
import { commandLine } from '../run-words.ts';
import { defineVerb } from '../verb.ts';
import type { VerbContext } from '../verb.ts';

export const verb = defineVerb({
  name: 'resume',
  usage: '[RUN]',
  description: 'Goes on with a run that was interrupted: from its journal, so that nothing that was completed is called or paid again.\nWithout RUN: every interrupted or waiting run that nobody drives, except those that only wait for a person.',
  examples: [
    { command: 'dagbook resume', does: 'whatever a crash or a closed terminal left behind' },
    { command: 'dagbook resume 0198c3f2-1a2b', does: 'one run' },
  ],
  options: {},
  arguments: { min: 0, max: 1 },
  run: async (context) =>
    await withExistingRuntime(context, context.workspace(), async (runtime) => {
      const [id] = context.args;
      const handles = id === undefined ? takeAll(context, runtime) : [runtime.resume(topOf(runtime, id))];
      return await drive(context, runtime, handles);
    }),
});

/** Another process may take one up at the same moment: then that one is in good hands. */
function takeAll(context: VerbContext, runtime: Runtime): readonly RunHandle[] {
  const { err } = context;
  return resumableRuns(runtime).flatMap((run) => {
    try {
      return [runtime.resume(run)];
    } catch (error) {
      if (!(error instanceof DagbookError)) throw error;
      error.writeCommands((...words) => commandLine(context, words));
      err.line(`note: ${error.code}: ${error.message}`);
      return [];
    }
  });
}

async function drive(context: VerbContext, runtime: Runtime, handles: readonly RunHandle[]): Promise<ExitCode> {
  const { global, out, err } = context;
  if (handles.length === 0) err.line('There is nothing to resume.');
  const results = handles.length === 0 ? [] : await driveAll(context, runtime, handles, { onlyNew: true });
  const codes = results.map(exitCodeOfResult);
  if (global.json) out.json(results.map(runJson));
  else for (const result of results) printRun(context, runtime, result);
  return codes.length === 0 ? EXIT.ok : worstOf(codes);
}

/** A child run is driven by its parent: the run to take up is the one at the top. */
function topOf(runtime: Runtime, id: string): ReturnType<Runtime['find']> {
  const run = runtime.find(id);
  return run.relation === 'child' && run.parent_run_id !== null ? topOf(runtime, run.parent_run_id) : run;
}
