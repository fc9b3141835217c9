import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CodeActionRequest, ExecuteCommandRequest, type CodeAction } from 'vscode-languageserver-protocol/node';
import { parse } from 'yaml';
import { CONVERT_COMMAND, type ConvertAnswer } from '../../protocol/language-requests.ts';
import { makeWorkspace } from '../cli/kit.ts';
import { aslCases, noCases } from '../states/asl-cases.ts';
import { startEditor, type Editor } from './client.ts';

const STATES = '# Sorts claims.\napiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: claims }\nspec:\n  startAt: A\n  states:\n    A: { type: Wait, seconds: 1, next: B }\n    B: { type: Succeed }\n';
const ASL = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}';

const convert = async (editor: Editor, uri: string, to: string): Promise<ConvertAnswer> => (await editor.connection.sendRequest(ExecuteCommandRequest.type, { command: CONVERT_COMMAND, arguments: [{ uri, to }] })) as ConvertAnswer;
const actions = async (editor: Editor, file: string, line: number): Promise<readonly CodeAction[]> => {
  const at = { line, character: 0 };
  return (await editor.connection.sendRequest(CodeActionRequest.type, { textDocument: { uri: editor.uri(file) }, range: { start: at, end: at }, context: { diagnostics: [] } })) as CodeAction[];
};

describe('the command that converts', () => {
  it('answers with the text, a free place for it, and what was not taken along', async () => {
    const editor = await startEditor([makeWorkspace({ 'claims.workflow.yaml': '', 'claims.asl.json': '{}' })]);
    expect(editor.initialized.capabilities.executeCommandProvider?.commands).toContain(CONVERT_COMMAND);
    await editor.open('claims.workflow.yaml', STATES);
    const answer = await convert(editor, editor.uri('claims.workflow.yaml'), 'asl');
    expect(answer).toMatchObject({ ok: true, language: 'json', uri: editor.uri('claims-2.asl.json'), notes: [expect.stringContaining('x-dagbook-document'), expect.stringContaining('comments')] as string[] });
    expect(answer.ok && JSON.parse(answer.text)).toMatchObject({ StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1, Next: 'B' } } });
    expect(editor.errors).toEqual([]);
  });

  it('has a place of its own for what comes of a document that is not saved yet', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    await editor.open('untitled:/somewhere/claims.workflow.yaml', STATES);
    expect(await convert(editor, 'untitled:/somewhere/claims.workflow.yaml', 'asl')).toMatchObject({ ok: true, language: 'json', uri: 'untitled:/somewhere/claims.asl.json' });
  });

  it('names what cannot be converted with its place, and refuses what it does not know', async () => {
    const editor = await startEditor([makeWorkspace({ 'broken.json': '{"StartAt": "A", "States": {', 'other.yaml': 'a: b\n' })]);
    expect(await convert(editor, editor.uri('broken.json'), 'states')).toMatchObject({ ok: false, problems: [{ code: 'yaml-syntax', range: { start: { line: 0 } } }] });
    expect(await convert(editor, editor.uri('other.yaml'), 'states')).toMatchObject({ ok: false, problems: [{ code: 'not-a-workflow' }] });
    await expect(convert(editor, editor.uri('nowhere.json'), 'states')).rejects.toThrow('There is no file nowhere.json');
    await expect(convert(editor, editor.uri('other.yaml'), 'xml')).rejects.toThrow('needs {uri, to}');
    await expect(editor.connection.sendRequest(ExecuteCommandRequest.type, { command: 'dagbook.nothing' })).rejects.toThrow('There is no command');
    expect(editor.errors).toEqual([]);
  });

  it('is lossless there and back over the protocol: every case that Step Functions has run', { timeout: 120_000 }, async () => {
    const cases = aslCases();
    if (cases.length === 0) noCases();
    const folder = makeWorkspace({});
    const editor = await startEditor([folder]);
    for (const [i, { name, workflow }] of cases.entries()) {
      writeFileSync(path.join(folder, `${String(i)}.yaml`), workflow);
      const there = await convert(editor, editor.uri(`${String(i)}.yaml`), 'asl');
      if (!there.ok) throw new Error(JSON.stringify(there.problems));
      writeFileSync(path.join(folder, `${String(i)}.json`), there.text);
      const back = await convert(editor, editor.uri(`${String(i)}.json`), 'states');
      expect(back.ok && parse(back.text), name).toEqual(parse(workflow));
    }
  });
});

describe('the action that converts', () => {
  it('stands on the head of a states document, and on a file of Amazon States Language', async () => {
    const editor = await startEditor([makeWorkspace({ 'm.asl.json': ASL })]);
    await editor.open('claims.workflow.yaml', STATES);
    await editor.open('m.asl.json', ASL, 'json');
    const [toAsl] = await actions(editor, 'claims.workflow.yaml', 3);
    expect(toAsl).toMatchObject({ title: 'Write it as Amazon States Language in claims.asl.json', kind: 'refactor.rewrite', edit: { documentChanges: [{ kind: 'create', uri: editor.uri('claims.asl.json') }, { textDocument: { uri: editor.uri('claims.asl.json') } }] } });
    const [toStates] = await actions(editor, 'm.asl.json', 0);
    expect(toStates).toMatchObject({ title: 'Write it as a states document in m.workflow.yaml', edit: { documentChanges: [{ kind: 'create' }, { edits: [{ newText: expect.stringContaining('startAt: A') as string }] }] } });
    expect(await actions(editor, 'claims.workflow.yaml', 7)).toEqual([]);
    await editor.open('compose.yaml', 'services: {}\n', 'yaml');
    expect(await actions(editor, 'compose.yaml', 0)).toEqual([]);
  });
});
