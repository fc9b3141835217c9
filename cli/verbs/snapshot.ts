import { snapshot } from '../../runtime/index.ts';
import { EXIT } from '../exit.ts';
import { withRuntime } from '../open-runtime.ts';
import { explainingRefusals } from '../refusal.ts';
import { namedFile } from '../run-target.ts';
import { printTable } from '../table.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'snapshot',
  usage: 'FILE',
  description: 'Locks a workflow or an agent, with everything it refers to, into version rows that never change; runs nothing.\nThe same content always gives the same version; comments, key order and style do not count.',
  examples: [{ command: 'dagbook snapshot configs/workflows/research.yaml', does: 'the workflow and its agents' }],
  options: {},
  arguments: { min: 1, max: 1 },
  run: async (context) => {
    const { args, global, out } = context;
    const { workspace, target } = namedFile(args[0] ?? '', context);
    const versions = await withRuntime(context, workspace, async (runtime) => await explainingRefusals(context, workspace, async () => await Promise.resolve(snapshot(runtime, { workflow: target }))));
    const last = versions.at(-1);
    if (last === undefined) throw new Error('unreachable: a snapshot of nothing');
    if (global.json) {
      out.json({ spec_id: last.spec_id, version_id: last.version_id, spec_hash: last.spec_hash, created: last.created });
      return EXIT.ok;
    }
    printTable(out, [
      { title: '', cell: ({ created }) => (created ? '+' : '='), style: ({ created }) => (created ? 'green' : 'dim') },
      { title: 'kind', cell: ({ kind }) => kind },
      { title: 'name', cell: ({ name }) => name, max: 48 },
      { title: 'version', cell: ({ version }) => String(version), align: 'right' },
      { title: 'spec hash', cell: ({ spec_hash: hash }) => hash.slice(0, 12) },
      { title: '', cell: ({ created }) => (created ? 'new' : 'locked before'), style: () => 'dim' },
    ], versions);
    return EXIT.ok;
  },
});
