/**
 * # Fields that exclude one another
 *
 * A node's work is one thing. `task` may stand beside `agent_spec` (what this node asks of that agent) or `human` (what
 * the person is asked). `model` and `name` of an agent's model are two spellings of one field; a model has a name or a
 * `tier`; an MCP server has a `command` (with `args` and `env`) or a `url` (with `headers`). A state goes on or ends, and a value is written or named by a path:
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
import type { PlacedState } from '../documents/states/state-machine.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { AgentContext, Check, DocumentContext, Report } from './check.ts';
import { ofEachState } from './state-shapes.ts';
import { sameItems } from './state-texts.ts';

export const conflictingFields: Check = {
  code: 'conflicting-fields',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    const works = context.document.memory.row(worksOf, 'nodes', listField(context.json, 'nodes'), worksOf, { sameResult: sameItems });
    works.forEach((names, i) => {
      if (names.length > 1) exclude(context, report, ['nodes', i], names, 'A node does one thing. Keep one, or split the node.');
    });
  },
  states: (context, report) => {
    ofEachState(context, conflictsIn, conflictsIn).forEach((conflicts, i) => {
      for (const { names, advice } of conflicts) exclude(context, report, context.machine.states[i]?.path ?? [], names, advice);
    });
  },
  agent: (context: AgentContext, report) => {
    const model = objectField(context.json, 'model');
    exclude(context, report, ['model'], present(model, ['model', 'name']), 'They are two spellings of one field. Keep "model".');
    const named = present(model, ['model', 'name'])[0];
    if (named !== undefined) exclude(context, report, ['model'], present(model, [named, 'tier']), 'A tier stands for a model. Keep one.');
    listField(context.json, 'mcp_servers').forEach((server, i) => {
      const ways = present(server, ['command', 'url']);
      exclude(context, report, ['mcp_servers', i], ways, 'A server is started or it has an address. Keep one.');
      if (ways.length === 2) return;
      for (const name of present(server, ['args', 'env'])) exclude(context, report, ['mcp_servers', i], present(server, ['url', name]), 'A server with an address is not started. Keep one.');
      exclude(context, report, ['mcp_servers', i], present(server, ['command', 'headers']), 'A server that is started has no address to send them to. Keep one.');
    });
  },
};

/** What a node does, by the names of the fields that say so. */
function worksOf(node: Json): readonly string[] {
  const works = present(node, ['agent_spec', 'human', 'template', 'workflow']);
  return works[0] === 'workflow' || works[0] === 'template' ? [...works, ...present(node, ['task'])] : works;
}

interface Conflict {
  readonly names: readonly string[];
  readonly advice: string;
}

function conflictsIn({ json }: Pick<PlacedState, 'json'>): readonly Conflict[] {
  const groups = listField(settle(cursor(statesSchema, 'state'), json).schema, 'x-dagbook-exclusive').filter(isList);
  const exclusive = groups.map((group) => ({ names: present(json, group.map(String)), advice: 'They exclude one another. Keep one.' }));
  const ends = field(json, 'end') === true ? [{ names: present(json, ['next', 'end']), advice: 'A state goes on or ends. Keep one.' }] : [];
  return [...exclusive, ...ends].filter(({ names }) => names.length > 1);
}

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
