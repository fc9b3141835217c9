import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { turnMachine } from '../../language/convert/turn-machine.ts';
import { turnName } from '../../language/documents/states/asl-names.ts';
import type { Owner } from '../../language/documents/states/asl-names.ts';
import { statesSchema } from '../../language/documents/generated/states-schema.ts';
import { field, listField, objectField } from '../../language/documents/json-access.ts';
import { analyzeFile, convertDocument } from '../../language/index.ts';
import type { ConversionTarget } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { memoryWorkspace, sha256 } from '../language/memory-workspace.ts';
import { aslCases, noCases, statesDocument } from './asl-cases.ts';

function convert(text: string, to: ConversionTarget, path = 'machine.asl.json'): string {
  const result = convertDocument(path, text, to);
  if (!result.ok) throw new Error(result.diagnostics.map(({ message }) => message).join('\n'));
  return result.text;
}

const machine: JsonObject = {
  Comment: 'A "quoted" text\nof two lines',
  StartAt: 'Y',
  States: {
    Y: {
      Type: 'Task', Resource: 'configs/agents/triage.yaml', Parameters: { 'Next.$': '$.a', Next: 'no', Type: { Resource: 1.5 } }, ResultPath: null,
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, BackoffRate: 2.5 }], Catch: [{ ErrorEquals: ['A'], Next: 'no', ResultPath: '$.Next' }], Next: 'no',
    },
    no: { Type: 'Choice', Choices: [{ And: [{ Variable: '$.a', IsPresent: true }, { Not: { Variable: '$.b', StringEqualsPath: '$.Next' } }], Next: '123' }], Default: '123' },
    123: { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'Each', States: { Each: { Type: 'Pass', Result: { StartAt: '0o7' }, End: true } } }, End: true },
  },
};

describe('converting', () => {
  it('turns the names of fields, and nothing that is the author\'s', () => {
    const states = parse(convert(JSON.stringify(machine), 'states')) as JsonObject;
    expect(states).toMatchObject({ apiVersion: 'agentrc.workflow/v0.1', kind: 'AgentWorkflow', metadata: { name: 'machine' } });
    const spec = objectField(states, 'spec');
    expect(spec).toMatchObject({ startAt: 'Y', comment: 'A "quoted" text\nof two lines' });
    expect(objectField(objectField(spec, 'states'), 'Y')).toEqual({
      type: 'Task', agent: 'configs/agents/triage.yaml', parameters: { 'Next.$': '$.a', Next: 'no', Type: { Resource: 1.5 } }, resultPath: null,
      retry: [{ errorEquals: ['States.ALL'], intervalSeconds: 1, backoffRate: 2.5 }], catch: [{ errorEquals: ['A'], next: 'no', resultPath: '$.Next' }], next: 'no',
    });
  });

  it('gives a document that checks clean', () => {
    const text = convert(JSON.stringify(machine), 'states');
    const { diagnostics } = analyzeFile('x.yaml', memoryWorkspace({ 'x.yaml': text, 'configs/agents/triage.yaml': 'name: triage\nrole: custom\nsystem_prompt: Sort.\n' }), { sha256 });
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each(['\t', '    ', ''])('reads JSON however it is indented (%j), and YAML', (indent) => {
    const plain = convert(JSON.stringify(machine), 'states');
    expect(convert(JSON.stringify(machine, null, indent), 'states')).toBe(plain);
    expect(parse(convert(stringify(machine), 'states'))).toEqual(parse(plain));
  });

  it('is lossless from Amazon States Language and back, whatever stands in it', () => {
    const there = turnMachine(machine, 'toStates');
    expect(turnMachine(there, 'toAsl')).toEqual(machine);
    fc.assert(fc.property(anyMachine(), (asl) => {
      expect(turnMachine(turnMachine(asl, 'toStates'), 'toAsl')).toEqual(asl);
      expect(turnMachine(turnMachine(asl, 'toAsl'), 'toStates')).toEqual(asl);
    }), { numRuns: 500 });
  });

  it('has an inverse for every name', () => {
    const owners: readonly Owner[] = ['spec', 'scope', 'state', 'rule', 'retrier', 'catcher', 'config'];
    fc.assert(fc.property(fc.constantFrom(...owners), anyName, (owner, name) => {
      expect(turnName(turnName(name, owner, 'toStates'), owner, 'toAsl')).toBe(name);
      expect(turnName(turnName(name, owner, 'toAsl'), owner, 'toStates')).toBe(name);
    }), { numRuns: 2_000 });
  });

  it('knows every field of the schema that Amazon States Language has', () => {
    const own = new Set(['human', 'costCaps']);
    const definitions = objectField(statesSchema, 'definitions');
    const states = listField(field(definitions, 'state'), 'oneOf').flatMap((state) => Object.keys(objectField(state, 'properties')));
    const owners: readonly (readonly [Owner, readonly string[]])[] = [
      ['state', states], ['rule', Object.keys(objectField(definitions['choiceRule'], 'properties'))], ['retrier', Object.keys(objectField(definitions['retrier'], 'properties'))],
      ['catcher', Object.keys(objectField(definitions['catcher'], 'properties'))], ['scope', Object.keys(objectField(definitions['processor'], 'properties'))],
      ['config', Object.keys(objectField(definitions['processorConfig'], 'properties'))], ['spec', Object.keys(objectField(definitions['spec'], 'properties'))],
    ];
    for (const [owner, fields] of owners) {
      for (const name of fields) if (!own.has(name)) expect(turnName(name, owner, 'toAsl'), `${owner} ${name}`).toMatch(/^[A-Z]/);
    }
  });

  it('takes a states document there and back: every case that Step Functions has run', () => {
    const cases = aslCases();
    if (cases.length === 0) noCases();
    for (const { name, workflow } of cases) {
      const asl = convert(workflow, 'asl', 'case.yaml');
      expect(Object.keys(JSON.parse(asl) as JsonObject), name).toContain('StartAt');
      expect(parse(convert(asl, 'states')), name).toEqual(parse(workflow));
    }
  });

  it('keeps what Amazon States Language has no field for', () => {
    const document = { ...statesDocument({ A: { type: 'Task', human: { assignees: ['x'] }, 'x-note': 1, end: true } }, { costCaps: { perRunMaxUsd: 1 } }), metadata: { name: 'T', labels: { a: 'b' } } };
    const asl = JSON.parse(convert(JSON.stringify(document), 'asl')) as Json;
    expect(asl).toMatchObject({ StartAt: 'A', 'x-states-costCaps': { perRunMaxUsd: 1 }, States: { A: { Type: 'Task', 'x-states-human': { assignees: ['x'] }, End: true } } });
    expect(parse(convert(JSON.stringify(asl), 'states'))).toEqual(document);
  });

  it.each<readonly [string, string, ConversionTarget, string]>([
    ['nothing', '', 'states', 'not-a-workflow'],
    ['another document', 'name: T\nadapter_kind: graph\nnodes: []\n', 'states', 'not-a-workflow'],
    ['a machine to itself', '{"StartAt": "A", "States": {}}', 'asl', 'not-a-workflow'],
    ['a states document to itself', JSON.stringify(statesDocument({})), 'states', 'not-a-workflow'],
    ['broken JSON', '{"StartAt": "A", "States": {', 'states', 'yaml-syntax'],
    ['a key twice', '{"StartAt": "A", "StartAt": "B", "States": {}}', 'states', 'duplicate-key'],
    ['two documents', '{"StartAt": "A", "States": {}}\n---\n{}\n', 'states', 'not-a-workflow'],
  ])('refuses %s', (_name, text, to, code) => {
    const result = convertDocument('x.json', text, to);
    expect(result.ok ? [] : result.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });
});

const known = ['Type', 'Next', 'next', 'States', 'states', 'Resource', 'resource', 'agent', 'Choices', 'choices', 'And', 'not', 'Retry', 'Catch', 'Branches', 'branches', 'ItemProcessor', 'StartAt', 'ErrorEquals', 'Parameters', 'human', 'costCaps', '__proto__', 'constructor', ''];
const anyName = fc.tuple(fc.array(fc.constantFrom('x-asl-', 'x-states-', 'x-'), { maxLength: 3 }), fc.oneof(fc.constantFrom(...known), fc.string({ maxLength: 6 }))).map(([prefixes, name]) => prefixes.join('') + name);

/** Mappings of known and unknown names, some of which hold what they should. */
function anyMachine(): fc.Arbitrary<JsonObject> {
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof({ maxDepth: 5, withCrossShrink: true }, fc.constantFrom<Json>(null, 1, 'x', true), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(anyName, tie('value'), { maxKeys: 5 })),
  }));
  return fc.dictionary(anyName, value, { maxKeys: 5 });
}
