import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyzeFile, limits, lockWorkflow } from '../../language/index.ts';
import type { Diagnostic } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';
import { processorTime } from '../processor-time.ts';

const top = 'name: T\nadapter_kind: graph\nnodes:\n  - id: a\n    task: { goal: Go. }\n';

function analyze(text: string): readonly Diagnostic[] {
  return analyzeFile('main.workflow.yaml', memoryWorkspace({ 'main.workflow.yaml': text }), { sha256 }).diagnostics;
}

function codes(text: string): readonly string[] {
  return analyze(text).map(({ code }) => code);
}

function within<T>(milliseconds: number, act: () => T): T {
  const start = processorTime();
  const result = act();
  expect(processorTime() - start).toBeLessThan(milliseconds);
  return result;
}

describe('hostile input is refused in bounded time, and never throws', () => {
  it('a billion laughs', () => {
    const lines = ['x-0: &x0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
    for (let i = 1; i < 30; i += 1) lines.push(`x-${String(i)}: &x${String(i)} [${Array(10).fill(`*x${String(i - 1)}`).join(', ')}]`);
    expect(within(5_000, () => codes(`${top}${lines.join('\n')}\n`))).toEqual(['alias-bomb']);
  });

  it('a billion laughs through merge keys', () => {
    const lines = [`x-0: &x0 { ${Array.from({ length: 50 }, (_, i) => `k${String(i)}: 1`).join(', ')} }`];
    for (let i = 1; i < 30; i += 1) lines.push(`x-${String(i)}: &x${String(i)} { ${Array.from({ length: 10 }, (_, j) => `a${String(j)}: *x${String(i - 1)}`).join(', ')}, <<: *x${String(i - 1)} }`);
    expect(within(5_000, () => codes(`${top}${lines.join('\n')}\n`))).toEqual(['alias-bomb']);
  });

  it.each([
    ['brackets', `x-deep: ${'['.repeat(1_000)}${']'.repeat(1_000)}\n`],
    ['open brackets', `x-deep: ${'['.repeat(100_000)}\n`],
    ['braces', `x-deep: ${'{a: '.repeat(1_000)}1${'}'.repeat(1_000)}\n`],
    ['dashes on one line', `x-deep:\n  ${'- '.repeat(50_000)}1\n`],
    ['indentation', `x-deep:\n${Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i + 1)}a:`).join('\n')}\n`],
    ['question marks', `x-deep:\n  ${'? '.repeat(20_000)}1\n`],
  ])('a thousand levels deep: %s', (_name, text) => {
    expect(within(5_000, () => codes(top + text))).toEqual(['too-deep']);
  });

  it.each([
    ['a text', `x-long: ${'a'.repeat(10_000_000)}\n`],
    ['a comment', `# ${'a'.repeat(10_000_000)}\n`],
    ['spaces', `x-long: ${' '.repeat(10_000_000)}1\n`],
  ])('a line of ten million characters: %s', (_name, text) => {
    expect(within(5_000, () => codes(top + text))).toEqual(['file-too-large']);
  });

  it.each([
    ['numbers', `x-a: [${'1,'.repeat(990_000)}]\n`],
    ['commas', `x-a: [${','.repeat(1_900_000)}]\n`],
    ['mappings', `x-a: {${'a: ,'.repeat(490_000)}}\n`],
    ['items', `x-a:\n${'- 1\n'.repeat(490_000)}`],
    ['keys', Array.from({ length: 170_000 }, (_, i) => `f${String(i)}: 1\n`).join('')],
    ['aliases', `x-a: &a 1\nx-b: [${'*a,'.repeat(600_000)}]\n`],
  ])('more keys, values and marks than anybody writes are refused before they are read: %s', (_name, text) => {
    expect(within(5_000, () => codes(top + text))).toEqual(['file-too-large']);
  });

  it('as many lines as the size allows are read', () => {
    const nodes = Array.from({ length: 12_000 }, (_, i) => `  - id: n${String(i)}\n    task:\n      goal: Do the thing number ${String(i)} as it was agreed\n    depends_on: [${i === 0 ? '' : `n${String(i - 1)}`}]\n`).join('');
    expect(codes(`name: T\nadapter_kind: graph\nnodes:\n${nodes}`)).toEqual([]);
  }, 120_000);

  it.each([
    ['one text', `x-long: ${'a'.repeat(limits.characters - 200)}\n`],
    ['a quoted text', `x-long: "${'a '.repeat(limits.characters / 2 - 200)}"\n`],
    ['open brackets', `x-long: ${'['.repeat(limits.characters - 200)}\n`],
    ['an open quote', `x-long: "${'a\n '.repeat(limits.characters / 3 - 200)}`],
    ['colons', `x-long: ${':'.repeat(200_000)}\n`],
    ['hashes', `x-long: ${'#'.repeat(200_000)}\n`],
    ['stars', `x-long: ${'*a '.repeat(200_000)}\n`],
    ['empty documents', '---\n'.repeat(400_000)],
    ['some documents', '---\n'.repeat(1_900)],
    ['ignores', '# dagbook-ignore cycle: x\n'.repeat(76_000)],
    ['credentials', 'x-key: sk-aaaaaaaaaaaaaaaaaaaa\n'.repeat(20_000)],
    ['expressions', `  - id: b\n    inputs: { x: "${'{% 1 + %} '.repeat(3_000)}" }\n    task: { goal: Go. }\n`],
    ['nodes', Array.from({ length: 8_000 }, (_, i) => `  - { id: n${String(i)}, task: { goal: Go. }, depends_on: [n${String(i - 1)}] }`).join('\n')],
    ['nodes that are not there', Array.from({ length: 3_000 }, (_, i) => `  - { id: n${String(i)}, task: { goal: Go. }, depends_on: [m${String(i)}] }`).join('\n')],
    ['unknown fields', Array.from({ length: 5_000 }, (_, i) => `field${String(i)}: 1`).join('\n')],
    ['doubled keys', 'x-double: 1\n'.repeat(20_000)],
    ['keys of one mapping', `x-keys:\n${Array.from({ length: 20_000 }, (_, i) => `  k${String(i)}: 1`).join('\n')}`],
    ['a cycle of thousands', Array.from({ length: 3_000 }, (_, i) => `  - { id: n${String(i)}, task: { goal: Go. }, depends_on: [n${String((i + 1) % 3_000)}] }`).join('\n')],
    ['addresses', `x-long: ${'a://b:c'.repeat(30_000)}\n`],
    ['almost keys', `x-long: ${'-----BEGIN A '.repeat(30_000)}\n`],
  ])('large, up to the limit: %s', (_name, text) => {
    within(15_000, () => analyze(top + text));
  });

  it.each([['\u0000'], ['\u0000\u0001\uFFFF'], ['\uFEFF\uFEFF'], ['%YAML 9.9\n---\n'], ['--- ---'], ['...'], ['&a'], ['*a'], ['!'], ['!<'], ['? '], ['|'], ['>9'], ['"\\'], ['\t'], ['@'], ['`'], ['<<: *a'], ['&a *a'], ['{'], ['- {}\n- ['], ['__proto__: { toString: 1 }'], ['constructor: 1']])('%j', (text) => {
    expect(() => analyze(text)).not.toThrow();
    expect(() => analyze(top + text)).not.toThrow();
  });

  it('names that objects inherit are names like any other', () => {
    const text = 'name: constructor\nadapter_kind: graph\nnodes: [{ id: toString, task: { goal: "{% nodes.valueOf.output %}" }, depends_on: [hasOwnProperty] }]\ninputs: { __proto__: { type: string } }\n__proto__: 1\nconstructor: 2\n';
    expect(codes(text)).toEqual(['unknown-node', 'unknown-node', 'unknown-field', 'unknown-field']);
  });

  const fixtures = join(import.meta.dirname, '../fixtures');
  const texts = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')).map((name) => readFileSync(join(fixtures, name), 'utf8').replace(/^\s*#.*$/gm, ''));

  it('a document that breaks off after any character', () => {
    const [longest = ''] = texts.toSorted((a, b) => b.length - a.length);
    for (let end = 0; end <= longest.length; end += 1) {
      const found = analyze(longest.slice(0, end));
      expect(found.every(({ span }) => span.start >= 0 && span.end >= span.start && span.end <= end + 1)).toBe(true);
    }
  }, 120_000);

  it('documents with pieces cut out, doubled and swapped', () => {
    const piece = fc.record({ text: fc.constantFrom(...texts), from: fc.nat(2_000), length: fc.nat(60) });
    fc.assert(fc.property(fc.constantFrom(...texts), fc.nat(2_000), fc.nat(40), piece, (text, at, cut, { text: other, from, length }) => {
      const mutated = text.slice(0, at) + other.slice(from, from + length) + text.slice(at + cut);
      const workspace = memoryWorkspace({ 'main.workflow.yaml': mutated });
      for (const diagnostic of analyzeFile('main.workflow.yaml', workspace, { sha256 }).diagnostics) {
        expect(diagnostic.span.end).toBeGreaterThanOrEqual(diagnostic.span.start);
        expect(diagnostic.message).toMatch(/[.?]$/);
        expect(diagnostic.message).not.toMatch(/undefined|\[object|NaN/);
      }
      lockWorkflow({ path: 'main.workflow.yaml' }, workspace, { sha256, simulated: true });
    }), { numRuns: 1_500 });
  });
});
