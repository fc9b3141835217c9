import { describe, expect, test } from 'vitest';
import { analyzeExpression, analyzeTemplate, type EmbeddedExpression } from '../../language/expressions/template.ts';

/** Shows an error as the text with carets under it would: the marked part and the message. */
function marked(text: string, analysis: EmbeddedExpression | undefined): string {
  const error = analysis?.error;
  if (error === null || error === undefined) return 'fine';
  return `[${text.slice(error.offset, error.offset + error.length)}] ${error.message}`;
}

function places(text: string, list: readonly { readonly offset: number; readonly length: number }[]): string[] {
  return list.map(({ offset, length }) => text.slice(offset, offset + length));
}

describe('expressions in a template', () => {
  test('are found where they stand', () => {
    const text = 'a {% inputs.x %} b {% nodes.y.output & "%}" /* %} */ & \'it %}\' %}{% /%\\}/ %} %}';
    const found = analyzeTemplate(text);
    expect(found.map((one) => one.source)).toEqual([' inputs.x ', ' nodes.y.output & "%}" /* %} */ & \'it %}\' ', ' /%\\}/ ']);
    for (const one of found) {
      expect(text.slice(one.offset, one.offset + one.source.length)).toBe(one.source);
      expect(one.error).toBeNull();
    }
  });

  test('name nodes and inputs, at their place', () => {
    const text = 'x {% nodes.a.output + nodes."b c".output + nodes . `d-e`.status & $$.nodes.f.output[nodes.g = 1] & inputs.h.inputs.i %}';
    const [one] = analyzeTemplate(text);
    expect(one?.error).toBeNull();
    expect(one?.nodes.map((node) => node.id)).toEqual(['a', 'b c', 'd-e', 'f']);
    expect(places(text, one?.nodes ?? [])).toEqual(['a', '"b c"', '`d-e`', 'f']);
    expect(one?.inputs.map((input) => input.name)).toEqual(['h']);
  });

  test.each<[string, string[], string[]]>([
    ['nodes.(a.output & `b-c`.output)', ['a', 'b-c'], []],
    ['(nodes.a).output', ['a'], []],
    ['$map(nodes.a.output, function($v) { $v + inputs.n })', ['a'], ['n']],
    ['{"x": nodes.a.output, "y": [inputs.b, -inputs.c]}', ['a'], ['b', 'c']],
    ['inputs.rows{nodes: inputs}', [], ['rows']],
    ['inputs.rows^(nodes.a).inputs.b', [], ['rows']],
    ['inputs.rows ~> |nodes|{"inputs": inputs.a}|', [], ['rows']],
    ['nodes.a.status = "completed" ? nodes.b.output : nodes.c.output', ['a', 'b', 'c'], []],
    ['nodes.a.output ?? inputs.b', ['a', 'a'], ['b']],
    ['nodes.*.output', [], []],
    ['($n := nodes.a; $n.output.nodes.b)', ['a'], []],
    ['nodes@$n.nodes.a.output', ['a'], []],
    ['iteration > 1 and previous.nodes.a', [], []],
  ])('%s', (source, nodes, inputs) => {
    const analysis = analyzeExpression(source);
    expect(marked(source, analysis)).toBe('fine');
    expect([...new Set(analysis.nodes.map((node) => node.id))]).toEqual([...new Set(nodes)]);
    expect(analysis.inputs.map((input) => input.name)).toEqual(inputs);
  });

  test('say whether they need the clock or random numbers', () => {
    expect(analyzeTemplate('{% $now() %}{% $random() %}{% inputs.a %}').map((one) => [one.usesClock, one.usesRandom])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

describe('mistakes', () => {
  test.each<[string, string]>([
    ['a {% inputs.x', '[{%] This expression is never closed: write %} after it.'],
    ['{% inputs.x + %}', '[+] The expression ends too early, after "+".'],
    ['{% (inputs.x %}', '[x] The expression ends too early, after "x". ")" is missing.'],
    ['{%  %}', '[  ] This expression is empty. Write one, such as {% inputs.name %}.'],
    ['x {% "abc %} y', '["abc ] This string is never closed.'],
    ['x {% `abc %} y', '[`abc ] This quoted name is never closed.'],
    ['{% 1 /* hm %}', '[/* hm ] This comment is never closed.'],
    ['{% inputs.x inputs.y %}', '[inputs] Unexpected "inputs".'],
    ['{% inputs.x = = 2 %}', '[=] Unexpected "=".'],
    ['{% [1, 2) %}', '[)] Expected "]", got ")".'],
    ['{% inputs.x & "\\q" %}', '["\\q"] Unsupported escape sequence: \\"q".'],
    ['{% $contains(inputs.x, /a(?<n/) %}', '[/a(?<n/) ] This regular expression is never closed.'],
    ['{% $contains(inputs.x, /a{2,1}/) %}', '[/a{2,1}/] Invalid regular expression: /a{2,1}/g: numbers out of order in {} quantifier'],
    ['{% $contains(inputs.x, /(a)\\1/) %}', '[/(a)\\1/] This regular expression cannot be used: the back-reference \\1 is not available here.'],
    ['{% nodes.my-node.output %}', '[my-node] A hyphen is a minus sign in JSONata. Write nodes.`my-node` instead.'],
    ['{% nodes.step-2nd.output.x + 1 %}', '[step-2nd] A hyphen is a minus sign in JSONata. Write nodes.`step-2nd` instead.'],
    ['{% $.nodes.a-b.output %}', '[a-b] A hyphen is a minus sign in JSONata. Write nodes.`a-b` instead.'],
    ['{% nodes["x"].output %}', '["x"] ["x"] is a filter in JSONata, not a lookup. Write .x instead.'],
    ["{% inputs['a b'] %}", "['a b'] [\"a b\"] is a filter in JSONata, not a lookup. Write .`a b` instead."],
    ['{% input.x %}', '[input] Unknown name "input". Did you mean "inputs"?'],
    ['{% lookback_days %}', '[lookback_days] Unknown name "lookback_days". An expression starts from inputs, nodes, iteration, previous; an input is inputs.lookback_days.'],
    ['{% $uppercas(inputs.x) %}', '[$uppercas] There is no function or variable $uppercas. Did you mean $uppercase?'],
    ['{% count(inputs.x) %}', '[count] Functions begin with $: write $count(…).'],
    ['{% frobnicate(inputs.x) %}', '[frobnicate] There is no function frobnicate.'],
    ['{% $eval(inputs.x) %}', '[$eval] $eval is not available: an expression must be checkable before the run.'],
  ])('%s', (text, expected) => {
    expect(marked(text, analyzeTemplate(text)[0])).toBe(expected);
  });

  test('are not seen where there are none', () => {
    for (const text of [
      'plain %} text { % }',
      '{% inputs.total-inputs.paid %}',
      '{% nodes.a.output-1 %}',
      '{% nodes.a.output-nodes.b.output %}',
      '{% (inputs.rows#$i[$i > 0])@$r.($r.price * 2) %}',
      '{% ($t := 2; $map(inputs.rows, function($v, $i) { $v * $t + $i })) %}',
      '{% inputs.a / 2 %} and {% inputs.b[0] / 3 %}, {% (1) / 2 %} of {% * / 2 %}',
      '{% inputs.a / 2 > 1 and inputs.b / 3 < 4 %}',
      '{% inputs.items.nodes-1 %}',
    ]) {
      for (const one of analyzeTemplate(text)) expect(marked(text, one)).toBe('fine');
    }
  });

  test('one expression after a broken one is still read', () => {
    const found = analyzeTemplate('{% "a %} and {% inputs.b %}');
    expect(found.map((one) => one.error === null)).toEqual([false, true]);
  });
});

describe('a field that is one expression', () => {
  test('may be written with or without its braces', () => {
    for (const source of ['nodes.a.output > 1', '{% nodes.a.output > 1 %}', ' {% nodes.a.output > 1 %}\n']) {
      const analysis = analyzeExpression(source);
      expect(analysis.error).toBeNull();
      expect(places(source, analysis.nodes)).toEqual(['a']);
      expect(source.slice(analysis.offset, analysis.offset + analysis.source.length)).toBe(analysis.source);
    }
  });

  test('may not hold anything beside it', () => {
    const source = '{% inputs.a %} and {% inputs.b %}';
    expect(marked(source, analyzeExpression(source))).toBe(`[${source}] Only one expression may stand here, with nothing after its %}.`);
    expect(marked('{% inputs.a', analyzeExpression('{% inputs.a'))).toContain('never closed');
  });
});
