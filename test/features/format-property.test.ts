import { describe, expect, it } from 'vitest';
import { applyEdits, format, formatRange } from '../../language/index.ts';
import { everyFixture, seeded } from './every-fixture.ts';
import { openFiles } from './feature-kit.ts';

const parsed = (text: string, path: string) => openFiles(new Map([[path, text]]))(path).analysis;
const formatted = (text: string, path: string): string => applyEdits(text, format({ analysis: parsed(text, path), text }));
const values = (text: string, path: string): unknown => parsed(text, path).documents.map(({ document }) => document.json);
const comments = (text: string): readonly string[] => text.split('\n').flatMap((line) => /(?:^|\s)(#.*)$/.exec(line)?.[1]?.trimEnd() ?? []);

/** The same document, laid out by somebody who did not care. */
function dishevel(text: string, random: () => number): string {
  const step = 1 + Math.floor(random() * 4);
  return text
    .split('\n')
    .map((line) => {
      const indent = / */.exec(line)?.[0].length ?? 0;
      const spread = line.trim() === '' ? line : ' '.repeat((indent / 2) * step) + line.slice(indent);
      return random() < 0.2 && !/[|>][-+]?$/.test(spread) ? `${spread}${' '.repeat(Math.floor(random() * 3))}` : spread;
    })
    .join('\n');
}

describe('formatting twice is formatting once, and changes no value and no comment', () => {
  it.each(everyFixture())('$name', ({ name, texts }) => {
    const random = seeded(name.length);
    for (const [path, text] of texts) {
      if (!/\.ya?ml$/.test(path) || text.length > 100_000) continue;
      for (const variant of [text, text.replaceAll('\n', '\r\n'), dishevel(text, random), dishevel(text, random).replaceAll('{ ', '{').replaceAll(', ', ',  ')]) {
        const once = formatted(variant, path);
        expect(values(once, path), once).toEqual(values(variant, path));
        expect(comments(once)).toEqual(comments(variant));
        expect(formatted(once, path)).toBe(once);
        expect(once.split('\n').filter((line) => line.trim() === '').length - variant.split('\n').filter((line) => line.trim() === '').length).toBeLessThan(2);
        const from = Math.floor(random() * variant.length);
        const range = { start: from, end: from + Math.floor(random() * (variant.length - from)) };
        const part = applyEdits(variant, formatRange({ analysis: parsed(variant, path), text: variant }, range));
        expect(values(part, path), part).toEqual(values(variant, path));
      }
    }
  });
});

it('a file that is laid out well is left alone', () => {
  const text = 'name: T\nadapter_kind: graph\nnodes:\n  # first\n  - id: a\n    task: { goal: X } # short\n\n  - id: b\n    depends_on: [a]\n    task:\n      goal: |\n        One.\n          Two.\n';
  expect(format({ analysis: parsed(text, 'a.workflow.yaml'), text })).toEqual([]);
});
