/**
 * # A reference leads out of the workspace
 *
 * Nothing outside the workspace is read, neither by a path with `..` nor through a symbolic link: a run must be
 * reproducible from what lies in it.
 *
 * ```yaml
 * agent_spec: ../../shared/agent.yaml
 * ```
 *
 * The globs of `rag` begin at the workspace root, and find nothing outside of it.
 *
 * **Fix**: move the file into the workspace.
 */
import type { Agent } from '../documents/agent/agent.ts';
import { parsePath } from '../documents/references/parse-reference.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check } from './check.ts';

export const outsideWorkspace: Check = {
  code: 'outside-workspace',
  severity: 'error',
  ignorable: false,
  agent: ({ agent, valueSpan }, report) => {
    for (const { glob, path } of corporaOf(agent)) {
      if (parsePath(glob.replaceAll('\\', '/'), null).kind === 'outside') report({ message: `"${glob}" leads outside the workspace, where nothing is read. Move the files into it.`, span: valueSpan(path) });
    }
  },
};

/** Every glob of files that an agent's prompt is enriched from. */
export function corporaOf({ rag }: Agent): readonly { readonly glob: string; readonly path: YamlPath }[] {
  return rag.flatMap(({ corpora }, i) => corpora.map((glob, j) => ({ glob, path: ['rag', i, 'corpora', j] })));
}
