import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, withValues } from '../../language/syntax/json-entries.ts';

/** Short, as long as is remembered, and so long that it is a hash table to the engine. */
const sizes = [3, 80, 1_100];

const objectOf = (size: number, names: readonly string[]): Record<string, number> => Object.fromEntries([...names.map((name, i) => [name, -i] as const), ...Array.from({ length: size }, (_, i) => [`key ${String(i)}`, i] as const)]);

describe('an object with other values', () => {
  const name = fc.constantFrom('__proto__', 'constructor', 'toString', '7', '', 'key 1', 'key 2', 'key 1099', 'none of these');
  const change = fc.record({ name, value: fc.option(fc.nat(), { nil: undefined }) });

  it.each(sizes)('of %i fields is the copy that one would make field by field, after any changes', (size) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom('__proto__', 'constructor', 'toString', '7', ''), { maxLength: 3 }), fc.array(fc.array(change, { maxLength: 4 }), { minLength: 1, maxLength: 5 }), (names, steps) => {
        let object = objectOf(size, names);
        for (const step of steps) {
          const changed = new Map<string, number | undefined>(step.map(({ name: key, value }) => [key, value]));
          const expected = Object.entries(object).flatMap(([key, value]) => (changed.has(key) ? (changed.get(key) === undefined ? [] : [[key, changed.get(key)] as const]) : [[key, value] as const]));
          const before = Object.entries(object);
          const copy = withValues(object, changed);
          expect(Object.entries(object)).toEqual(before);
          expect(Object.entries(copy)).toEqual(expected);
          expect(entriesOf(copy)).toEqual(expected);
          expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
          object = copy;
        }
      }),
      { numRuns: 40 },
    );
  });

  it('has the very same pairs for what has not changed, where it is long', () => {
    const object = objectOf(80, []);
    const copy = withValues(object, new Map([['key 3', 0]]));
    const [before, after] = [entriesOf(object), entriesOf(copy)];
    expect(after.filter((pair, i) => pair !== before[i])).toEqual([['key 3', 0]]);
  });
});
