import fc from 'fast-check';
import { expect, test } from 'vitest';
import { axisOf, ticksOf, tickWords } from '../../webview/run/axis.ts';
import { diffLines } from '../../webview/run/diff-lines.ts';
import { answerWords } from '../../webview/shared/step-words.ts';
import { piecesOf } from '../../webview/shared/text-pieces.ts';
import { scrollTo, visiblePart } from '../../webview/run/windowing.ts';

const texts = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 14 }).map((lines) => lines.join('\n'));

test('a difference leads from one text to the other, with as few changes as there can be', () => {
  fc.assert(fc.property(texts, texts, (before, after) => {
    const lines = diffLines(before, after);
    expect(lines).not.toBeNull();
    expect(lines!.filter(({ kind }) => kind !== 'added').map(({ text }) => text).join('\n')).toBe(before);
    expect(lines!.filter(({ kind }) => kind !== 'removed').map(({ text }) => text).join('\n')).toBe(after);
    expect(lines!.filter(({ kind }) => kind === 'same')).toHaveLength(longestCommon(before.split('\n'), after.split('\n')));
  }), { numRuns: 500 });
});

/** The textbook's table: slow, and plainly right. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) table[i]![j] = a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
  return table[a.length]![b.length]!;
}

test('two long texts without a common line are given up quickly', () => {
  const text = (word: string): string => Array.from({ length: 20_000 }, (_, at) => `${word} ${at}`).join('\n');
  expect(diffLines(text('left'), text('right'))).toBeNull();
});

test('an axis has a handful of ticks at round times, whatever the run took', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 40 * 86_400_000 }), fc.integer({ min: 40, max: 2_000 }), (ms, width) => {
    const axis = axisOf(ms, width);
    const ticks = ticksOf(axis, width);
    expect(axis.span).toBeGreaterThanOrEqual(ms);
    expect(ticks.length).toBeGreaterThanOrEqual(width >= 200 ? 2 : 1);
    expect(ticks.length).toBeLessThanOrEqual(6);
    // A label has the room it needs, and the last one ends with the axis.
    expect((axis.step / axis.span) * width).toBeGreaterThanOrEqual(Math.min(64, width / 1.5) - 0.001);
    expect(new Set(ticks.map((tick) => tickWords(tick, axis))).size).toBe(ticks.length);
  }));
  const wide = axisOf(141_900, 800);
  expect(ticksOf(wide, 800).map((tick) => tickWords(tick, wide))).toEqual(['0 s', '30 s', '1 m', '1 m 30 s', '2 m']);
  const narrow = axisOf(141_900, 120);
  expect(ticksOf(narrow, 120).map((tick) => tickWords(tick, narrow))).toEqual(['0 s', '2 m']);
});

test('what is drawn of a long list covers what is seen of it, and a row that is scrolled to is seen', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 10, max: 80 }), { minLength: 1, maxLength: 300 }), fc.nat(20_000), fc.integer({ min: 90, max: 900 }), fc.nat(299), (heights, at, height, some) => {
    const total = heights.reduce((sum, one) => sum + one, 0);
    const top = Math.min(at, Math.max(0, total - height));
    const { from, to, above, below } = visiblePart(heights, top, height);
    expect(above + heights.slice(from, to).reduce((sum, one) => sum + one, 0) + below).toBe(total);
    expect(above).toBeLessThanOrEqual(top);
    expect(total - below).toBeGreaterThanOrEqual(Math.min(total, top + height));
    const row = some % heights.length;
    const start = heights.slice(0, row).reduce((sum, one) => sum + one, 0);
    const scrolled = scrollTo(heights, row, top, height) ?? top;
    expect(start).toBeGreaterThanOrEqual(scrolled);
    expect(start + heights[row]!).toBeLessThanOrEqual(scrolled + height);
  }));
});

test('JSON in a text is found where it stands by itself, and nothing else is taken for it', () => {
  expect(piecesOf('{"a": 1}')).toEqual([{ kind: 'whole', value: { a: 1 } }]);
  const text = 'Answer so:\n{"type": "object"}\nInputs:\n```json\n{\n  "n": [1]\n}\n```\n```ts\n[1, 2]\nconst a = {};\n```\nthe set {1} or [x]\n```json\n{"open": 1}';
  expect(piecesOf(text)).toEqual([
    { kind: 'words', text: 'Answer so:' }, { kind: 'line', value: { type: 'object' } }, { kind: 'words', text: 'Inputs:' }, { kind: 'fence', value: { n: [1] } },
    { kind: 'words', text: '```ts\n[1, 2]\nconst a = {};\n```\nthe set {1} or [x]\n```json' }, { kind: 'line', value: { open: 1 } },
  ]);
  expect(piecesOf('')).toEqual([{ kind: 'words', text: '' }]);
  expect(piecesOf('[not json]')).toEqual([{ kind: 'words', text: '[not json]' }]);
});

test('an answer says who gave it and when, and what a provider claimed; anything else says nothing', () => {
  expect(answerWords({ by: 'ada@lathe', answered_at: '2026-11-21T08:00:00.000Z' })).toBe(`Answered by ada@lathe · ${new Date('2026-11-21T08:00:00.000Z').toLocaleString()}`);
  expect(answerWords({ provider_claimed: 12_000 })).toBe('The provider claimed 12,000 tokens');
  for (const details of [null, {}, [], 'by', { by: 3 }, { served: true }]) expect(answerWords(details)).toBe('');
});
