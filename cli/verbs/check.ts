import type { DiskWorkspace } from '../../disk/open-workspace.ts';
import { allCodes, explain } from '../../language/index.ts';
import manifest from '../../package.json' with { type: 'json' };
import { analyseWithLedgers } from '../analyse-with-ledgers.ts';
import type { Checked } from '../check-files.ts';
import { checkFiles } from '../check-files.ts';
import { formatOf } from '../command-line.ts';
import { nearest } from '../did-you-mean.ts';
import { EXIT } from '../exit.ts';
import { githubLine } from '../formats/github.ts';
import { findingsJson } from '../formats/json.ts';
import { sarifLog } from '../formats/sarif.ts';
import { printText, summary } from '../formats/text.ts';
import { targetsOf } from '../targets.ts';
import type { Terminal } from '../terminal.ts';
import { defineVerb } from '../verb.ts';

const FORMATS = ['text', 'json', 'sarif', 'github'] as const;
type Format = (typeof FORMATS)[number];

export const verb = defineVerb({
  name: 'check',
  usage: '[PATH…] [--format text|json|sarif|github]',
  description: 'Says what is wrong in workflow, state machine and agent documents, and where, to the column. A folder stands for every document below it;\nwithout a path the whole workspace is checked. Exits 1 when there is an error; warnings and hints do not count.',
  examples: [
    { command: 'dagbook check', does: 'every document of the workspace' },
    { command: 'dagbook check configs/workflows/research.yaml', does: 'one document' },
    { command: 'dagbook check --format sarif > check.sarif', does: 'for code scanning' },
  ],
  options: {
    format: { type: 'string', value: 'FORMAT', help: 'text (default), json, sarif or github', choices: FORMATS },
  },
  arguments: { min: 0, max: Number.POSITIVE_INFINITY },
  run: async (context) => {
    const { options, global, out, err, cwd } = context;
    const format = formatOf(global, options.format);
    const { targets, workspaces } = targetsOf(context);
    const checked = await analyseWithLedgers(context, (analyse) => checkFiles(targets, cwd, analyse));
    print(format, checked, out);
    note(checked, workspaces, err);
    for (const bug of checked.bugs) if (global.debug && bug instanceof Error) err.line(bug.stack);
    if (checked.bugs.length > 0) return EXIT.bug;
    return checked.findings.some(({ severity }) => severity === 'error') ? EXIT.error : EXIT.ok;
  },
});

function print(format: Format, { findings, documents }: Checked, out: Terminal): void {
  switch (format) {
    case 'text':
      printText(out, findings);
      out.line(summary(findings, documents));
      return;
    case 'json':
      out.json(findingsJson(findings));
      return;
    case 'sarif':
      out.json(sarifLog(findings, manifest.version, explain));
      return;
    case 'github':
      for (const finding of findings) out.line(githubLine(finding));
      return;
  }
}

function note({ notOurs }: Checked, workspaces: readonly DiskWorkspace[], err: Terminal): void {
  for (const file of notOurs) err.line(`note: ${file} is no document of Dagbook's, so nothing in it was checked.`);
  for (const code of new Set(workspaces.flatMap((workspace) => Object.keys(workspace.allSettings().severity)))) {
    const near = allCodes.includes(code) ? null : nearest(code, allCodes);
    if (!allCodes.includes(code)) err.line(`note: the setting "dagbook.diagnostics.severity" names "${code}", which is no code.${near === null ? '' : ` Did you mean "${near}"?`}`);
  }
  for (const { root } of workspaces.filter((workspace) => workspace.listIsPartial())) err.line(`note: ${root} holds more files than are looked at; name a folder to check the rest.`);
}
