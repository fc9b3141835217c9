import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../language/syntax/limits.ts';
import { LineIndex } from '../../language/syntax/line-index.ts';
import { readYaml, type YamlDocument, type YamlStream } from '../../language/syntax/parse-yaml.ts';
import { rereadYaml } from '../../language/syntax/reread-yaml.ts';
import { textChange } from '../../language/syntax/text-change.ts';
import { apply, edit, fixtures, longStates, longWorkflow, plainNode } from './edits.ts';

const RUNS = Number(process.env['DAGBOOK_SOAK_RUNS'] ?? 12);

function expectSame(incremental: YamlStream, text: string): void {
  expect(incremental.text).toBe(text);
  // As values: what has been moved is worked out when it is looked at. `toEqual` takes ten times as long.
  const [kept, fresh] = [incremental.documents.map(plain), readYaml(text).documents.map(plain)];
  if (JSON.stringify(kept) !== JSON.stringify(fresh)) expect(kept).toEqual(fresh);
}

function plain(document: YamlDocument): object {
  return { ...document, tree: document.tree === null ? null : plainNode(document.tree) };
}

describe('reading again after an edit', () => {
  const texts = [longWorkflow(24), longStates(8), `${longWorkflow(12)}---\n${longWorkflow(12)}`, longWorkflow(20).replaceAll('\n', '\r\n'), [...fixtures().values()].join('---\n')];

  it('gives what reading from scratch gives, after any sequence of edits', () => {
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 12 }), (start, edits) => {
        let text = start;
        let stream = readYaml(text);
        for (const each of edits) {
          text = apply(text, each);
          stream = rereadYaml(stream, text);
          expectSame(stream, text);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('sees when an edit makes a text too large, and when it no longer is', () => {
    const items = (count: number): string => '- 1\n'.repeat(count);
    const most = Math.floor(limits.lexemes / 5);
    let text = `first: 1\nlist:\n${items(1_000)}- 7\n${items(most - 2_500)}last: 1\n`;
    let stream = readYaml(text);
    const codes = (): readonly string[] => stream.documents.flatMap(({ problems }) => problems.map(({ code }) => code));
    const type = (next: string): void => {
      text = next;
      stream = rereadYaml(stream, text);
    };
    expect(codes()).toEqual([]);
    type(text.replace('- 7\n', '- 8\n'));
    expect(codes()).toEqual([]);
    type(text.replace('- 8\n', `- 8\n- 9\n${items(3_000)}`));
    expect(codes()).toEqual(['file-too-large']);
    type(text.replace(`- 9\n${items(3_000)}`, ''));
    expect(codes()).toEqual([]);
    expect(JSON.stringify(stream.documents[0]?.json) === JSON.stringify(readYaml(text).documents[0]?.json)).toBe(true);
  }, 120_000);

  it('keeps the line index of the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\r', '\n', '\r\n'), { maxLength: 30 }), fc.array(fc.record({ at: fc.nat(30), length: fc.nat(5), text: fc.constantFrom('', '\r', '\n', 'b\r\nc', '\n\n') }), { maxLength: 6 }), (start, edits) => {
        let text = start.join('');
        let index = new LineIndex(text);
        for (const { at, length, text: inserted } of edits) {
          const next = text.slice(0, at) + inserted + text.slice(at + length);
          const change = textChange(text, next);
          if (change !== null) index = index.edited(next, change);
          text = next;
          const fresh = new LineIndex(text);
          expect(index.lineCount).toBe(fresh.lineCount);
          for (let line = 1; line <= fresh.lineCount; line += 1) expect(index.lineStart(line)).toBe(fresh.lineStart(line));
        }
      }),
      { numRuns: 300 },
    );
  });
});
