import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { field, listField, objectField, textField } from '../../language/documents/json-access.ts';
import { statesSchema } from '../../language/documents/generated/states-schema.ts';
import { analyzeFile, lockWorkflow } from '../../language/index.ts';
import type { LockResult, Workflow } from '../../language/index.ts';
import { parseYaml } from '../../language/syntax/parse-yaml.ts';
import { locate } from '../../language/syntax/yaml-path.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { memoryWorkspace, sha256 } from '../language/memory-workspace.ts';
import { statesDocument } from './asl-cases.ts';

const agent = 'name: triage\nrole: custom\nsystem_prompt: Sort.\n';
const files = (text: string): Readonly<Record<string, string>> => ({ 'main.yaml': text, 'triage.agent.yaml': agent });

function workflowOf(states: JsonObject, more: JsonObject = {}): Workflow {
  const [document] = analyzeFile('main.yaml', memoryWorkspace(files(stringify(statesDocument(states, more)))), { sha256 }).documents;
  if (document?.kind !== 'states') throw new Error('not a states document');
  return document.workflow;
}

const machine: JsonObject = {
  Triage: { type: 'Task', agent: 'triage', retry: [{ errorEquals: ['X'] }], catch: [{ errorEquals: ['States.Timeout', 'Y'], next: 'Ask' }], next: 'Decide' },
  Decide: { type: 'Choice', choices: [{ variable: '$.risk', stringEquals: 'high', next: 'Ask' }, { not: { variable: '$.n', numericLessThanPath: '$.m' }, next: 'Triage' }], default: 'Each' },
  Ask: { type: 'Task', human: { assignees: ['desk'] }, next: 'Each' },
  Each: { type: 'Map', itemProcessor: { startAt: 'Inside', states: { Inside: { type: 'Wait', seconds: 1, end: true } } }, next: 'Both' },
  Both: { type: 'Parallel', queryLanguage: 'JSONata', branches: [{ startAt: 'Left', states: { Left: { type: 'Succeed' } } }, { startAt: 'Right', states: { Right: { type: 'Fail', error: 'E' } } }], end: true },
};

describe('the graph of a states document', () => {
  const workflow = workflowOf(machine, { costCaps: { perRunMaxUsd: 0.5 } });
  const node = (id: string): Workflow['nodes'][number] => workflow.nodes.find((candidate) => candidate.id === id)!;

  it('has every state as a node, those inside others with their parent', () => {
    expect(workflow).toMatchObject({ name: 'T', adapter: 'states', startAt: 'Triage', caps: { perRunMaxUsd: 0.5, perNodeMaxTokens: null } });
    expect(workflow.nodes.map(({ id, state }) => [id, state?.type, state?.parent, state?.scope, state?.ends])).toEqual([
      ['Triage', 'Task', null, 0, false], ['Decide', 'Choice', null, 0, false], ['Ask', 'Task', null, 0, false], ['Each', 'Map', null, 0, false], ['Inside', 'Wait', 'Each', 0, true],
      ['Both', 'Parallel', null, 0, true], ['Left', 'Succeed', 'Both', 0, true], ['Right', 'Fail', 'Both', 1, true],
    ]);
    expect(node('Both').state?.scopes).toEqual([{ startAt: 'Left', states: ['Left'] }, { startAt: 'Right', states: ['Right'] }]);
    expect(['Each', 'Both', 'Left'].map((id) => node(id).state?.queryLanguage)).toEqual(['JSONPath', 'JSONata', 'JSONata']);
  });

  it('has an edge for every transition, and says why it is gone along', () => {
    expect(workflow.edges.map(({ from, to, transition }) => [from, to, transition])).toEqual([
      ['Triage', 'Decide', { kind: 'next' }], ['Triage', 'Ask', { kind: 'catch', catcher: 0, label: 'States.Timeout, Y' }],
      ['Decide', 'Ask', { kind: 'choice', rule: 0, label: '$.risk = "high"' }], ['Decide', 'Triage', { kind: 'choice', rule: 1, label: 'not $.n < $.m' }], ['Decide', 'Each', { kind: 'default' }],
      ['Ask', 'Each', { kind: 'next' }], ['Each', 'Both', { kind: 'next' }], ['Each', 'Inside', { kind: 'enter', scope: 0 }],
      ['Both', 'Left', { kind: 'enter', scope: 0 }], ['Both', 'Right', { kind: 'enter', scope: 1 }],
    ]);
    expect(node('Each').dependencies).toEqual(['Decide', 'Ask']);
  });

  it('has the work and every field of a state, and where each stands', () => {
    expect(node('Triage').work).toMatchObject({ kind: 'agent', agent: { ref: 'triage', specHash: null } });
    expect(node('Ask').work).toMatchObject({ kind: 'human', assignees: ['desk'], timeoutSeconds: null });
    expect(node('Triage').state?.fields).toEqual(machine['Triage']);
    expect(node('Each').state?.fields).toEqual({ type: 'Map', next: 'Both' });
    const text = stringify(statesDocument(machine, { costCaps: { perRunMaxUsd: 0.5 } }));
    const { tree } = parseYaml(text)[0]!;
    const written = workflow.nodes.map(({ path }) => locate(tree!, path)?.node.span);
    expect(written.every((span) => text.slice(span?.start, span?.end).startsWith('type: '))).toBe(true);
  });
});

function lock(states: JsonObject, { forRun = false, text = stringify(statesDocument(states)), more = {} }: { readonly forRun?: boolean; readonly text?: string; readonly more?: Readonly<Record<string, string>> } = {}): LockResult {
  return lockWorkflow({ path: 'main.yaml' }, memoryWorkspace({ ...files(text), ...more }), { sha256, simulated: true, forRun });
}

function hashOf(result: LockResult): string {
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.locks.at(-1)!.specHash;
}

describe('locking a states document', () => {
  it('locks its agents before it, and reads back as the same graph', () => {
    const result = lock(machine);
    expect(result.ok && result.locks.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['agent triage', 'workflow T']);
    expect(result.ok && result.workflow.nodes.find(({ id }) => id === 'Triage')?.work).toMatchObject({ kind: 'agent', agent: { ref: 'triage', specHash: result.ok ? result.locks[0]!.specHash : '' } });
    expect(result.ok && result.workflow).toMatchObject({ adapter: 'states', startAt: 'Triage' });
  });

  it('is refused for a run, which is not built yet', () => {
    const result = lock(machine, { forRun: true });
    expect(result.ok ? [] : result.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toEqual(['not-runnable-yet']);
  });

  const same: readonly (readonly [string, JsonObject])[] = [
    ['fields that say what holds anyway', { ...machine, Ask: { ...objectField(machine, 'Ask'), inputPath: '$', resultPath: '$', comment: '', end: false, retry: [] } }],
    ['the other order', Object.fromEntries(Object.entries(machine).toReversed())],
    ['the older name of a map\'s states', { ...machine, Each: { type: 'Map', iterator: { startAt: 'Inside', processorConfig: { mode: 'INLINE' }, states: { Inside: { type: 'Wait', seconds: 1, end: true } } }, next: 'Both' } }],
  ];

  it.each(same)('gives the same hash with %s', (_name, states) => {
    expect(hashOf(lock(machine, { text: stringify({ ...statesDocument(states), spec: { startAt: 'Triage', queryLanguage: 'JSONPath', states } }) }))).toBe(hashOf(lock(machine)));
  });

  const other: readonly (readonly [string, JsonObject])[] = [
    ['a null for a default', { ...machine, Ask: { ...objectField(machine, 'Ask'), resultPath: null } }],
    ['another target', { ...machine, Ask: { ...objectField(machine, 'Ask'), next: 'Both' } }],
    ['a change inside a map', { ...machine, Each: { type: 'Map', itemProcessor: { startAt: 'Inside', states: { Inside: { type: 'Wait', seconds: 2, end: true } } }, next: 'Both' } }],
  ];

  it.each(other)('gives another hash with %s', (_name, states) => {
    expect(hashOf(lock(states))).not.toBe(hashOf(lock(machine)));
  });

  it('gives another hash when an agent changes, and the same when only its comments do', () => {
    expect(hashOf(lock(machine, { more: { 'triage.agent.yaml': `${agent}max_calls: 3\n` } }))).not.toBe(hashOf(lock(machine)));
    expect(hashOf(lock(machine, { more: { 'triage.agent.yaml': `# The first\n${agent}` } }))).toBe(hashOf(lock(machine)));
  });

  it('is refused while it has a mistake', () => {
    expect(lock({ A: { type: 'Pass', next: 'B' } }).ok).toBe(false);
  });
});

describe('the examples in the states schema', () => {
  const definitions = objectField(statesSchema, 'definitions');
  const resolve = (schema: Json): JsonObject => {
    const reference = field(schema, '$ref');
    return typeof reference === 'string' ? objectField(definitions, reference.slice('#/definitions/'.length)) : (schema as JsonObject);
  };
  const base: Readonly<Record<string, JsonObject>> = {
    Task: { agent: 'triage' }, Choice: { choices: [{ variable: '$.a', isNull: true, next: 'End' }] }, Parallel: { branches: [{ startAt: 'L', states: { L: { type: 'Succeed' } } }] },
    Map: { itemProcessor: { startAt: 'L', states: { L: { type: 'Succeed' } } } }, Wait: { seconds: 1 }, Pass: {}, Succeed: {}, Fail: {},
  };
  const examples = listField(definitions['state'], 'oneOf').flatMap((state) =>
    Object.entries(objectField(state, 'properties')).flatMap(([name, schema]) => listField(resolve(schema), 'examples').map((example) => [textField(objectField(objectField(state, 'properties'), 'type'), 'const') ?? '', name, resolve(schema), example] as const)));

  it('are there for every field', () => {
    expect(examples.length).toBeGreaterThan(100);
  });

  it.each(examples)('of %s.%s are valid', (type, name, schema, example) => {
    const language = schema['x-dagbook-query-language'] === 'JSONata' || (typeof example === 'string' && example.startsWith('{%')) ? { queryLanguage: 'JSONata' } : {};
    const end = ['Task', 'Parallel', 'Map', 'Wait', 'Pass'].includes(type) && name !== 'next' ? { end: true } : {};
    const exclusive = /^(seconds|timestamp)/.test(name) && type === 'Wait' ? {} : name === 'human' ? {} : name === 'iterator' ? {} : base[type];
    const document = statesDocument({ A: { type, ...exclusive, ...end, ...language, [name]: example }, End: { type: 'Succeed' } });
    const beyond = new Set(['not-runnable-yet', 'unreachable-state', 'unknown-state', 'duplicate-state', 'choice-falls-through', 'no-exit', 'agent-not-found', 'wrong-query-language']);
    const { diagnostics } = analyzeFile('main.yaml', memoryWorkspace(files(stringify(document))), { sha256 });
    expect(diagnostics.filter(({ code }) => !beyond.has(code)).map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });
});
