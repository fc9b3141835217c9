import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtinFunctions } from '../../language/expressions/builtin-functions.ts';
import { createExpressionCache, evaluateExpression, evaluateTemplate, templateEffects } from '../../language/expressions/evaluate.ts';
import type { Json } from '../../protocol/json.ts';
import { processorTime } from '../processor-time.ts';

const scope = {
  inputs: { days: 30, list: [1, 2, 3], name: 'x', rows: [{ g: 'a', n: 1 }, { g: 'b', n: 2 }, { g: 'a', n: 2 }] },
  nodes: { 'my-node': { output: { value: 5 }, status: 'completed' }, plain: { output: [{ p: 1 }, { p: 2 }, { p: 2 }], status: 'completed' } },
};
const environment = { now: new Date('2026-01-02T03:04:05.678Z'), seed: 0.25 };
const bare = { now: null, seed: null };

async function value(source: string, env: typeof environment | typeof bare = environment): Promise<Json | undefined> {
  const result = await evaluateExpression(source, scope, env);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function errorOf(source: string): Promise<string> {
  const result = await evaluateExpression(source, scope, environment);
  if (result.ok) throw new Error(`gave ${JSON.stringify(result.value)}`);
  expect(result.error.name).toBe('States.QueryEvaluationError');
  return result.error.message;
}

describe('an expression', () => {
  test.each<[string, Json | undefined]>([
    ['{% inputs.days + 1 %}', 31],
    ['inputs.days', 30],
    ['nodes.`my-node`.output.value', 5],
    ['nodes."my-node".status', 'completed'],
    ['nodes.missing.output', undefined],
    ['inputs.rows{g: $sum(n)}', { a: 3, b: 2 }],
    ['inputs.list[$ > 1]', [2, 3]],
    ['inputs.list[$ > 2]', 3],
    ['inputs.list[$ > 2][]', [3]],
    ['inputs.list[$ > 9]', undefined],
    ['[1..4]', [1, 2, 3, 4]],
    ['[4..1]', []],
    ['$distinct(nodes.plain.output)', [{ p: 1 }, { p: 2 }]],
    ['$distinct([1, "1", 1, null, null, true])', [1, '1', null, true]],
    ['$sort([3, 1, 2])', [1, 2, 3]],
    ['$sort(["b", "a"])', ['a', 'b']],
    ['$sort(inputs.rows, function($l, $r) { $l.n < $r.n }).g', ['b', 'a', 'a']],
    ['inputs.rows^(>n).n', [2, 2, 1]],
    ['$max(inputs.list) - $min(inputs.list)', 2],
    ['$join(["a", "b"], "-")', 'a-b'],
    ['$pad("a", -3, "#")', '##a'],
    ['$map(["a"], $uppercase)', 'A'],
    ['$substring(?, 0, 2)("abc")', 'ab'],
    ['$reduce([1..4], function($a, $b) { $a + $b })', 10],
    ['$string({"a": [1, null]})', '{"a":[1,null]}'],
    ['$match("foobar", /(o)(x)?/)[0].groups', ['o', null]],
    ['inputs ~> |$|{"days": 1}, ["list", "rows"]|', { days: 1, name: 'x' }],
    ['-0', 0],
    ['{"__proto__": 1}', JSON.parse('{"__proto__": 1}') as Json],
  ])('%s', async (source, expected) => {
    expect(await value(source)).toStrictEqual(expected);
  });

  test('gives plain arrays and objects', async () => {
    const result = await value('{"rows": inputs.list[$ > 1], "empty": []}');
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(Object.keys((result as { rows: object }).rows)).toEqual(['0', '1']);
    expect(structuredClone(result)).toStrictEqual(result);
  });

  test('does not change its scope', async () => {
    const before = JSON.stringify(scope);
    await value('inputs ~> |rows|{"n": 0}|');
    expect(JSON.stringify(scope)).toBe(before);
    const frozen = { inputs: Object.freeze({ list: Object.freeze([1, 2]) }), nodes: {} };
    expect(await evaluateExpression('inputs.list[]', frozen, bare)).toStrictEqual({ ok: true, value: [1, 2] });
    const empty = { inputs: { none: [], matrix: [[], []] }, nodes: {} };
    for (const source of ['inputs.none{"a": 1}', 'inputs.matrix.{"a": 1}', 'inputs.none[]', '(inputs.none){"a": 1}']) await evaluateExpression(source, empty, bare);
    expect(empty).toStrictEqual({ inputs: { none: [], matrix: [[], []] }, nodes: {} });
  });

  test('fails as a value, naming itself', async () => {
    expect(await errorOf('inputs.name + 1')).toContain('{% inputs.name + 1 %}: The left side of the "+" operator must evaluate to a number');
    expect(await errorOf('{% 1 + %}')).toContain('The expression ends too early, after "+".');
    expect(await errorOf('$nope(1)')).toContain('there is no function $nope');
    expect(await errorOf('$eval("1")')).toContain('there is no function $eval');
    expect(await errorOf('$error("my own words")')).toContain('my own words');
  });

  test('refuses a result that is not JSON', async () => {
    expect(await errorOf('$sum')).toContain('a function');
    expect(await errorOf('{"f": function($x) { $x }}')).toContain('a function');
    expect(await errorOf('1 / 0')).toContain('Infinity');
  });

  test('knows every function it lists', async () => {
    for (const name of builtinFunctions) expect(await errorOf(`$${name}`), name).toContain('a function');
  });
});

describe('time and randomness', () => {
  test('come from the environment only', async () => {
    expect(await value('$now()')).toBe('2026-01-02T03:04:05.678Z');
    expect(await value('$now("[Y]")')).toBe('2026');
    expect(await value('$millis()')).toBe(environment.now.getTime());
    expect(await value('$toMillis("13:45", "[H]:[m]")')).toBe(Date.UTC(2026, 0, 2, 13, 45));
    const first = await value('[$random(), $random(), $shuffle([1..20])]');
    expect(await value('[$random(), $random(), $shuffle([1..20])]')).toStrictEqual(first);
    expect(await evaluateExpression('$random()', scope, { ...environment, seed: 0.5 })).not.toStrictEqual({ ok: true, value: await value('$random()') });
  });

  test('are not read from the machine', async () => {
    const realNow = Date.now;
    const realRandom = Math.random;
    Date.now = Math.random = () => {
      throw new Error('read the machine');
    };
    try {
      await value('[$now(), $millis(), $random(), $shuffle([1..5])]');
    } finally {
      Date.now = realNow;
      Math.random = realRandom;
    }
  });

  test('a date without a zone is UTC, wherever it is read', async () => {
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Pacific/Auckland';
    try {
      expect(await value('$toMillis("2024-06-01T00:00:00")')).toBe(Date.UTC(2024, 5, 1));
      expect(await value('$toMillis("2024-06-01T00:00:00+02:00")')).toBe(Date.UTC(2024, 4, 31, 22));
    } finally {
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });

  test('missing, they fail instead of being made up', async () => {
    await expect(value('$now()', bare)).rejects.toThrow('given no time');
    await expect(value('$random()', bare)).rejects.toThrow('given no random numbers');
  });

  test('random numbers are spread evenly for any seed', async () => {
    await fc.assert(
      // Not `fc.double`: most of the doubles between 0 and 1 lie so near 0 that one seed would be tried again and again.
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((part) => part / 2 ** 32), async (seed) => {
        const result = await evaluateExpression('$map([1..400], function() { $random() })', scope, { now: null, seed });
        if (!result.ok || !Array.isArray(result.value)) throw new Error('failed');
        const numbers = result.value as number[];
        expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...numbers)).toBeLessThan(1);
        const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
        expect(Math.abs(mean - 0.5)).toBeLessThan(0.1);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an evaluation is bounded', () => {
  test.each([
    '($f := function() { $f() }; $f())',
    '($f := function($n) { 1 + $f($n + 1) }; $f(0))',
    '[1..10000000]',
    `[${Array.from({ length: 500 }, () => '[1..200000]').join(',')}]`,
    '$pad("", 1000000000)',
    '($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d("aaaa", 60))',
    '($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $type($d("aaaa", 23)))',
    '($d := function($s, $n) { $n = 0 ? $s : $d({"a": $s, "b": $s}, $n - 1) }; $d(1, 60))',
    '($d := function($s, $n) { $n = 0 ? $s : $d([[$s], [$s]], $n - 1) }; $d(1, 60))',
    '($d := function($s, $n) { $n = 0 ? $s : $d($append($s, $s), $n - 1) }; $d([1], 60))',
    '$reduce([1..100000], $append)',
    '$sort([1..100000], function($a, $b) { $a < $b })',
    'inputs ~> |$|{"self": $}|',
    '$join($map([1..10000], function() { $pad("", 100000) }), "")',
  ])('%.70s', async (source) => {
    const started = processorTime();
    expect(await errorOf(source)).toMatch(/was stopped because|maximum sequence length/);
    expect(processorTime() - started).toBeLessThan(5000);
  });

  test('and says by what', async () => {
    expect(await errorOf('($d := function($s, $n) { $n = 0 ? $s : $d($s & $s, $n - 1) }; $d("aaaa", 60))')).toContain('it builds a value that is too large');
    expect(await errorOf('($f := function() { $f() }; $f())')).toContain('it takes too many steps');
    expect(await errorOf('inputs ~> |$|{"self": $}|')).toContain('more than 500 levels deep');
  });

  test('alike at every attempt', async () => {
    const source = '($f := function($n) { $n > 3000 ? $n : $f($n + 1) }; $f(0))';
    expect(await value(source)).toBe(3001);
    expect(await errorOf(source.replace('3000', '30000'))).toContain('too many steps');
  });

  test('and leaves nothing running when it fails', async () => {
    const failed = await evaluateExpression('[$error("first"), ($f := function() { $f() }; $f())]', scope, bare);
    expect(failed.ok).toBe(false);
    const started = processorTime();
    await new Promise(setImmediate);
    expect(processorTime() - started).toBeLessThan(100);
  });

  test('before it is parsed, too', async () => {
    expect(await errorOf('('.repeat(100_000))).toContain('too long');
    expect(await errorOf('('.repeat(1000))).toContain('nested too deeply');
    expect(await errorOf(`${'('.repeat(40)}1${' ?: 1)'.repeat(40)}`)).toContain('too often');
  });

  test('in its regular expressions', async () => {
    const text = `${'a'.repeat(30_000)}!`;
    for (const regex of ['/^(a+)+$/', '/(a|a)*b/', '/a*a*a*b/', '/(?:a?){20}b/']) {
      const started = processorTime();
      const result = await evaluateExpression(`$contains(inputs.text, ${regex})`, { inputs: { text }, nodes: {} }, bare);
      expect(processorTime() - started).toBeLessThan(3000);
      if (result.ok) expect(result.value).toBe(false);
      else expect(result.error.message).toContain('too many steps');
    }
    expect(await value('$replace("2026-01-02", /(\\d+)-(\\d+)-(\\d+)/, "$3.$2.$1")')).toBe('02.01.2026');
    expect(await value('$split("a, b;c", /[,;]\\s*/)')).toEqual(['a', 'b', 'c']);
    expect(await value('$match("ab12cd3", /\\d+/).match')).toEqual(['12', '3']);
    expect(await errorOf('$match("ab", /x*/)')).toContain('zero length');
    expect(await errorOf('$contains("ab", /a(?=b)/)')).toContain('look-ahead');
  });

  test('and leaves room for ordinary work', async () => {
    expect(await value('$count([1..100000])')).toBe(100_000);
    const rows = Array.from({ length: 5000 }, (_, index) => ({ id: index, price: index % 100, tags: ['a', 'b'] }));
    const large = { inputs: { rows }, nodes: {} };
    const result = await evaluateExpression('$sum(inputs.rows[price > 50].price)', large, bare);
    expect(result).toStrictEqual({ ok: true, value: rows.filter((row) => row.price > 50).reduce((sum, row) => sum + row.price, 0) });
  });
});

test('settles before the next macrotask', async () => {
  let settled = false;
  void evaluateTemplate({ a: '{% $map([1..50], function($x) { $x * 2 }) %}', b: ['{% $sort([3,2,1]) %}', 'x{% $now() %}'] }, scope, environment).then(() => {
    settled = true;
  });
  await new Promise(setImmediate);
  expect(settled).toBe(true);
});

describe('a template', () => {
  test('keeps the type of a string that is wholly one expression', async () => {
    const template = { n: '{% inputs.days %}', l: ' {% inputs.list %}\n', none: '{% inputs.none %}', text: 'plain', deep: [{ x: '{% nodes.`my-node`.output %}' }], k: 7 };
    expect(await evaluateTemplate(template, scope, bare)).toStrictEqual({
      ok: true,
      value: { n: 30, l: [1, 2, 3], none: null, text: 'plain', deep: [{ x: { value: 5 } }], k: 7 },
    });
  });

  test('turns embedded expressions into text', async () => {
    const text = 'last {% inputs.days %} days of {% inputs.name %}: {% inputs.list %}, {% inputs.none %}, {% "}%" & "%}" %}.';
    expect(await evaluateTemplate(text, scope, bare)).toStrictEqual({ ok: true, value: 'last 30 days of x: [1,2,3], null, }%%}.' });
  });

  test('without expressions is returned as it is', async () => {
    const template = { a: ['b', { c: 'd %} e' }] };
    const result = await evaluateTemplate(template, scope, bare);
    expect(result.ok && result.value === template).toBe(true);
  });

  test('keeps the order of its keys, and draws random numbers independently of it', async () => {
    const one = await evaluateTemplate({ b: '{% $random() %}', a: '{% $random() %}' }, scope, environment);
    const two = await evaluateTemplate({ a: '{% $random() %}', b: '{% $random() %}' }, scope, environment);
    expect(one).toEqual(two);
    expect(one.ok && Object.keys(one.value as object)).toEqual(['b', 'a']);
    expect(one.ok && new Set(Object.values(one.value as object)).size).toBe(2);
  });

  test('fails with its first failing expression', async () => {
    const result = await evaluateTemplate({ a: 'x {% inputs.days', b: 'ok' }, scope, bare);
    expect(result).toMatchObject({ ok: false, error: { name: 'States.QueryEvaluationError' } });
  });

  test('says what it needs', () => {
    expect(templateEffects({ a: ['plain'] })).toEqual({ hasExpressions: false, usesClock: false, usesRandom: false });
    expect(templateEffects({ a: ['{% inputs.x %}'] })).toEqual({ hasExpressions: true, usesClock: false, usesRandom: false });
    expect(templateEffects(['{% $now() %}', { b: 'x {% $shuffle(inputs.list) %}' }])).toEqual({ hasExpressions: true, usesClock: true, usesRandom: true });
    expect(templateEffects('{% $toMillis(inputs.at) %}').usesClock).toBe(false);
    expect(templateEffects('{% $toMillis(inputs.at, "[H]") %}').usesClock).toBe(true);
    expect(templateEffects('{% inputs.at ~> $toMillis("[H]") %}').usesClock).toBe(true);
    expect(templateEffects('{% $map(inputs.at, $toMillis) %}').usesClock).toBe(true);
  });
});

test('a cache gives the same answers and stays small', async () => {
  const cache = createExpressionCache(2);
  for (const days of [1, 2, 3, 1]) {
    expect(await evaluateExpression(`inputs.days + ${days}`, scope, bare, cache)).toStrictEqual({ ok: true, value: 30 + days });
  }
  expect(cache.get('inputs.days')).toBe(cache.get('inputs.days'));
});

test('two evaluations of one cached expression do not meet', async () => {
  const cache = createExpressionCache();
  const source = '[$now(), $random(), $map([1..20], function($i) { $i * inputs.k })]';
  const run = (k: number): ReturnType<typeof evaluateExpression> => evaluateExpression(source, { inputs: { k }, nodes: {} }, { now: new Date(k), seed: k }, cache);
  const together = await Promise.all([run(1), run(2), run(3)]);
  expect(together).toStrictEqual([await run(1), await run(2), await run(3)]);
});
