import { answerRun } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { driveRun } from '../drive-runs.ts';
import { EXIT } from '../exit.ts';
import { withExistingRuntime } from '../open-runtime.ts';
import { readJsonOption } from '../run-inputs.ts';
import { runJson } from '../run-summary.ts';
import { commandLine } from '../run-words.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'answer',
  usage: 'RUN PATH --value JSON',
  description: 'Gives a run the answer it waits for, checked against its form and written down with who and when; then goes on with the run.\nPATH is where it asks, as `dagbook show RUN` says; a node\'s id will do.',
  examples: [{ command: "dagbook answer 0198c3f2-1a2b approve --value '{\"approved\": true}'", does: 'a decision' }],
  options: {
    value: { type: 'string', value: 'JSON', help: 'the answer' },
  },
  arguments: { min: 2, max: 2 },
  run: async (context) => {
    const { args, options, global, out } = context;
    const [id = '', path = ''] = args;
    if (options.value === null) throw usage("dagbook answer needs the answer: --value '{…}'.");
    const value = readJsonOption(options.value, '--value');
    return await withExistingRuntime(context, context.workspace(), async (runtime) => {
      const handle = answerRun(runtime, id, path, value);
      if (handle !== null) return await driveRun(context, runtime, handle, { onlyNew: true });
      if (global.json) out.json(runJson(runtime.resultOf(id)));
      else out.line(`Answered. Another process drives the run: ${commandLine(context, ['tail', id])}`);
      return EXIT.ok;
    });
  },
});
