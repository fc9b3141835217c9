import { describe, expect, it } from 'vitest';
import { codeLenses } from '../../language/index.ts';
import type { CodeLens, ShownLenses } from '../../language/index.ts';
import { openFiles } from './feature-kit.ts';

const one = 'name: One\nadapter_kind: graph\nnodes:\n  - id: a\n    task: { goal: X }\n';
const two = 'name: Two\nadapter_kind: graph\nnodes:\n  - id: b\n    task: { goal: X }\n  - id: c\n    task: { goal: Y }\n';

/** What is shown over each text in turn, as an editor asks for it. */
function typing(...texts: readonly string[]): readonly (readonly string[])[] {
  let shown: ShownLenses | null = null;
  return texts.map((text) => {
    const lenses: readonly CodeLens[] = codeLenses(openFiles(new Map([['f.workflow.yaml', text]]))('f.workflow.yaml'), shown);
    shown = { text, lenses };
    return lenses.map((lens) => inWords(text, lens));
  });
}

function inWords(text: string, { span, title }: CodeLens): string {
  return `${String(text.slice(0, span.start).split('\n').length)} ${text.slice(span.start, span.end)}: ${title}`;
}

const overOne = ['1 One: ▷ Run Workflow (simulated, free)', '1 One: Run with inputs…', '1 One: DAG', '4 a: Run this node'];

describe('the lenses over a document that cannot be read while somebody types', () => {
  it('stand where they stood', () => {
    const [before, after] = typing(one, `${one}edges: [{\n`);
    expect(before).toEqual(overOne);
    expect(after).toEqual(overOne);
  });

  it('go with their lines when lines come above them, edit by edit', () => {
    const broken = one.replace('nodes:', 'inputs: { x: {\nnodes:');
    expect(typing(one, broken, `# A note.\n# Another.\n${broken}`).map((lenses) => lenses.at(-1))).toEqual(['4 a: Run this node', '5 a: Run this node', '7 a: Run this node']);
    expect(typing(one, `# A note.\n${broken}`).at(-1)).toEqual(['2 One: ▷ Run Workflow (simulated, free)', '2 One: Run with inputs…', '2 One: DAG', '6 a: Run this node']);
  });

  it('are over the name while it is typed', () => {
    expect(typing(one, one.replace('One', '"One')).at(-1)).toContain('1 "One: DAG');
    expect(typing(one, one.replace('One', '"One more')).at(-1)).toContain('1 "One more: DAG');
  });

  it('are gone with their lines', () => {
    const broken = `${two}edges: [{\n`;
    const shown = typing(two, broken, broken.replace('  - id: b\n    task: { goal: X }\n', ''));
    expect(shown.map((lenses) => lenses.filter((lens) => lens.endsWith('node')))).toEqual([['4 b: Run this node', '6 c: Run this node'], ['4 b: Run this node', '6 c: Run this node'], ['4 c: Run this node']]);
    expect(typing(one, `${one}edges: [{\n`, '').at(-1)).toEqual([]);
  });

  it('are those of its own document; those of the others are made anew', () => {
    const [, after] = typing(`${one}---\n${two}`, `${one.replace('id: a', 'id: changed')}---\n${two}edges: [{\n`);
    expect(after).toEqual(expect.arrayContaining(['4 changed: Run this node', '7 Two: DAG', '10 b: Run this node', '12 c: Run this node']));
    expect(after).toHaveLength(4 + 5);
    const [, alone] = typing(`${one}---\n${two}`, `${two}edges: [{\n`);
    expect(alone?.filter((lens) => lens.includes('One') || lens.includes(' a:'))).toEqual([]);
  });

  it('are those of what is written, as soon as it can be read', () => {
    const [, , after] = typing(one, `${one}edges: [{\n`, one.replace('id: a', 'id: changed'));
    expect(after).toEqual([...overOne.slice(0, 3), '4 changed: Run this node']);
  });

  it('are those that only look, where it could never be read', () => {
    expect(typing(`${one}edges: [{\n`)).toEqual([['1 One: DAG']]);
  });
});
