/**
 * # A node without work
 *
 * A node does one of these: run an agent (`agent_spec`), an inline `task`, ask a person (`human`), expand a `template`,
 * run another `workflow`, or `reduce` what it depends on. Only in the studio a node may wait to be wired.
 *
 * ```yaml
 * - id: research
 * ```
 *
 * **Fix**: add one of those fields.
 */
import { field, isObject, listField, textField } from '../documents/json-access.ts';
import type { Check } from './check.ts';

const work = ['agent_spec', 'task', 'human', 'template', 'workflow', 'runtime', 'spec'];

export const nothingToDo: Check = {
  code: 'nothing-to-do',
  severity: 'error',
  ignorable: false,
  workflow: ({ json, workflow, nodes, schema, valueSpan }, report) => {
    if (workflow.adapter === 'studio' || schema === null) return;
    const known = new Set(Object.keys((schema.root['definitions'] as { node: { properties: object } }).node.properties));
    for (const { node, path } of nodes) {
      const written = listField(json, 'nodes')[Number(path[1])] ?? null;
      if (work.some((name) => field(written, name) !== undefined)) continue;
      if (node.kind.kind === 'reduce' || node.kind.kind === 'tournament') continue;
      // A misspelled field may be the very one that is missed; it has been reported.
      if (isObject(written) && Object.keys(written).some((name) => !known.has(name) && !name.startsWith('x-'))) continue;
      const id = textField(written, 'id') ?? '';
      report({ message: `"${id}" has nothing to do. Give it an agent_spec, a task, a human, a template or a workflow.`, span: valueSpan([...path, 'id']) });
    }
  },
};
