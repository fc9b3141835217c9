import { replayRun } from '../../runtime/index.ts';
import { driveRun } from '../drive-runs.ts';
import { withExistingRuntime } from '../open-runtime.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'replay',
  usage: 'RUN [--recorded]',
  description: 'Runs the very same versions on the same inputs again, as a new run that names its parent; the files of today do not count.\nWith --recorded every answer comes from the parent\'s record: no network, no cost, the same output to the byte.',
  examples: [
    { command: 'dagbook replay 0198c3f2-1a2b', does: 'calls the models again' },
    { command: 'dagbook replay 0198c3f2-1a2b --recorded', does: 'calls nothing' },
  ],
  options: {
    recorded: { type: 'boolean', help: 'serve every answer from the record' },
  },
  arguments: { min: 1, max: 1 },
  run: async (context) => await withExistingRuntime(context, context.workspace(), async (runtime) => await driveRun(context, runtime, replayRun(runtime, context.args[0] ?? '', context.options.recorded))),
});
