import { halt, release, shortRunId } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { withExistingRuntime, withRuntime } from '../open-runtime.ts';
import { commandLine } from '../run-words.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'halt',
  usage: '[RUN] [--hold|--release]',
  description: 'Stops one run and its children, or every open run in the ledger, whoever started it. The rows say so before any work is\naborted, and whatever still comes in changes nothing. Halting what has ended is no error.',
  examples: [
    { command: 'dagbook halt', does: 'everything' },
    { command: 'dagbook halt 0198c3f2-1a2b', does: 'one run' },
    { command: 'dagbook halt --hold', does: 'everything, and refuse new runs until `dagbook halt --release`' },
  ],
  options: {
    hold: { type: 'boolean', help: 'also refuse new runs' },
    release: { type: 'boolean', help: 'allow new runs again; halts nothing' },
  },
  arguments: { min: 0, max: 1 },
  run: async (context) => {
    const { args, options, global, out } = context;
    const [run = null] = args;
    if (options.release && (options.hold || run !== null)) throw usage('--release stands alone: it halts nothing.');
    // A hold is worth a new ledger: the next run there would be the first.
    const open = options.hold && run === null ? withRuntime : withExistingRuntime;
    return await open(context, context.workspace(), async (runtime) => {
      const result = await Promise.resolve(options.release ? release(runtime) : halt(runtime, { run, hold: options.hold }));
      if (global.json) out.json({ halted: [...result.halted], held: result.held });
      else {
        for (const id of result.halted) out.line(`${out.style('yellow', '■ halted')}  ${shortRunId(runtime.ledger, id)}  ${runtime.find(id).workflow_name}`);
        if (!options.release && result.halted.length === 0) out.line(run === null ? 'Nothing was running.' : 'It had ended already.');
        if (result.held || options.release) out.line(result.held ? `New runs are refused until: ${commandLine(context, ['halt', '--release'])}` : 'New runs are allowed.');
      }
      return EXIT.ok;
    });
  },
});
