import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newWorkflow, workflowStarts } from '../../language/index.ts';
import type { DagbookError } from '../../protocol/dagbook-error.ts';
import { usage } from '../command-line.ts';
import { nearest } from '../did-you-mean.ts';
import { EXIT } from '../exit.ts';
import { commandLine } from '../run-words.ts';
import { printTable } from '../table.ts';
import { defineVerb } from '../verb.ts';

const FOLDER = 'configs/workflows';

export const verb = defineVerb({
  name: 'new',
  usage: '[TEMPLATE] [--name NAME]',
  description: `Begins a workflow from a template, as ${FOLDER}/NAME.yaml in the workspace; a file that is there already stays as it is.\nWithout a template it lists them.`,
  examples: [
    { command: 'dagbook new', does: 'the templates' },
    { command: 'dagbook new fanout_synthesize --name market_watch', does: 'a workflow of its own' },
  ],
  options: {
    name: { type: 'string', value: 'NAME', help: 'of the workflow and its file (default: the template\'s name)' },
  },
  arguments: { min: 0, max: 1 },
  run: async (context) => {
    const { args, options, global, out, err } = context;
    const [template] = args;
    if (template === undefined) {
      if (options.name !== null) throw usage(`--name goes with a template: dagbook new TEMPLATE --name ${options.name}`);
      if (global.json) out.json(workflowStarts().map(({ name, about, notYet }) => ({ name, about, not_yet: notYet })));
      else printTable(out, [{ title: 'template', cell: ({ name }) => name }, { title: 'runs', cell: ({ notYet }) => (notYet === null ? 'yes' : 'not yet') }, { title: '', cell: ({ about }) => about }], workflowStarts());
      return EXIT.ok;
    }
    const name = options.name ?? template;
    if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name)) throw usage(`--name takes letters, digits, "_" and "-", beginning with a letter; not "${name}".`);
    const text = newWorkflow(template, name);
    if (text === null) throw unknownTemplate(template);
    const { root } = context.workspace();
    const file = `${FOLDER}/${name}.yaml`;
    writeNew(path.join(root, file), file, text);
    if (global.json) out.json({ files: [file] });
    else {
      out.line(file);
      const notYet = workflowStarts().find((start) => start.name === template)?.notYet ?? null;
      if (notYet !== null) err.line(`It is checked and drawn, but does not run yet. ${notYet}`);
      err.line(`Fill it in, then: ${commandLine(context, ['check', path.relative(context.cwd, path.join(root, file))])}`);
    }
    return EXIT.ok;
  },
});

function unknownTemplate(template: string): DagbookError {
  const names = workflowStarts().map(({ name }) => name);
  const near = nearest(template, names);
  return usage(`There is no template "${template}".${near === null ? '' : ` Did you mean "${near}"?`} The templates: ${names.join(', ')}.`);
}

/** Made exclusively: whatever stands there, also behind a link, is never written over. */
function writeNew(absolute: string, shown: string, text: string): void {
  try {
    mkdirSync(path.dirname(absolute), { recursive: true });
    writeFileSync(absolute, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'EEXIST') throw usage(`${shown} is there already. Give the new workflow another name with --name.`);
    throw usage(`${shown} cannot be written (${code}).`);
  }
}
