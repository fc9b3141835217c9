import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { LineIndex } from '../../language/index.ts';
import { parseYaml } from '../../language/syntax/parse-yaml.ts';
import { scalarOffsets, scalarSpan } from '../../language/syntax/scalar-offset.ts';
import { treeToJson } from '../../language/syntax/tree-json.ts';
import { keySpan, locate, valueSpan } from '../../language/syntax/yaml-path.ts';
import type { YamlScalar } from '../../language/syntax/yaml-tree.ts';

function scalarOf(text: string): YamlScalar {
  const tree = parseYaml(text)[0]?.tree ?? null;
  const place = tree === null ? null : locate(tree, ['v']);
  if (place?.node.kind !== 'scalar') throw new Error(`No scalar in ${text}`);
  return place.node;
}

/** What stands in the text for each unit of the value. */
function mapped(text: string): readonly (readonly [string, string])[] {
  const scalar = scalarOf(text);
  const offsets = scalarOffsets(text, scalar);
  const value = String(scalar.value);
  return Array.from({ length: value.length }, (_, i) => [value[i] ?? '', text[offsets[i] ?? -1] ?? ''] as const);
}

describe('an offset in a value is found in the text', () => {
  it.each([
    ['plain', 'v: one two # three\n'],
    ['plain, folded', 'v: one\n  two\n\n  three\nw: 1\n'],
    ['single quotes', "v: 'it''s   one'\n"],
    ['single quotes, folded', "v: 'it''s   \n\n\n   one\n   two'\n"],
    ['double quotes', 'v: "one two"\n'],
    ['double quotes, folded', 'v: "one \n   two\n\n   three"\n'],
    ['literal', 'v: |\n  one\n    two\n\n  three\nw: 1\n'],
    ['literal, indented by hand', 'v: |2-\n    one\n  two\n'],
    ['literal, windows', 'v: |\r\n  one\r\n  two\r\n'],
    ['folded', 'v: >-\n  one\n  two\n\n  three\n\n    more\n    indented\n\n  four\n'],
    ['after a byte order mark', '\uFEFFv: one\n'],
  ])('%s', (_name, text) => {
    for (const [unit, written] of mapped(text)) {
      if (unit !== '\n' && unit !== ' ') expect(written).toBe(unit);
    }
  });

  it.each([
    ['v: "a\\tb\\u00e9c"', 'b', 'b'],
    ['v: "a\\tb\\u00e9c"', 'é', '\\u00e9'],
    ['v: "a\\U0001F600c"', 'c', 'c'],
    ['v: "a\\\n  b"', 'b', 'b'],
    ["v: 'a''b'", "'", "''"],
  ])('escapes: %s', (text, unit, written) => {
    const scalar = scalarOf(text);
    const span = scalarSpan(text, scalar, String(scalar.value).indexOf(unit), unit.length);
    expect(text.slice(span.start, span.end)).toBe(written);
  });

  const words = fc.stringMatching(/^[a-z{%}'"#:\\]{1,9}$/);
  const value = fc.array(fc.oneof(words, fc.constantFrom(' ', '  ', '\n', '\n\n', '\n  ')), { minLength: 1, maxLength: 12 }).map((parts) => `x${parts.join('')}x`);
  const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
  it('whatever the style in which a value is written', () => {
    fc.assert(
      fc.property(value, style, fc.integer({ min: 20, max: 60 }), (text, defaultStringType, lineWidth) => {
        const yaml = stringify({ a: { v: text } }, { defaultStringType: defaultStringType as 'PLAIN', defaultKeyType: 'PLAIN', lineWidth });
        const tree = parseYaml(yaml)[0]?.tree ?? null;
        const scalar = tree === null ? undefined : locate(tree, ['a', 'v'])?.node;
        if (scalar?.kind !== 'scalar') throw new Error(yaml);
        // The value as it reads: the writer does not keep every text as it is.
        const read = String(scalar.value);
        const offsets = scalarOffsets(yaml, scalar);
        expect(offsets.length).toBe(read.length + 1);
        for (let i = 0; i < read.length; i += 1) {
          const written = yaml[offsets[i] ?? -1];
          if (read[i] === '\n' || read[i] === ' ') continue;
          expect(written === read[i] || written === '\\').toBe(true);
        }
        expect(offsets.every((offset, i) => i === 0 || offset >= (offsets[i - 1] ?? 0))).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('lines and columns', () => {
  it('count from 1, in UTF-16 units, over every kind of line break', () => {
    const text = 'a\r\nb😀c\rd\n';
    const index = new LineIndex(text);
    expect(index.lineCount).toBe(4);
    expect(index.at(text.indexOf('b'))).toEqual({ line: 2, column: 1 });
    expect(index.at(text.indexOf('c'))).toEqual({ line: 2, column: 4 });
    expect(index.at(text.indexOf('d'))).toEqual({ line: 3, column: 1 });
    expect(index.at(999)).toEqual({ line: 4, column: 1 });
    expect(index.offset({ line: 2, column: 4 })).toBe(text.indexOf('c'));
  });

  it('lead back to where they came from', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\r\n', '😀') }), (text) => {
        const index = new LineIndex(text);
        for (let offset = 0; offset <= text.length; offset += 1) expect(index.offset(index.at(offset))).toBe(offset);
      }),
    );
  });
});

describe('a path leads to its place', () => {
  const text = 'base: &b { x: 1 }\nlist:\n  - <<: *b\n    y: [2, *b]\n';
  const tree = parseYaml(text)[0]?.tree ?? null;
  const cut = (span: { start: number; end: number }): string => text.slice(span.start, span.end);

  it('through lists, aliases and merge keys', () => {
    if (tree === null) throw new Error('no tree');
    expect(cut(valueSpan(tree, ['list', 0, 'y', 0]))).toBe('2');
    expect(cut(valueSpan(tree, ['list', 0, 'y', 1]))).toBe('*b');
    expect(cut(valueSpan(tree, ['list', 0, 'x']))).toBe('1');
    expect(cut(keySpan(tree, ['list', 0, 'y']))).toBe('y');
    expect(locate(tree, ['list', 7])).toBeNull();
  });

  it('and the nearest one is shown for what is not there', () => {
    if (tree === null) throw new Error('no tree');
    expect(cut(keySpan(tree, ['list', 0, 'none']))).toBe('y');
  });
});

describe('the value of a text', () => {
  it('is what YAML 1.2 says', () => {
    const text = 'no: no\nY: yes\noct: 0o17\nold: 017\nhex: 0x1F\nfloat: 1e3\nnull: ~\nempty:\ndate: 2026-01-01\n"__proto__": 1\n';
    expect(JSON.stringify(treeToJson(parseYaml(text)[0]!.tree!))).toBe(
      '{"no":"no","Y":"yes","oct":15,"old":17,"hex":31,"float":1000,"null":null,"empty":null,"date":"2026-01-01","__proto__":1}',
    );
  });

  it('is what YAML 1.2 says even where a directive asks for 1.1', () => {
    expect(treeToJson(parseYaml('%YAML 1.1\n---\na: no\n')[0]!.tree!)).toEqual({ a: 'no' });
  });

  it('merges as merge keys do: own keys win, then the earlier', () => {
    const text = 'a: &a { x: 1, y: 1 }\nb: &b { x: 2, z: 2 }\nc: { <<: [*a, *b], y: 3, "<<": kept }\n';
    expect(treeToJson(parseYaml(text)[0]!.tree!)).toMatchObject({ c: { x: 1, y: 3, z: 2, '<<': 'kept' } });
  });
});
