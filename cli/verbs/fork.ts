import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ForkPoint, Runtime } from '../../runtime/index.ts';
import { forkRun } from '../../runtime/index.ts';
import { usage } from '../command-line.ts';
import { driveRun } from '../drive-runs.ts';
import { withExistingRuntime } from '../open-runtime.ts';
import { explainingRefusals } from '../refusal.ts';
import { fileReader, readPair } from '../run-inputs.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'fork',
  usage: 'RUN --from PATH|--from-failure|--only PATH [--set PATH=VALUE…] [--edited]',
  description: 'Begins a new run with the first part of another one, and does the rest anew. What was answered before is served from\nthe record and costs nothing. A path is a node\'s id, or a step as `dagbook show RUN --steps` lists it.',
  examples: [
    { command: 'dagbook fork 0198c3f2-1a2b --from selection', does: 'from this node on' },
    { command: 'dagbook fork 0198c3f2-1a2b --from-failure', does: 'only what failed or was skipped' },
    { command: 'dagbook fork 0198c3f2-1a2b --only trader --edited', does: 'one node on its recorded upstream, as its files are now' },
    { command: 'dagbook fork 0198c3f2-1a2b --from research --set inputs.lookback_days=10', does: 'with another input' },
  ],
  options: {
    from: { type: 'string', value: 'PATH', help: 'keep everything before this node or step' },
    'from-failure': { type: 'boolean', help: 'do again only what failed or was skipped' },
    only: { type: 'string', value: 'PATH', help: 'run one node on its recorded upstream' },
    set: { type: 'string', value: 'PATH=VALUE', help: 'inputs.NAME=VALUE or nodes.ID.inputs.NAME=VALUE', multiple: true },
    edited: { type: 'boolean', help: 'lock the files as they are now instead of the versions of the parent' },
  },
  arguments: { min: 1, max: 1 },
  run: async (context) => {
    const { options } = context;
    const point = pointOf(options);
    const [id = ''] = context.args;
    const workspace = context.workspace();
    return await withExistingRuntime(context, workspace, async (runtime) =>
      await explainingRefusals(context, workspace, async () => {
        const set = readSet(options.set, runtime, id, fileReader((file) => context.resolve(file)));
        return await driveRun(context, runtime, forkRun(runtime, id, { point, set, edited: options.edited }));
      }),
    );
  },
});

function pointOf(options: { readonly from: string | null; readonly 'from-failure': boolean; readonly only: string | null }): ForkPoint {
  const points: readonly ForkPoint[] = [
    ...(options.from === null ? [] : [{ kind: 'from', path: options.from } as const]),
    ...(options['from-failure'] ? [{ kind: 'from-failure' } as const] : []),
    ...(options.only === null ? [] : [{ kind: 'only', path: options.only } as const]),
  ];
  const [point, second] = points;
  if (point === undefined || second !== undefined) throw usage(`dagbook fork needs ${point === undefined ? 'one' : 'only one'} of --from PATH, --from-failure, --only PATH.`);
  return point;
}

/** A text stays one where the workflow declares a text. */
function readSet(pairs: readonly string[], runtime: Runtime, id: string, read: (file: string) => string): Readonly<Record<string, Json>> {
  const declared = runtime.lockedOf(runtime.find(id)).workflow.inputs;
  const schemaOf = (path: string): JsonObject | undefined => (path.startsWith('inputs.') ? declared[path.slice('inputs.'.length)]?.schema : undefined);
  return Object.fromEntries(pairs.map((pair) => readPair(pair, '--set', schemaOf, read)));
}
