/**
 * # A node without work
 *
 * A node does one of these: run an agent (`agent_spec`), an inline `task`, ask a person (`human`), expand a `template`,
 * run another `workflow`, or `reduce` what it depends on. Only in the studio a node may wait to be wired. In the states
 * family a Task has an `agent` or a `human`, a Map an `itemProcessor`, a Wait a time. An agent's MCP server has a `command`
 * or a `url`.
 *
 * ```yaml
 * - id: research
 * ```
 *
 * **Fix**: add one of those fields.
 */
import type { Json } from '../../protocol/json.ts';
import { statesSchema } from '../documents/generated/states-schema.ts';
import { field, isList, isObject, listField, textField } from '../documents/json-access.ts';
import { orList } from '../documents/nearest-word.ts';
import { cursor, settle } from '../documents/schema-walk.ts';
import type { PlacedState } from '../documents/states/state-machine.ts';
import type { Check } from './check.ts';
import { hasUnknownField, ofEachState } from './state-shapes.ts';

const serverFields = ['name', 'args', 'env'];

const work = ['agent_spec', 'task', 'human', 'template', 'workflow', 'runtime', 'spec'];

export const nothingToDo: Check = {
  code: 'nothing-to-do',
  severity: 'error',
  ignorable: false,
  workflow: ({ json, document: { memory }, workflow, nodes, schema, valueSpan }, report) => {
    if (workflow.adapter === 'studio' || schema === null) return;
    const idle = memory.row(isIdle, 'nodes', listField(json, 'nodes'), isIdle);
    if (memory.derive(isIdle, [idle], () => !idle.includes(true))) return;
    const known = new Set(Object.keys((schema.root['definitions'] as { node: { properties: object } }).node.properties));
    for (const { node, path } of nodes) {
      const written = listField(json, 'nodes')[Number(path[1])] ?? null;
      if (idle[Number(path[1])] !== true) continue;
      // What says so may be a kind that is written wrongly; that is told where it stands.
      const kind = field(written, 'kind');
      if (node.kind.kind === 'reduce' || node.kind.kind === 'tournament' || (kind !== undefined && kind !== 'spawn' && node.kind.kind === 'spawn')) continue;
      // A misspelled field may be the very one that is missed; it has been reported.
      if (isObject(written) && Object.keys(written).some((name) => !known.has(name) && !name.startsWith('x-'))) continue;
      const id = textField(written, 'id') ?? '';
      report({ message: `"${id}" has nothing to do. Give it an agent_spec, a task, a human, a template or a workflow.`, span: valueSpan([...path, 'id']) });
    }
  },
  agent: ({ value, json, valueSpan }, report) => {
    const written = listField(json, 'mcp_servers');
    listField(value, 'mcp_servers').forEach((server, i) => {
      const name = textField(server, 'name');
      const fields = isObject(written[i]) ? Object.keys(written[i]) : [];
      // A misspelled field may be the one.
      if (name === null || fields.some((key) => ['command', 'url'].includes(key) || !serverFields.includes(key))) return;
      report({ message: `"${name}" is no server yet. Give it a command that starts it, or the url it answers at.`, span: valueSpan(['mcp_servers', i, 'name']) });
    });
  },
  states: (context, report) => {
    const { machine, schema, keySpan } = context;
    ofEachState(context, missingWork, missingWork).forEach((missing, i) => {
      const state = machine.states[i];
      if (state === undefined || missing.length === 0 || hasUnknownField(state, schema)) return;
      for (const names of missing) report({ message: `"${state.name}" has nothing to do. A ${state.type ?? 'state'} has ${orList(names)}.`, span: keySpan(state.path) });
    });
  },
};

function isIdle(node: Json): boolean {
  return work.every((name) => field(node, name) === undefined);
}

/** The groups of fields of which a state has none, though its type needs one. */
function missingWork({ json }: Pick<PlacedState, 'json'>): readonly (readonly string[])[] {
  const needs = listField(settle(cursor(statesSchema, 'state'), json).schema, 'x-dagbook-needs').filter(isList);
  return needs.map((group) => group.map(String)).filter((names) => names.every((name) => field(json, name) === undefined));
}
