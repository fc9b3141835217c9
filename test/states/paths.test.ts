import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intrinsicFunctions, parseIntrinsic, pathsOfCall } from '../../language/expressions/intrinsics.ts';
import { isDefinite, parseJsonPath } from '../../language/expressions/json-path.ts';
import { analyzeStatesExpression } from '../../language/expressions/states-expression.ts';
import { processorTime } from '../processor-time.ts';

const mistake = (text: string): readonly [number, number] | null => {
  const parsed = parseJsonPath(text);
  return parsed.ok ? null : [parsed.mistake.offset, parsed.mistake.length];
};

describe('a path', () => {
  it.each([
    '$', '$$', '$x', '$.a', '$.a.b', '$.a-b', '$.größe', '$._x', '$.$schema', "$['a b']", '$["a"]', '$[0]', '$[-1]', '$.a[0].b', '$[*]', '$.*', '$..a', '$..*', '$..[0]', '$[0,1]',
    '$[1:3]', '$[:2]', '$[1:]', '$[::2]', "$['a','b']", '$[?(@.a)]', '$[?(!@.a)]', "$[?(@.a == 'x' && @.b > 1.5 || @.c != null)]", '$[?(@.a =~ /x\\/y/i)]', "$[?(@.a in ['x', 'y'])]",
    '$[?(@.a == $.b)]', '$[?((@.a) && (@.b))]', '$.a.length()', "$.a.concat('x)', 1)", '$$.Execution.Input.a', '$x.a[0]', "$['a\\'b']", '$.a[ 0 ]', "$[?(@['a b'] == true)]", '$[?(@ > 3)]',
  ])('is read: %s', (text) => {
    expect(parseJsonPath(text)).toMatchObject({ ok: true });
  });

  it.each<readonly [string, number]>([
    ['', 0], ['a', 0], ['.a', 0], [' $.a', 0], ['$a b', 2], ['$.', 1], ['$.a.', 3], ['$..', 1], ['$[', 1], ['$[0', 1], ['$[a]', 2], ['$[]', 1], ["$['a]", 2], ['$.a b', 3], ['$.a[?@.b]', 4], ['$.a[?(@.b]', 9],
    ['$[?()]', 4], ['$[?(@.a == )]', 11], ['$[?(@.a = 1)]', 8], ['$[0 1]', 4], ["$['a' 'b']", 6], ['$.a)', 3], ['$[1,]', 4], ['$$$', 2], ['$1', 1], ['$[?(@.)]', 5], ['$.a.[0]', 3], ['$[(@.length-1)]', 2],
  ])('is refused where it goes wrong: %j at %i', (text, offset) => {
    expect(mistake(text)?.[0]).toBe(offset);
  });

  it('knows whether it leads to one place', () => {
    const definite = (text: string): boolean => {
      const parsed = parseJsonPath(text);
      return parsed.ok && isDefinite(parsed.value);
    };
    expect(['$', '$.a[0]', "$['a'].b"].map(definite)).toEqual([true, true, true]);
    expect(['$[*]', '$..a', '$[1:2]', '$[0,1]', '$[?(@.a)]', '$.a.length()'].map(definite)).toEqual([false, false, false, false, false, false]);
  });

  it('never throws, and points inside the text', () => {
    const piece = fc.constantFrom('$', '.', '..', '[', ']', '(', ')', '?', '@', "'", '"', 'a', '0', '-', ',', ':', '*', ' ', '&&', '||', '!', '==', '/', '\\', 'ä', '{', '💥');
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const text = pieces.join('');
      const at = mistake(text);
      if (at === null) return;
      expect(at[0]).toBeGreaterThanOrEqual(0);
      expect(at[0]).toBeLessThanOrEqual(text.length);
      expect(at[1]).toBeGreaterThanOrEqual(1);
    }), { numRuns: 5_000 });
  });

  it.each([
    ['brackets', '$' + '[0]'.repeat(5_000)], ['open brackets', '$' + '['.repeat(10_000)], ['filters', '$' + '[?(@'.repeat(3_000)], ['parentheses', '$[?(' + '('.repeat(10_000)],
    ['bangs', '$[?(' + '!'.repeat(10_000)], ['quotes', "$['" + "\\'".repeat(8_000)], ['quotes, and a typographic one', "$['" + "\\'".repeat(8_000) + '“'], ['lists', '$[?(' + '['.repeat(10_000)], ['slashes', '$[?(@ =~ /' + '\\'.repeat(16_000)], ['calls', '$' + '.a('.repeat(5_000)],
    ['too long', '$.' + 'a'.repeat(1_000_000)], ['spaces', '$[' + ' '.repeat(16_000)],
  ])('is read in bounded time: %s', (_name, text) => {
    const start = processorTime();
    parseJsonPath(text);
    parseIntrinsic(`States.Array(${text})`);
    expect(processorTime() - start).toBeLessThan(200);
  });
});

describe('an intrinsic call', () => {
  it.each(intrinsicFunctions)('of States.$name takes its arguments, no fewer and no more', ({ name, min, max }) => {
    const call = (count: number): boolean => parseIntrinsic(`States.${name}(${Array.from({ length: count }, (_, i) => (i === 0 && name === 'Format' ? `'${'{}'.repeat(count - 1)}'` : '$.a')).join(', ')})`).ok;
    expect(call(min)).toBe(true);
    if (min > 0) expect(call(min - 1)).toBe(false);
    if (max < Infinity) expect([call(max), call(max + 1)]).toEqual([true, false]);
    else expect(call(12)).toBe(true);
  });

  it('gives the paths in it, however deep', () => {
    const parsed = parseIntrinsic("States.Format('{} {}', States.Array($.a, $$.b), $c)");
    expect(parsed.ok ? pathsOfCall(parsed.value).map(({ root }) => root.kind) : null).toEqual(['input', 'context', 'variable']);
  });

  it('never throws, and points inside the text', () => {
    const piece = fc.constantFrom('States.', 'Array', 'Format', 'UUID', '(', ')', ',', "'", '{}', '$.a', '1', '-', 'true', ' ', '\\', '"');
    fc.assert(fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = pieces.join('');
      const parsed = parseIntrinsic(text);
      if (!parsed.ok) expect(parsed.mistake.offset).toBeLessThanOrEqual(text.length);
    }), { numRuns: 5_000 });
  });
});

describe('an expression of a JSONata state', () => {
  it.each<readonly [string, readonly string[]]>([
    ['{% $a + $b.c %}', ['a', 'b']], ['{% ($x := 1; $x) %}', []], ['{% $map($list, function($v, $i) { $v + $i }) %}', ['list']], ['{% $states.input ~> $uppercase %}', []],
    ['{% $partition([1], 2) & $hash("a", "MD5") & $uuid() & $parse("1") & $range(1, 2, 1) %}', []], ['{% $states.input.items[$ > 1] %}', []],
  ])('%s reads %j', (text, names) => {
    const { error, variables } = analyzeStatesExpression(text);
    expect(error).toBeNull();
    expect(variables.map(({ name }) => name)).toEqual(names);
    for (const { name, offset, length } of variables) expect(text.slice(offset, offset + length)).toBe(`$${name}`);
  });
});
