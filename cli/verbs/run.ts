import type { DiskWorkspace } from '../../disk/open-workspace.ts';
import type { Runtime, StartOptions } from '../../runtime/index.ts';
import { openRun, startRun } from '../../runtime/index.ts';
import { startDetached } from '../detached.ts';
import { asLine } from '../display-text.ts';
import { driveRun } from '../drive-runs.ts';
import { EXIT } from '../exit.ts';
import type { ExitCode } from '../exit.ts';
import { withRuntime } from '../open-runtime.ts';
import { explainingRefusals } from '../refusal.ts';
import { fileReader, readPins, readRunInputs } from '../run-inputs.ts';
import { runJson } from '../run-summary.ts';
import { namedDocument } from '../run-target.ts';
import { commandLine, withWorkspaceNamed } from '../run-words.ts';
import { defineVerb } from '../verb.ts';
import type { OptionValues, VerbContext } from '../verb.ts';

const OPTIONS = {
  input: { type: 'string', value: 'KEY=VALUE', help: 'an input: JSON where it reads as JSON, text elsewhere, @FILE for the content of a file', multiple: true },
  inputs: { type: 'string', value: 'FILE', help: 'a JSON file with inputs; --input goes before it' },
  model: { type: 'string', value: 'PROVIDER[:MODEL]', help: 'what every agent of this run runs on' },
  experiment: { type: 'string', value: 'ID', help: 'the experiment the run belongs to (default: default)' },
  test: { type: 'string', value: 'ID', help: 'the test the run belongs to' },
  until: { type: 'string', value: 'NODE', help: 'stop once this node is done' },
  pin: { type: 'string', value: 'NODE=@FILE', help: 'a node\'s output given by hand: a JSON file, or JSON itself', multiple: true },
  'pause-at': { type: 'string', value: 'NODE', help: 'wait for you before this node; "each" for every one', multiple: true },
  detach: { type: 'boolean', help: 'print the run\'s id and let it go on without this terminal' },
} as const;

type Context = VerbContext<typeof OPTIONS>;

export const verb = defineVerb({
  name: 'run',
  usage: 'FILE|NAME [--input KEY=VALUE…] [--model PROVIDER[:MODEL]] [options]',
  description: [
    'Locks a workflow and everything it refers to, then runs it. Progress goes to stderr, the result to stdout.',
    'The first Ctrl-C halts the run, the second one leaves at once. Exits 0 completed, 1 error, 3 halted, 4 rejected, 5 waiting for a person.',
  ].join('\n'),
  examples: [
    { command: 'dagbook run configs/workflows/research.yaml', does: 'one file' },
    { command: 'dagbook run MyFirstResearchLoop --input lookback_days=10', does: 'by name, with an input' },
    { command: 'dagbook run research.yaml --until research --json', does: 'up to one node, the result as JSON' },
    { command: "dagbook run research.yaml --pin research='{\"pick\": \"SPY\"}'", does: 'with one output given by hand' },
  ],
  options: OPTIONS,
  arguments: { min: 1, max: 1 },
  run: async (given) => {
    const { workspace, target } = namedDocument(given.args[0] ?? '', given);
    const context = withWorkspaceNamed(given, workspace);
    const start = startOptions(context.options, (file) => context.resolve(file));
    return await withRuntime(context, workspace, async (runtime) =>
      await explainingRefusals(context, workspace, async () => (context.options.detach ? await detach(context, runtime, workspace, target, start) : await driveRun(context, runtime, startRun(runtime, { workflow: target }, start)))),
    );
  },
});

function startOptions(options: OptionValues<typeof OPTIONS>, resolve: (file: string) => string): StartOptions {
  const read = fileReader(resolve);
  // Once here, so that a missing file is said before anything is locked; and again with the types that are declared.
  readRunInputs(options.input, options.inputs, {}, read);
  return {
    inputs: (declared) => readRunInputs(options.input, options.inputs, declared, read),
    model: options.model, experiment: options.experiment, test: options.test, until: options.until, pauseAt: options['pause-at'], pins: readPins(options.pin, read),
  };
}

async function detach(context: Context, runtime: Runtime, workspace: DiskWorkspace, target: string, start: StartOptions): Promise<ExitCode> {
  const { global, out, err } = context;
  const { run, notes } = openRun(runtime, { workflow: target }, start);
  for (const note of notes) err.line(`note: ${asLine(note)}`);
  await startDetached(['resume', run.id, '--ledger', runtime.ledger.file, '--workspace', workspace.root]);
  if (global.json) out.json(runJson(runtime.resultOf(run.id)));
  else {
    out.line(run.id);
    err.line(`It goes on without this terminal. Watch it with: ${commandLine(context, ['tail', run.id])}`);
  }
  return EXIT.ok;
}
