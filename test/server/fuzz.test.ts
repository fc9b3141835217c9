import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CancellationTokenSource, CompletionRequest, DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, SemanticTokensRequest } from 'vscode-languageserver-protocol/node';
import { makeWorkspace } from '../cli/kit.ts';
import { processorTimeOf } from '../processor-time.ts';
import { startEditor, type Editor } from './client.ts';
import { apply, edit, fixtures, longWorkflow } from './edits.ts';

/** How many texts are tried; `npm run soak` tries a hundred times as many. */
const TRIES = Number(process.env['DAGBOOK_SOAK_RUNS'] ?? 40);
/** What one text may cost: milliseconds of the server's processor time, which is the same on a machine that does much else. */
const LONGEST_MS = 1_000;

/** Asks for everything; gives what the server has computed for it. Where no system tells, by the clock. */
async function ask(editor: Editor, file: string, at: number): Promise<number> {
  const [start, worked] = [performance.now(), processorTimeOf(editor.pid)];
  const textDocument = { uri: editor.uri(file) };
  const position = { line: at, character: at % 20 };
  await Promise.all([
    editor.diagnostics(file),
    editor.connection.sendRequest(CompletionRequest.type, { textDocument, position }),
    editor.connection.sendRequest(HoverRequest.type, { textDocument, position }),
    editor.connection.sendRequest(DocumentSymbolRequest.type, { textDocument }),
    editor.connection.sendRequest(FoldingRangeRequest.type, { textDocument }),
    editor.connection.sendRequest(SemanticTokensRequest.type, { textDocument }),
  ]);
  const now = processorTimeOf(editor.pid);
  return worked === null || now === null ? performance.now() - start : now - worked;
}

describe('whatever is typed', () => {
  it('nothing crashes, hangs or ends in the error log: random edits of every fixture', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    const texts = [...fixtures()].filter(([path]) => !path.includes('too-large'));
    const cases = fc.sample(fc.tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 5 }), fc.nat(30)), { numRuns: TRIES, seed: 7 });
    for (const [[path, start], edits, at] of cases) {
      const file = path.replace(/\.yaml$/, '.workflow.yaml');
      await editor.open(file, start);
      let text = start;
      for (const each of edits) {
        text = apply(text, each);
        await editor.change(file, text);
        expect(await ask(editor, file, at), JSON.stringify(text)).toBeLessThan(LONGEST_MS);
      }
      await editor.close(file);
    }
    expect(editor.errors).toEqual([]);
  });

  it('a document that breaks off anywhere', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    const text = longWorkflow(3);
    await editor.open('w.workflow.yaml', '');
    for (let end = 0; end <= text.length; end += TRIES > 40 ? 1 : 7) {
      await editor.change('w.workflow.yaml', text.slice(0, end));
      expect(await ask(editor, 'w.workflow.yaml', text.slice(0, end).split('\n').length - 1)).toBeLessThan(LONGEST_MS);
    }
    expect(editor.errors).toEqual([]);
  });

  it.each([
    ['an alias bomb', `name: w\nadapter_kind: graph\na0: &a0 [x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 12 }, (_, i) => `a${String(i + 1)}: &a${String(i + 1)} [${Array.from({ length: 9 }, () => `*a${String(i)}`).join(', ')}]\n`).join('')}nodes: *a12\n`],
    ['a line of 10 MB', `name: w\nadapter_kind: graph\ndescription: ${'x'.repeat(10_000_000)}\nnodes: []\n`],
    ['a thousand levels', `name: w\nadapter_kind: graph\nnodes: ${'['.repeat(1000)}${']'.repeat(1000)}\n`],
    ['a thousand indented levels', `name: w\nadapter_kind: graph\n${Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')}`],
  ])('%s is answered, and in time', async (_, text) => {
    const editor = await startEditor([makeWorkspace({})]);
    await editor.open('w.workflow.yaml', text);
    // The first answer waits for a process that has just begun.
    await ask(editor, 'w.workflow.yaml', 2);
    await editor.change('w.workflow.yaml', `${text}# more\n`);
    expect(await ask(editor, 'w.workflow.yaml', 2)).toBeLessThan(LONGEST_MS);
    expect((await editor.diagnostics('w.workflow.yaml')).length).toBeGreaterThan(0);
    expect(editor.errors).toEqual([]);
  });

  it('requests that are taken back are answered as such, and those behind them are not held up', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    await editor.open('w.workflow.yaml', longWorkflow(400));
    const source = new CancellationTokenSource();
    const textDocument = { uri: editor.uri('w.workflow.yaml') };
    const taken = Array.from({ length: 20 }, async () => await editor.connection.sendRequest(SemanticTokensRequest.type, { textDocument }, source.token));
    source.cancel();
    const answers = await Promise.allSettled(taken);
    expect(answers.some(({ status }) => status === 'rejected')).toBe(true);
    expect(await editor.connection.sendRequest(FoldingRangeRequest.type, { textDocument })).not.toBeNull();
    expect(editor.errors).toEqual([]);
  });
});
