import { convertDocument } from '../../language/index.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import { findingsOf } from '../check-files.ts';
import { usage } from '../command-line.ts';
import { EXIT } from '../exit.ts';
import { printText } from '../formats/text.ts';
import { namedFile } from '../run-target.ts';
import { defineVerb } from '../verb.ts';

const TARGETS = ['states', 'asl'] as const;

export const verb = defineVerb({
  name: 'convert',
  usage: 'FILE --to states|asl',
  description: 'Prints a state machine of Amazon States Language (JSON or YAML) as a states document, or a states document as Amazon States Language.\nNothing is lost: converted back, it is the same.',
  examples: [
    { command: 'dagbook convert machine.asl.json --to states > configs/workflows/machine.yaml', does: 'from Step Functions' },
    { command: 'dagbook convert configs/workflows/machine.yaml --to asl > machine.asl.json', does: 'and back' },
  ],
  options: {
    to: { type: 'string', value: 'FORMAT', help: 'states or asl', choices: TARGETS },
  },
  arguments: { min: 1, max: 1 },
  run: async (context) => {
    const { args, options, global, out, err, cwd } = context;
    const named = args[0] ?? '';
    if (options.to === null) throw usage('Say what to convert to: --to states or --to asl.');
    const { workspace, target } = namedFile(named, context);
    const read = workspace.read(target);
    if (read.kind !== 'text') throw new DagbookError(read.kind === 'missing' ? 'file-not-found' : 'document-invalid', `${named} cannot be read${read.kind === 'unreadable' ? `: ${read.reason}` : ''}.`);
    const converted = convertDocument(target, read.text, options.to);
    if (!converted.ok) {
      printText(err, findingsOf(workspace, converted.diagnostics, cwd));
      throw new DagbookError('document-invalid', `${named} was not converted.`);
    }
    if (global.json) out.json(converted.value);
    else out.write(converted.text);
    for (const note of converted.notes) err.line(`note: ${note}`);
    return EXIT.ok;
  },
});
