import { describe, expect, it } from 'vitest';
import { analyzeFile, DocumentLibrary, lockWorkflow } from '../../language/index.ts';
import type { Diagnostic } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from '../language/memory-workspace.ts';
import { envelope } from './asl-cases.ts';
import { processorTime } from '../processor-time.ts';

function analyze(spec: string): readonly Diagnostic[] {
  const text = `${envelope}spec:\n${spec}`;
  expect(text.length).toBeLessThan(2_000_000);
  return analyzeFile('main.yaml', memoryWorkspace({ 'main.yaml': text }), { sha256 }).diagnostics.filter(({ code }) => code !== 'not-runnable-yet');
}

function within<T>(milliseconds: number, act: () => T): T {
  const start = processorTime();
  const result = act();
  expect(processorTime() - start).toBeLessThan(milliseconds);
  return result;
}

const many = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');
const chain = (count: number, state: (i: number, next: string) => string): string => `  startAt: S0\n  states:\n${many(count, (i) => `    S${String(i)}: { ${state(i, `next: S${String(i + 1)}`)} }`)}\n    S${String(count)}: { type: Succeed }\n`;

describe('hostile states documents are read in bounded time', () => {
  it('Parallel inside Parallel, as deep as YAML may go, and deeper', () => {
    const nested = (depth: number): string => (depth === 0 ? '{ type: Succeed }' : `{ type: Parallel, end: true, branches: [{ startAt: P${String(depth)}, states: { P${String(depth)}: ${nested(depth - 1)} } }] }`);
    expect(within(3_000, () => analyze(`  startAt: A\n  states:\n    A: ${nested(20)}\n`))).toEqual([]);
    expect(within(3_000, () => analyze(`  startAt: A\n  states:\n    A: ${nested(200)}\n`)).map(({ code }) => code)).toEqual(['too-deep']);
    expect(within(3_000, () => analyze(`  startAt: A\n  states:\n    A: ${nested(5_000)}\n`)).map(({ code }) => code)).toEqual(['too-deep']);
  });

  it('a Choice of ten thousand rules', () => {
    const rules = many(10_000, (i) => `        - { variable: $.a${String(i)}, stringEquals: x, next: ${i % 2 === 0 ? 'B' : 'C'} }`);
    expect(within(10_000, () => analyze(`  startAt: A\n  states:\n    A:\n      type: Choice\n      choices:\n${rules}\n      default: B\n    B: { type: Succeed }\n    C: { type: Succeed }\n`))).toEqual([]);
  });

  it('rules joined a hundred deep', () => {
    const rule = (depth: number): string => (depth === 0 ? '{ variable: $.a, isNull: true }' : `{ not: ${rule(depth - 1)} }`);
    expect(within(2_000, () => analyze(`  startAt: A\n  states:\n    A: { type: Choice, choices: [{ not: ${rule(80)}, next: B }], default: B }\n    B: { type: Succeed }\n`))).toEqual([]);
  });

  it.each<readonly [string, string]>([
    ['states in a row', chain(8_000, (_i, next) => `type: Pass, ${next}`)],
    ['states that each write a field', chain(8_000, (i, next) => `type: Pass, resultPath: $.f${String(i)}, ${next}`)],
    ['states that each set a variable', chain(8_000, (i, next) => `type: Pass, assign: { v${String(i)}: 1, w.$: $v${String(i - 1)} }, ${next}`)],
    ['two hundred variables, each read everywhere', chain(4_000, (i, next) => `type: Pass, assign: { v${String(i % 200)}: 1, w.$: $v${String((i + 1) % 200)} }, ${next}`)],
    ['every state leading to every third', `  startAt: S0\n  states:\n${many(300, (i) => `    S${String(i)}: { type: Choice, default: S0, choices: [${many(100, (j) => `{ variable: $.a, isNull: true, next: S${String((i + 3 * j) % 300)} }`).replaceAll('\n', ', ')}] }`)}\n`],
    ['islands', `  startAt: A\n  states:\n    A: { type: Succeed }\n${many(8_000, (i) => `    S${String(i)}: { type: Pass, next: S${String(i ^ 1)} }`)}\n`],
    ['a circle', `  startAt: S0\n  states:\n${many(8_000, (i) => `    S${String(i)}: { type: Pass, parameters: { a.$: $.b, b.$: $ }, next: S${String((i + 1) % 8_000)} }`)}\n`],
    ['targets that are not there', `  startAt: S0\n  states:\n${many(5_000, (i) => `    S${String(i)}: { type: Pass, next: T${String(i)} }`)}\n`],
    ['types that are not there', `  startAt: S0\n  states:\n${many(5_000, (i) => `    S${String(i)}: { type: Pas, next: S0 }`)}\n`],
    ['one name again and again', `  startAt: P0\n  states:\n${many(3_000, (i) => `    P${String(i)}: { type: Parallel, branches: [{ startAt: A, states: { A: { type: Succeed } } }], next: P${String((i + 1) % 3_000)} }`)}\n`],
    ['handlers', `  startAt: A\n  states:\n    A:\n      type: Parallel\n      branches: [{ startAt: B, states: { B: { type: Succeed } } }]\n      end: true\n      retry:\n${many(10_000, (i) => `        - { errorEquals: [E${String(i % 100)}] }`)}\n`],
    ['a template of thousands of paths', `  startAt: A\n  states:\n    A:\n      type: Pass\n      end: true\n      parameters:\n${many(20_000, (i) => `        p${String(i)}.$: $.a[?(@.b == ${String(i)})]`)}\n`],
    ['expressions', `  queryLanguage: JSONata\n  startAt: A\n  states:\n    A:\n      type: Pass\n      end: true\n      output:\n${many(3_000, (i) => `        p${String(i)}: "{% $states.input.a[b = ${String(i)}] + %}"`)}\n`],
  ])('%s', (_name, spec) => {
    within(10_000, () => analyze(spec));
  });

  it('a list whose items are refused keeps its indices', () => {
    const text = `${envelope}spec: { startAt: A, states: { A: { type: Parallel, branches: [5, x, { startAt: B, states: { B: { type: Task, agent: nobody, end: true } } }], end: true } } }\n`;
    const { diagnostics } = analyzeFile('main.yaml', memoryWorkspace({ 'main.yaml': text }), { sha256 });
    const marked = diagnostics.filter(({ severity }) => severity === 'error').map(({ code, span }) => [code, text.slice(span.start, span.end)]);
    expect(marked).toEqual([['wrong-type', '5'], ['wrong-type', 'x'], ['agent-not-found', 'nobody']]);
    const library = new DocumentLibrary(memoryWorkspace({ 'main.yaml': text }));
    const file = library.file('main.yaml');
    const value = file.kind === 'file' ? library.validated(file.file.documents[0]!)?.value : null;
    expect(value).toMatchObject({ spec: { states: { A: { branches: [null, null, { startAt: 'B' }] } } } });
  });

  it('locks a long chain', () => {
    const text = `${envelope}spec:\n${chain(5_000, (_i, next) => `type: Pass, ${next}`)}`;
    expect(within(10_000, () => lockWorkflow({ path: 'main.yaml' }, memoryWorkspace({ 'main.yaml': text }), { sha256, simulated: true, forRun: false })).ok).toBe(true);
  });

  it('a document that breaks off after any character', () => {
    const text = `${envelope}spec: { startAt: A, states: { A: { type: Task, agent: a.yaml, inputPath: $.a, parameters: { b.$: "States.Format('{}', $.c)" }, retry: [{ errorEquals: [States.ALL] }], catch: [{ errorEquals: [X], next: B }], next: B }, B: { type: Choice, choices: [{ and: [{ variable: $.x, isNull: true }], next: A }], default: C }, C: { type: Map, queryLanguage: JSONata, items: "{% $x %}", itemProcessor: { startAt: D, states: { D: { type: Wait, seconds: 1, end: true } } }, end: true } } }\n`;
    for (let end = 0; end <= text.length; end += 1) {
      expect(() => analyzeFile('main.yaml', memoryWorkspace({ 'main.yaml': text.slice(0, end) }), { sha256 })).not.toThrow();
    }
  });

  it.each(['null', '1', 'x', '[]', '{}', 'true'])('%s in the place of anything', (odd) => {
    const places = ['metadata', 'spec', 'startAt', 'states', 'A', 'type', 'choices', 'rule', 'and', 'branches', 'branch', 'itemProcessor', 'retry', 'retrier', 'errorEquals', 'catch', 'catcher', 'assign', 'parameters', 'human', 'queryLanguage', 'costCaps'];
    for (const place of places) {
      const at = (name: string, ordinary: string): string => (name === place ? odd : ordinary);
      const state = `{ type: ${at('type', 'Map')}, queryLanguage: ${at('queryLanguage', 'JSONPath')}, human: ${at('human', '{}')}, parameters: ${at('parameters', '{}')}, assign: ${at('assign', '{}')}, retry: ${at('retry', `[${at('retrier', `{ errorEquals: ${at('errorEquals', '[X]')} }`)}]`)}, catch: ${at('catch', `[${at('catcher', '{ errorEquals: [X], next: A }')}]`)}, itemProcessor: ${at('itemProcessor', '{ startAt: B, states: { B: { type: Succeed } } }')}, end: true }`;
      const choice = `{ type: Choice, choices: ${at('choices', `[${at('rule', `{ next: A, and: ${at('and', '[{ variable: $.a, isNull: true }]')} }`)}]`)}, default: A }`;
      const parallel = `{ type: Parallel, branches: ${at('branches', `[${at('branch', '{ startAt: C, states: { C: { type: Succeed } } }')}]`)}, end: true }`;
      const text = `apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: ${at('metadata', '{ name: T }')}\nspec: ${at('spec', `{ startAt: ${at('startAt', 'A')}, costCaps: ${at('costCaps', '{}')}, states: ${at('states', `{ A: ${at('A', state)}, D: ${choice}, P: ${parallel} }`)} }`)}\n`;
      expect(() => analyzeFile('main.yaml', memoryWorkspace({ 'main.yaml': text }), { sha256 }), `${place}: ${odd}`).not.toThrow();
    }
  });
});
