import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileRegex } from '../../language/expressions/linear-regex.ts';

type Found = readonly (string | undefined | number)[] | null;

function linear(pattern: RegExp, text: string, from = 0): Found {
  const found = compileRegex(pattern).match(text, from, () => undefined);
  return found === null ? null : [found.start, text.slice(found.start, found.end), ...found.groups];
}

function native(pattern: RegExp, text: string, from = 0): Found {
  const global = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`);
  global.lastIndex = from;
  const found = global.exec(text);
  return found === null ? null : [found.index, ...found];
}

function unrollsNothing(pattern: RegExp): boolean {
  try {
    compileRegex(pattern);
    return false;
  } catch (thrown) {
    return thrown instanceof Error && thrown.message.includes('could match nothing');
  }
}

test.each<[RegExp, string]>([
  [/a+b/, 'xaaab'],
  [/(\w+)\s(\w+)/, 'hello big world'],
  [/a|ab|abc/, 'abc'],
  [/(?:a|ab)(?:c|bcd)(d*)/, 'abcd'],
  [/(a*)*/, 'b'],
  [/(a*)+/, 'b'],
  [/(?:(a)|b)*/, 'ab'],
  [/(z)((a+)?(b+)?(c))*/, 'zaacbbbcac'],
  [/x*?y/, 'xxy'],
  [/<.+?>/, '<a><b>'],
  [/^b/m, 'a\nb'],
  [/a$/m, 'a\nb'],
  [/^b/, 'a\nb'],
  [/\bfoo\b/, 'a foo b'],
  [/\Boo/, 'foo'],
  [/[^\d\s]+/, '12 ab-c'],
  [/[\w.-]+@[\w-]+\.[a-z]{2,}/i, 'mail Ann.Lee@Example.COM now'],
  [/a{2,3}/, 'aaaa'],
  [/a{2,}?/, 'aaaa'],
  [/a{0}b/, 'ab'],
  [/[]/, 'a'],
  [/[^]/, '\n'],
  [/[a\-z]+/, 'a-z'],
  [/[\d-x]+/, '1-x'],
  [/\x41\u0042\t/, 'AB\t'],
  [/(?<year>\d{4})-(\d\d)/, 'in 2026-01'],
  [/É/i, 'é'],
  [/[^a]/i, 'A'],
  [/a{,2}/, 'a{,2}'],
  [/./, '\u2028x'],
  [/(a|b)*?c|d/, 'abd'],
  [/(?:)/, ''],
  [/\//, 'a/b'],
])('%s finds what JavaScript finds', (pattern, text) => {
  for (let from = 0; from <= text.length; from++) expect(linear(pattern, text, from)).toEqual(native(pattern, text, from));
});

const { pattern: anyPattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b', 'c', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '\\s', '[a-c1]', ''),
    tie('pattern').map((inner) => `(${inner})`),
    tie('pattern').map((inner) => `(?:${inner})`),
  ),
  pattern: fc.oneof(
    { maxDepth: 4 },
    tie('atom'),
    fc.tuple(tie('atom'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0,3}', '*?', '+?', '??', '{1,}?')).map(([atom, times]) => (/^(\^|\$|\\b|)$/.test(atom) ? atom : atom + times)),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}|${b}`),
  ),
}));

test('any expression finds the match, and the groups, that JavaScript finds', () => {
  fc.assert(
    fc.property(anyPattern, fc.stringMatching(/^[abcA1 \n]{0,9}$/), fc.constantFrom('', 'i', 'm'), (source, text, flags) => {
      const pattern = new RegExp(source, flags);
      // Nested optional repetitions of nothing, unrolled, are refused rather than matched slowly.
      fc.pre(!unrollsNothing(pattern));
      expect(linear(pattern, text)).toEqual(native(pattern, text));
    }),
    { numRuns: 20_000 },
  );
});

test.each([/(a+)+$/, /^(a|a)*$/, /(a*)*b/, /(?:a?){30}a{30}/, /(\w+\s?)*!/])('%s takes time proportional to the text', (pattern) => {
  const regex = compileRegex(pattern);
  const workOf = (length: number): number => {
    let work = 0;
    regex.match(`${'a'.repeat(length)}?`, 0, (more) => (work += more));
    return work;
  };
  expect(workOf(4000)).toBeLessThan(workOf(1000) * 6);
  expect(workOf(4000)).toBeLessThan(200_000);
});

test('what cannot be matched so is refused by name', () => {
  expect(() => compileRegex(/a(?=b)/)).toThrow('look-ahead');
  expect(() => compileRegex(/(?<!a)b/)).toThrow('look-ahead and look-behind');
  expect(() => compileRegex(/(a)\1/)).toThrow('back-reference \\1');
  expect(() => compileRegex(/(?:(?:(?:a?){0,9}){0,9}){0,9}/)).toThrow('could match nothing');
  expect(() => compileRegex(/(?:(?:a{100}){100}){100}/)).toThrow('too often');
});
