import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { canonicalJson, lockAgent, lockWorkflow, openAgent, openWorkflow } from '../../language/index.ts';
import type { Workspace } from '../../language/index.ts';
import { fillDefaults } from '../../language/documents/defaults.ts';
import { isObject, listField } from '../../language/documents/json-access.ts';
import { childSchema, cursor, follow, settle } from '../../language/documents/schema-walk.ts';
import type { SchemaCursor } from '../../language/documents/schema-walk.ts';
import { agentSchema } from '../../language/documents/generated/agent-schema.ts';
import { workflowSchema } from '../../language/documents/generated/workflow-schema.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

const agentText = 'name: helper\nrole: custom\nsystem_prompt: Help.\n';
const schemaText = '{"type": "object", "required": ["x"]}';

function workspace(files: Readonly<Record<string, string>>): Workspace {
  return memoryWorkspace({ 'agents/helper.agent.yaml': agentText, 'schemas/x.json': schemaText, 'child.workflow.yaml': 'name: Child\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: Go. } }]\n', ...files });
}

function hashOfWorkflow(text: string, files: Readonly<Record<string, string>> = {}): string {
  const locked = lockWorkflow({ path: 'main.workflow.yaml', text }, workspace(files), { sha256, simulated: true });
  if (!locked.ok) throw new Error(`${text}\n${JSON.stringify(locked.diagnostics, null, 1)}`);
  return locked.locks.at(-1)?.specHash ?? '';
}

function hashOfAgent(text: string): string {
  const locked = lockAgent({ path: 'x.agent.yaml', text }, workspace({}), { sha256, simulated: true });
  if (!locked.ok) throw new Error(`${text}\n${JSON.stringify(locked.diagnostics, null, 1)}`);
  return locked.locks.at(-1)?.specHash ?? '';
}

const fullWorkflow: JsonObject = {
  name: 'Full',
  adapter_kind: 'graph',
  description: 'All that runs today.',
  inputs: { days: { type: 'integer', default: 30, description: 'Days' }, who: { type: 'string', required: true } },
  nodes: [
    { id: 'a', agent_spec: 'agents/helper.agent.yaml', role: 'explore', inputs: { list: ['SPY', 'no', '1'], days: '{% inputs.days %}' }, token_budget: 5000 },
    { id: 'b', agent_spec: 'helper', depends_on: ['a'], task: { goal: 'Do {% nodes.a.output %}', criteria: ['short', 'true'], metadata: { deep: [1, { x: null }] } }, when: 'nodes.a.output.ok' },
    { id: 'c', task: { goal: 'Check it.' }, role: 'verify', output_schema: { type: 'object', properties: { x: { type: 'string' } } }, dep_policy: 'all_terminal' },
    { id: 'd', human: { form: { type: 'object', properties: { ok: { type: 'boolean' } } }, assignees: ['desk'], timeoutSeconds: 60 } },
    { id: 'e', workflow: 'child.workflow.yaml', inputs: { y: 0.5 }, trust: 'trusted', model_hint: 'openai:x' },
    { id: 'f', agent_spec: 'helper', output_schema: 'schemas/x.json', trust: 'quarantined', isolation: 'read_only', context_inheritance: 'full' },
  ],
  edges: [{ from: 'b', to: 'c' }, { from: 'c', to: 'd' }],
  outputs: { pick: '{% nodes.b.output %}', fixed: 3 },
  cost_caps: { per_node_max_tokens: 4000, per_run_max_tokens: 40000, per_run_max_usd: 0.5 },
  max_concurrency: 4,
  halt_check_seconds: 5,
  'x-note': 'kept',
};

const fullAgent: JsonObject = {
  name: 'full',
  role: 'researcher',
  description: 'All that runs today.',
  system_prompt: 'You\nresearch.',
  model: { provider: 'openai', model: 'm', temperature: 0.7, max_tokens: 100, base_url: 'http://localhost:1/v1', price: { input: 1, output: 2.5 }, extras: { seed: 1 } },
  memory: { kind: 'none', role: 'other', retrieval_top_k: 3, working_max: 9 },
  guardrails: { output_schema: 'schemas/x.json', cost_budget_usd: 0.3, forbidden_terms: ['never'], require_rationale: true, min_confidence: 0.5 },
  output_schema: { type: 'object' },
  cost_caps: { per_run_max_tokens: 100, per_run_max_usd: 0.2 },
  max_cost_usd: 0.4,
  max_calls: 3,
  annotations: { desk: 'macro' },
  extras: { anything: [1, 2] },
};

/** The same content with its keys in another order. */
function shuffled(value: Json, random: () => number): Json {
  if (Array.isArray(value)) return value.map((item: Json) => shuffled(item, random));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => ({ key, item, at: random() }));
  return Object.fromEntries(entries.sort((a, b) => a.at - b.at).map(({ key, item }) => [key, shuffled(item, random)]));
}

/** Without the fields of other adapters, which a graph may not carry even at their defaults. */
function onlyGraph(at: SchemaCursor, value: Json): Json {
  const settled = settle(at, value);
  if (Array.isArray(value)) return value.map((item: Json, i) => onlyGraph(childSchema(settled, i) ?? cursor({}), item));
  if (!isObject(value)) return value;
  const kept = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    const child = childSchema(settled, key);
    if (child === null) return [[key, item]];
    return listField(follow(child.root, child.schema), 'x-dagbook-adapters').length > 0 ? [] : [[key, onlyGraph(child, item)]];
  });
  return Object.fromEntries(kept);
}

/** Every path of a value that holds something which can be changed. */
function leaves(value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) return value.flatMap((item: Json, i) => leaves(item, [...path, i]));
  if (isObject(value)) return Object.entries(value).flatMap(([key, item]) => leaves(item, [...path, key]));
  return [path];
}

function changed(value: Json, path: readonly (string | number)[]): Json {
  const [head, ...rest] = path;
  if (head === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item: Json, i) => (i === head ? changed(item, rest) : item));
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === head ? changed(item, rest) : item])) : value;
}

/** A neighbour that is still allowed where the value is free; enums and names have tests of their own. */
function change(value: Json): Json {
  if (typeof value === 'number') return value > 1 ? value + 1 : value / 2 + 0.125;
  if (typeof value === 'boolean') return !value;
  return typeof value === 'string' ? `${value} and more` : 'something';
}

const yamlStyle = fc.record({
  defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const, 'BLOCK_LITERAL' as const),
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  indent: fc.integer({ min: 1, max: 6 }),
  comment: fc.constantFrom('', '# a comment\n', '\n\n#\n'),
  // Not `fc.double`: most of the doubles between 0 and 1 lie so near 0 that every shuffle would be the same one.
  seed: fc.array(fc.integer({ min: 0, max: 999 }).map((thousandths) => thousandths / 1000), { minLength: 8, maxLength: 8 }),
  explicitDefaults: fc.boolean(),
  anchors: fc.boolean(),
});

type YamlStyle = typeof yamlStyle extends fc.Arbitrary<infer T> ? T : never;

function render(document: JsonObject, schema: SchemaCursor, style: YamlStyle): string {
  let turn = 0;
  const random = (): number => style.seed[(turn += 1) % style.seed.length] ?? 0;
  const filled = style.explicitDefaults ? onlyGraph(schema, fillDefaults(schema, document)) : document;
  const yaml = stringify(shuffled(filled, random), { defaultStringType: style.defaultStringType, defaultKeyType: 'PLAIN', collectionStyle: style.collectionStyle, indent: style.indent, lineWidth: 0 });
  // The agent's name twice, once through an anchor.
  const anchored = style.anchors ? yaml.replace(/agent_spec: (["']?)helper\1/, 'agent_spec: &who helper').replace(/agent_spec: (["']?)helper\1(?!.*agent_spec: &)/s, 'agent_spec: *who') : yaml;
  return `${style.comment}${anchored}${style.comment}`;
}

describe('the spec hash of a workflow', () => {
  const schema = cursor(workflowSchema, 'nodesForm');
  const expected = hashOfWorkflow(stringify(fullWorkflow));

  it('does not depend on key order, quoting, comments, indentation, anchors or explicit defaults', () => {
    fc.assert(fc.property(yamlStyle, (style) => {
      expect(hashOfWorkflow(render(fullWorkflow, schema, style))).toBe(expected);
    }), { numRuns: 200 });
  });

  const structural = new Set(['id', 'agent_spec', 'workflow', 'depends_on', 'from', 'to', 'adapter_kind', 'role', 'dep_policy', 'trust', 'isolation', 'context_inheritance', 'output_schema', 'type', 'required', 'when', 'outputs']);
  const free = leaves(fullWorkflow).filter((path) => !path.some((segment) => structural.has(String(segment))) && path.at(-1) !== 'timeoutSeconds');
  it.each(free.map((path) => ({ name: path.join('.'), path })))('changes with $name', ({ path }) => {
    expect(hashOfWorkflow(stringify(changed(fullWorkflow, path)))).not.toBe(expected);
  });

  it.each([
    ['a role', (w: string) => w.replace('role: verify', 'role: explore')],
    ['a dependency', (w: string) => w.replace('depends_on:\n      - a', 'depends_on: []').replace('nodes.a.output %}', 'inputs.who %}').replace('when: nodes.a.output.ok', 'when: inputs.who')],
    ['a policy', (w: string) => w.replace('all_terminal', 'accept_partial')],
    ['a reference to the same agent', (w: string) => w.replace('agent_spec: helper', 'agent_spec: ./agents/helper.agent.yaml')],
    ['an output', (w: string) => w.replace('{% nodes.b.output %}', '{% nodes.b.status %}')],
    ['the type of an input', (w: string) => w.replace('type: integer', 'type: number')],
    ['an output that is given up', (w: string) => w.replace(/^outputs:\n( {2}.*\n)+/m, '')],
    ['a text that could be a number', (w: string) => w.replace('"1"', '1')],
  ])('changes with %s', (_name, edit) => {
    const text = stringify(fullWorkflow);
    expect(edit(text)).not.toBe(text);
    expect(hashOfWorkflow(edit(text))).not.toBe(expected);
  });

  it('changes with an agent, a schema file or a child workflow it refers to, and with nothing else of the workspace', () => {
    const text = stringify(fullWorkflow);
    expect(hashOfWorkflow(text, { 'agents/helper.agent.yaml': agentText.replace('Help.', 'Help!') })).not.toBe(expected);
    expect(hashOfWorkflow(text, { 'schemas/x.json': '{"type": "array"}' })).not.toBe(expected);
    expect(hashOfWorkflow(text, { 'child.workflow.yaml': 'name: Child\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: Go! } }]\n' })).not.toBe(expected);
    expect(hashOfWorkflow(text, { 'agents/other.agent.yaml': agentText.replace('helper', 'other') })).toBe(expected);
    expect(hashOfWorkflow(text, { 'agents/helper.agent.yaml': `# comment\n${agentText}tools: []\n` })).toBe(expected);
  });

  it('is the same for both spellings of a kind, and for a schema in place or in a file', () => {
    const one = 'name: T\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: Go. }, kind: spawn, output_schema: { required: [x], type: object } }]\n';
    const two = 'name: T\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: Go. }, kind: { type: spawn }, output_schema: schemas/x.json }]\n';
    expect(hashOfWorkflow(one)).toBe(hashOfWorkflow(two));
  });

  it('counts an isolation that the role gives anyway as unsaid', () => {
    const text = (node: string): string => `name: T\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: Go. }, ${node} }]\n`;
    expect(hashOfWorkflow(text('role: explore, isolation: read_only, context_inheritance: system_only'))).toBe(hashOfWorkflow(text('role: explore')));
    expect(hashOfWorkflow(text('role: explore, isolation: shared'))).not.toBe(hashOfWorkflow(text('role: explore')));
  });

  it('never changes from one release to the next', () => {
    // If this fails, every hash in every ledger has changed: raise schemaVersion, or mend the change.
    expect(expected).toBe('361c9aa1f078c269b25995973faecf9a989b016e1aa17db74fbbca384a5abd42');
    expect(hashOfAgent(stringify(fullAgent))).toBe('2a51736f9d8f51d58e23a57ee44637d2600b756417df63e48910a97b42e9a6a3');
  });
});

describe('the spec hash of an agent', () => {
  const schema = cursor(agentSchema);
  const expected = hashOfAgent(stringify(fullAgent));

  it('does not depend on how it is written', () => {
    fc.assert(fc.property(yamlStyle, (style) => {
      expect(hashOfAgent(render(fullAgent, schema, style))).toBe(expected);
    }), { numRuns: 100 });
  });

  const structural = new Set(['output_schema', 'base_url', 'kind', 'min_confidence']);
  it.each(leaves(fullAgent).filter((path) => !path.some((segment) => structural.has(String(segment)))).map((path) => ({ name: path.join('.'), path })))('changes with $name', ({ path }) => {
    expect(hashOfAgent(stringify(changed(fullAgent, path)))).not.toBe(expected);
  });

  it('is the same for both spellings of the model', () => {
    const text = (name: string): string => `name: a\nrole: custom\nmodel: { provider: openai, ${name}: x }\n`;
    expect(hashOfAgent(text('name'))).toBe(hashOfAgent(text('model')));
  });
});

describe('what is locked can be opened', () => {
  it('as the workflow that was lowered from the file, without its places', () => {
    const locked = lockWorkflow({ path: 'main.workflow.yaml', text: stringify(fullWorkflow) }, workspace({}), { sha256, simulated: true });
    if (!locked.ok) throw new Error('not locked');
    const content = locked.locks.at(-1)?.content ?? '';
    expect(openWorkflow(content)).toEqual(locked.workflow);
    expect(canonicalJson(JSON.parse(content) as Json)).toBe(content);
    expect(locked.workflow.nodes.map((node) => node.isolation)).toEqual(['read_only', 'shared', 'read_only', 'shared', 'shared', 'read_only']);
    expect(locked.workflow.nodes[5]?.outputSchema).toEqual(JSON.parse(schemaText));
    expect(JSON.stringify(locked.workflow)).not.toContain('"specHash":null');
  });

  it('as the agent, with every default filled in', () => {
    const locked = lockAgent({ path: 'agents/helper.agent.yaml' }, workspace({}), { sha256, simulated: false });
    if (!locked.ok) throw new Error('not locked');
    expect(openAgent(locked.locks[0]?.content ?? '')).toEqual(locked.agent);
    expect(locked.agent).toMatchObject({ maxCalls: 20, maxCostUsd: 1, model: { provider: null, temperature: 0.2 }, guardrails: { rateLimitPerMinute: 60 } });
  });

  it('and nothing else can', () => {
    expect(() => openWorkflow('{"name":"x"}')).toThrow(/canonical content/);
    expect(() => openAgent('[]')).toThrow(/canonical content/);
  });
});
