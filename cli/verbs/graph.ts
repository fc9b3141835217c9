import type { Workflow } from '../../language/index.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Analyse } from '../analysis.ts';
import { analyser } from '../analysis.ts';
import { checkFiles } from '../check-files.ts';
import { formatOf, usage } from '../command-line.ts';
import { graphJson } from '../draw/json.ts';
import { drawMermaid } from '../draw/mermaid.ts';
import { drawSvg } from '../draw/svg.ts';
import { drawText, plural } from '../draw/text.ts';
import { EXIT } from '../exit.ts';
import type { Target } from '../targets.ts';
import { targetsOf } from '../targets.ts';
import type { Terminal } from '../terminal.ts';
import { commandLine } from '../run-words.ts';
import { defineVerb } from '../verb.ts';

const FORMATS = ['text', 'json', 'mermaid', 'svg'] as const;
type Format = (typeof FORMATS)[number];

export const verb = defineVerb({
  name: 'graph',
  usage: 'FILE [--format text|json|mermaid|svg]',
  description: 'Draws the graph of a workflow: the same graph that is checked and run. A document with mistakes is drawn as far as it can be.',
  examples: [
    { command: 'dagbook graph configs/workflows/research.yaml', does: 'in the terminal' },
    { command: 'dagbook graph configs/workflows/research.yaml --format svg > research.svg', does: 'as a picture, for light and dark' },
    { command: 'dagbook graph configs/workflows/research.yaml --format mermaid', does: 'for a README' },
  ],
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'text (default), json, mermaid or svg', choices: FORMATS },
  },
  arguments: { min: 1, max: 1 },
  run: async (context) => {
    const { args, options, global, out, err, cwd } = context;
    const format = formatOf(global, options.format);
    const { targets } = targetsOf(context);
    const [target] = targets;
    if (target?.named !== true) throw usage(`${args[0] ?? ''} is a folder; dagbook graph draws one file.`);
    const analyse = analyser();
    const workflows = workflowsIn(target, analyse);
    const errors = checkFiles(targets, cwd, analyse).findings.filter(({ severity }) => severity === 'error').length;
    if (workflows.length === 0) throw noWorkflow(target, args[0] ?? '', errors);
    draw(format, workflows, out);
    if (errors > 0) err.line(`note: ${plural(errors, 'error')} in this document; which: ${commandLine(context, ['check', args[0] ?? ''])}`);
    return EXIT.ok;
  },
});

function workflowsIn({ workspace, file }: Target, analyse: Analyse): readonly Workflow[] {
  return analyse(file, workspace).documents.flatMap((document) => (document.kind === 'workflow' || document.kind === 'states' ? [document.workflow] : []));
}

function noWorkflow({ workspace, file }: Target, named: string, errors: number): DagbookError {
  const read = workspace.read(file);
  switch (read.kind) {
    case 'text':
      return new DagbookError('document-invalid', (command) => (errors > 0 ? `${named} cannot be drawn. Why: ${command('check', named)}` : `${named} holds no workflow.`));
    case 'too-large':
      return new DagbookError('document-invalid', `${named} is ${plural(read.bytes, 'byte')} long; documents end at ${plural(read.limit, 'byte')}.`);
    case 'outside':
      return new DagbookError('document-invalid', `${named} leads out of the workspace ${workspace.root}.`);
    case 'missing':
      return new DagbookError('file-not-found', `There is no file ${named}.`);
    case 'unreadable':
      return new DagbookError('document-invalid', `${named} cannot be read: ${read.reason}.`);
  }
}

/** A file may hold several documents; pictures that cannot stand side by side show the first. */
function draw(format: Format, workflows: readonly Workflow[], out: Terminal): void {
  const [first] = workflows;
  if (first === undefined) return;
  switch (format) {
    case 'text':
      workflows.forEach((workflow, index) => {
        if (index > 0) out.line();
        drawText(workflow, out);
      });
      return;
    case 'json':
      out.json(workflows.length === 1 ? graphJson(first) : workflows.map(graphJson));
      return;
    case 'mermaid':
      out.write(drawMermaid(first));
      return;
    case 'svg':
      out.write(drawSvg(first));
      return;
  }
}
