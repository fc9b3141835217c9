import { expect, test } from 'vitest';
import { differenceWords } from '../../runtime/durable/difference-words.ts';
import { bodyOf, storedBody } from '../../runtime/ledger/event.ts';

/** What a diverging replay says of the difference: where, and both sides, short. */

test('a long text is shown from a little before the place where it changes', () => {
  const long = 'x'.repeat(5_000);
  const words = differenceWords(bodyOf({ a: [{ b: `${long}old${long}` }] }), bodyOf({ a: [{ b: `${long}new${long}` }] }));
  expect(words).toBe(` They differ: at a[0].b the record has "…${'x'.repeat(20)}old${'x'.repeat(57)}…", this walk "…${'x'.repeat(20)}new${'x'.repeat(57)}…".`);
});

test('what is only on one side is named, and no more than three places are', () => {
  expect(differenceWords(bodyOf({ a: 1 }), bodyOf({}))).toBe(' They differ: at a the record has 1, this walk nothing.');
  expect(differenceWords(bodyOf([1, 2, 3, 4, 5]), bodyOf([]))).toMatch(/^ They differ: at \[0\] .*; at \[1\] .*; at \[2\] .*; and at 2 more places\.$/);
  expect(differenceWords(bodyOf('a'), bodyOf(null))).toBe(' They differ: as a whole the record has "a", this walk null.');
});

test('nothing is said of what is not there, was pruned, or is the same', () => {
  for (const [a, b] of [[null, bodyOf(1)], [storedBody(null, null), bodyOf(1)], [bodyOf({ a: 1 }), bodyOf({ a: 1 })]] as const) expect(differenceWords(a, b)).toBe('');
});
