/**
 * # Fields that exclude one another
 *
 * A node's work is one thing. `task` may stand beside `agent_spec` (what this node asks of that agent) or `human` (what
 * the person is asked). `model` and `name` of an agent's model are two spellings of one field; a model has a name or a
 * `tier`; an MCP server has a `command` or a `url`. A state goes on or ends, and a value is written or named by a path:
 * `next` and `end`, `seconds` and `secondsPath` exclude one another.
 *
 * ```yaml
 * - { id: a, agent_spec: a.yaml, workflow: other.yaml }
 * ```
 *
 * **Fix**: keep one of them; split the node if both are meant.
 */
import type { Json } from '../../protocol/json.ts';
import { statesSchema } from '../documents/generated/states-schema.ts';
import { field, isList, listField, objectField } from '../documents/json-access.ts';
import { cursor, settle } from '../documents/schema-walk.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { AgentContext, Check, DocumentContext, Report } from './check.ts';

export const conflictingFields: Check = {
  code: 'conflicting-fields',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    listField(context.json, 'nodes').forEach((node, i) => {
      const works = present(node, ['agent_spec', 'human', 'template', 'workflow']);
      const tasks = works[0] === 'workflow' || works[0] === 'template' ? present(node, ['task']) : [];
      exclude(context, report, ['nodes', i], [...works, ...tasks], 'A node does one thing. Keep one, or split the node.');
    });
  },
  states: (context, report) => {
    for (const { json, path } of context.machine.states) {
      for (const group of listField(settle(cursor(statesSchema, 'state'), json).schema, 'x-dagbook-exclusive')) {
        exclude(context, report, path, present(json, isList(group) ? group.map(String) : []), 'They exclude one another. Keep one.');
      }
      if (field(json, 'end') === true) exclude(context, report, path, present(json, ['next', 'end']), 'A state goes on or ends. Keep one.');
    }
  },
  agent: (context: AgentContext, report) => {
    const model = objectField(context.json, 'model');
    exclude(context, report, ['model'], present(model, ['model', 'name']), 'They are two spellings of one field. Keep "model".');
    const named = present(model, ['model', 'name'])[0];
    if (named !== undefined) exclude(context, report, ['model'], present(model, [named, 'tier']), 'A tier stands for a model. Keep one.');
    listField(context.json, 'mcp_servers').forEach((server, i) => {
      exclude(context, report, ['mcp_servers', i], present(server, ['command', 'url']), 'A server is started or it has an address. Keep one.');
    });
  },
};

function present(value: Json, names: readonly string[]): readonly string[] {
  return names.filter((name) => field(value, name) !== undefined);
}

function exclude({ keySpan }: DocumentContext, report: Report, path: YamlPath, names: readonly string[], advice: string): void {
  // Asking where a field stands costs more than all the rest.
  if (names.length < 2) return;
  const placed = names.map((name) => ({ name, span: keySpan([...path, name]) })).sort((a, b) => a.span.start - b.span.start);
  const [first, second] = placed;
  if (first === undefined || second === undefined) return;
  report({
    message: `"${second.name}" cannot stand beside "${first.name}". ${advice}`,
    span: second.span,
    related: [{ message: `"${first.name}" is here.`, span: first.span }],
  });
}
