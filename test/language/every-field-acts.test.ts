import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { jsonEqual, listField, objectField, withField } from '../../language/documents/json-access.ts';
import { cursor, follow } from '../../language/documents/schema-walk.ts';
import type { SchemaCursor } from '../../language/documents/schema-walk.ts';
import { agentSchema } from '../../language/documents/generated/agent-schema.ts';
import { workflowSchema } from '../../language/documents/generated/workflow-schema.ts';
import { lockAgent, lockWorkflow } from '../../language/index.ts';
import type { Workspace } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

// "Every field acts": set to another value than its default, a field changes what the engine is given, or the run is
// refused with the field's name. A field that did neither would be read by nobody.

const dependencies = { sha256, simulated: true };
const workspace: Workspace = memoryWorkspace({
  'configs/agents/research_lite.yaml': 'name: research_lite\nrole: custom\nsystem_prompt: Look.\n',
  'configs/workflows/risk_review.yaml': 'name: Review\nadapter_kind: graph\nnodes: [{ id: x, task: { goal: Go. } }]\n',
  'schemas/selection.json': '{"type": "object"}',
});

const node: JsonObject = { id: 'a', task: { goal: 'Go.' } };
const workflow = (fields: JsonObject, own: JsonObject = node): JsonObject => ({
  name: 'T',
  adapter_kind: 'graph',
  nodes: [{ id: 'research', task: { goal: 'Look.' } }, { id: 'selection', task: { goal: 'Pick.' } }, own],
  edges: [{ from: 'research', to: 'a' }],
  ...fields,
});

function workflowAnswer(document: JsonObject): Json {
  const result = lockWorkflow({ path: 'main.workflow.yaml', text: stringify(document) }, workspace, dependencies);
  return result.ok ? (JSON.parse(JSON.stringify(result.workflow)) as Json) : refusal(result.diagnostics);
}

function agentAnswer(document: JsonObject): Json {
  const result = lockAgent({ path: 'main.agent.yaml', text: stringify(document) }, workspace, dependencies);
  return result.ok ? (JSON.parse(JSON.stringify(result.agent)) as Json) : refusal(result.diagnostics);
}

function refusal(diagnostics: readonly { readonly code: string; readonly severity: string }[]): Json {
  return { refused: diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code) };
}

interface Field {
  readonly path: readonly string[];
  readonly value: Json;
}

/** Every field of an object schema and of the objects in it, with a value that is not its default. */
function fieldsOf({ root, schema }: SchemaCursor, path: readonly string[] = []): readonly Field[] {
  return Object.entries(objectField(schema, 'properties')).flatMap(([name, written]) => {
    const own = follow(root, written as JsonObject);
    const standard = own['default'];
    const value = listField(own, 'examples').find((example) => standard === undefined || !jsonEqual(example, standard));
    const below = own['x-dagbook-json-schema'] === true ? [] : fieldsOf({ root, schema: own }, [...path, name]);
    return [{ path: [...path, name], value: value ?? null }, ...below];
  });
}

function set(document: JsonObject, path: readonly string[], value: Json): JsonObject {
  const [head = '', ...rest] = path;
  return withField(document, head, rest.length === 0 ? value : set(objectField(document, head), rest, value));
}

const named = (fields: readonly Field[]): readonly (Field & { readonly name: string })[] => fields.map((field) => ({ ...field, name: field.path.join('.') }));

/** Refused because it is not built yet, or because only another adapter reads it. */
const refusals = [['not-runnable-yet'], ['misplaced-field']];

function expectActs(before: Json, after: Json): void {
  const refused = listField(after, 'refused');
  if (refused.length > 0) {
    expect(refusals).toContainEqual(refused);
    return;
  }
  expect(after).not.toEqual(before);
}

describe('every field of a workflow acts, or is refused', () => {
  const other: Readonly<Record<string, Json>> = {
    // The example of the schema is what the base says anyway.
    name: 'Other', adapter_kind: 'crew', nodes: [{ id: 'b', task: { goal: 'Go.' } }], edges: [{ from: 'selection', to: 'a' }], target: 'Review',
  };
  const top = named(fieldsOf(cursor(workflowSchema, 'nodesForm')));

  it.each(top)('$name', (field) => {
    const value = field.path.length === 1 ? (other[field.name] ?? field.value) : field.value;
    const extra = field.name === 'adapter_kind' ? { manager: 'a' } : {};
    const base = field.name === 'nodes' ? { ...workflow({}), edges: [] } : workflow({});
    expectActs(workflowAnswer(base), workflowAnswer({ ...set(base, field.path, value), ...extra }));
  });
});

describe('every field of a node acts, or is refused', () => {
  const other: Readonly<Record<string, Json>> = { id: 'b', depends_on: ['selection'], inputs: { x: 1 }, isolation: 'read_only', trust: 'quarantined', task: { goal: 'Stay.' } };
  const works = new Set(['agent_spec', 'human', 'template', 'workflow', 'params']);
  const fields = named(fieldsOf(cursor(workflowSchema, 'node')));

  it.each(fields)('$name', (field) => {
    const [first = ''] = field.path;
    const value = field.path.length === 1 ? (other[field.name] ?? field.value) : field.name === 'task.goal' ? 'Stay.' : field.value;
    const own: JsonObject = works.has(first) ? { id: 'a' } : node;
    const beside: JsonObject = first === 'trust' ? { isolation: 'read_only' } : first === 'params' ? { template: 'gen_eval' } : {};
    const edges = first === 'id' ? { edges: [] } : {};
    const base = workflowAnswer(workflow(edges, { ...node, ...(first === 'trust' ? beside : {}) }));
    expectActs(base, workflowAnswer(workflow(edges, { ...set(own, field.path, value), ...beside })));
  });
});

describe('every field of an agent acts, or is refused', () => {
  const other: Readonly<Record<string, Json>> = { 'memory.kind': 'bm25', model: { provider: 'simulated' } };
  const fields = named(fieldsOf(cursor(agentSchema)));
  const base: JsonObject = { name: 'a', role: 'custom', system_prompt: 'Do it.' };

  it.each(fields.filter(({ name }) => name !== 'memory'))('$name', (field) => {
    expectActs(agentAnswer(base), agentAnswer(set(base, field.path, other[field.name] ?? field.value)));
  });
});
