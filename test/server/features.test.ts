import { describe, expect, it } from 'vitest';
import {
  DocumentFormattingRequest, DocumentRangeFormattingRequest, CallHierarchyIncomingCallsRequest, CallHierarchyOutgoingCallsRequest, CallHierarchyPrepareRequest, CodeActionRequest, CodeLensRequest, CompletionRequest, CompletionResolveRequest, DefinitionRequest,
  DocumentHighlightRequest, DocumentLinkRequest, DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest, LinkedEditingRangeRequest, PrepareRenameRequest, ReferencesRequest, RenameRequest,
  SelectionRangeRequest, SemanticTokensRangeRequest, SemanticTokensRequest, ShutdownRequest, ExitNotification, SignatureHelpRequest, WillRenameFilesRequest, WorkspaceSymbolRequest, type CompletionList, type WorkspaceEdit,
} from 'vscode-languageserver-protocol/node';
import { makeWorkspace } from '../cli/kit.ts';
import { cursor, startEditor, type Editor } from './client.ts';

const AGENT = 'name: helper\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Help.\n';
const MARKED = 'name: w\nadapter_kind: graph\nnodes:\n  - id: fir$0st\n    agent_spec: configs/agents/helper.yaml\n  - id: second\n    task: { goal: x }\n    when: "{% $sum([1, 2]) = 3 %}"\n    depends_on: [first]\n';
const { text, position } = cursor(MARKED);
const all = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };

async function withWorkflow(): Promise<Editor & { readonly at: { readonly textDocument: { readonly uri: string }; readonly position: typeof position } }> {
  const editor = await startEditor([makeWorkspace({ 'configs/agents/helper.yaml': AGENT, 'w.workflow.yaml': text })], { options: { commands: true } });
  await editor.open('w.workflow.yaml', text);
  return { ...editor, at: { textDocument: { uri: editor.uri('w.workflow.yaml') }, position } };
}

describe('over a real server', () => {
  it('completion offers, and resolves what is looked at', async () => {
    const { connection, at, change, errors } = await withWorkflow();
    const here = cursor(`${text}  - id: third\n    $0\n`);
    await change('w.workflow.yaml', here.text);
    const { items } = (await connection.sendRequest(CompletionRequest.type, { ...at, position: here.position })) as CompletionList;
    const item = items.find(({ label }) => label.startsWith('depends_on'));
    expect(item).toBeDefined();
    expect((await connection.sendRequest(CompletionResolveRequest.type, item!)).documentation).toBeDefined();
    expect(errors).toEqual([]);
  });

  it('hover and signature help explain', async () => {
    const { connection, at } = await withWorkflow();
    expect(JSON.stringify(await connection.sendRequest(HoverRequest.type, { ...at, position: { line: 1, character: 3 } }))).toContain('adapter_kind');
    const help = await connection.sendRequest(SignatureHelpRequest.type, { ...at, position: { line: 7, character: text.split('\n')[7]!.indexOf('[1') } });
    expect(help?.signatures[0]?.label).toContain('sum');
  });

  it('definition, references and highlights lead there', async () => {
    const { connection, at, uri } = await withWorkflow();
    const use = { ...at, position: { line: 8, character: 19 } };
    expect(await connection.sendRequest(DefinitionRequest.type, use)).toMatchObject([{ uri: at.textDocument.uri, range: { start: { line: 3, character: 8 } } }]);
    expect(await connection.sendRequest(DefinitionRequest.type, { ...at, position: { line: 4, character: 30 } })).toMatchObject([{ uri: uri('configs/agents/helper.yaml') }]);
    expect(await connection.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: true } })).toHaveLength(2);
    expect(await connection.sendRequest(DocumentHighlightRequest.type, use)).toHaveLength(2);
  });

  it('formatting tidies spacing and leaves the rest, whole and in a range', async () => {
    const { connection, at, change } = await withWorkflow();
    await change('w.workflow.yaml', text.replace('depends_on: [first]', 'depends_on:   [ first ]'));
    const options = { tabSize: 2, insertSpaces: true };
    const whole = await connection.sendRequest(DocumentFormattingRequest.type, { textDocument: at.textDocument, options });
    expect(whole?.every(({ range }) => range.start.line === 8)).toBe(true);
    expect(whole).not.toHaveLength(0);
    const range = { start: { line: 0, character: 0 }, end: { line: 3, character: 0 } };
    expect(await connection.sendRequest(DocumentRangeFormattingRequest.type, { textDocument: at.textDocument, range, options })).toEqual([]);
  });

  it('code lenses stay with their lines while what is typed cannot be read, and are gone with the editor', async () => {
    const { connection, at, change, close, open } = await withWorkflow();
    const shown = async (): Promise<unknown> => (await connection.sendRequest(CodeLensRequest.type, at))?.map(({ range, command }) => `${String(range.start.line)} ${command?.title ?? ''}`);
    expect(await shown()).toEqual(['0 ▷ Run Workflow (simulated, free)', '0 Run with inputs…', '0 DAG', '3 Run this node', '5 Run this node']);
    await change('w.workflow.yaml', text.replace('nodes:', 'inputs: { x: {\nnodes:'));
    expect(await shown()).toEqual(['0 ▷ Run Workflow (simulated, free)', '0 Run with inputs…', '0 DAG', '4 Run this node', '6 Run this node']);
    await close('w.workflow.yaml');
    await open('w.workflow.yaml', text.replace('nodes:', 'inputs: { x: {\nnodes:'));
    expect(await shown()).toEqual(['0 DAG']);
  });

  it('rename changes every place, and says why it does not', async () => {
    const { connection, at } = await withWorkflow();
    expect(await connection.sendRequest(PrepareRenameRequest.type, at)).toMatchObject({ placeholder: 'first' });
    const edit = (await connection.sendRequest(RenameRequest.type, { ...at, newName: 'begin' })) as WorkspaceEdit;
    expect(edit.documentChanges).toMatchObject([{ textDocument: { uri: at.textDocument.uri, version: 1 }, edits: [{ newText: 'begin' }, { newText: 'begin' }] }]);
    await expect(connection.sendRequest(PrepareRenameRequest.type, { ...at, position: { line: 1, character: 3 } })).rejects.toThrow('Nothing here has a name');
  });

  it('moving a file rewrites the references to it', async () => {
    const { connection, uri, at } = await withWorkflow();
    const edit = await connection.sendRequest(WillRenameFilesRequest.type, { files: [{ oldUri: uri('configs/agents/helper.yaml'), newUri: uri('configs/agents/other.yaml') }] });
    expect(edit?.documentChanges).toMatchObject([{ textDocument: { uri: at.textDocument.uri }, edits: [{ newText: 'configs/agents/other.yaml' }] }]);
  });

  it('symbols of the document and of the workspace', async () => {
    const { connection, at } = await withWorkflow();
    expect(JSON.stringify(await connection.sendRequest(DocumentSymbolRequest.type, at))).toContain('"first"');
    expect((await connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'second' }))?.map(({ name }) => name)).toEqual(['second']);
  });

  it('folding, selection, tokens, links and hints', async () => {
    const { connection, at } = await withWorkflow();
    expect((await connection.sendRequest(FoldingRangeRequest.type, at))?.length).toBeGreaterThan(0);
    const [selection] = (await connection.sendRequest(SelectionRangeRequest.type, { ...at, positions: [position] })) ?? [];
    expect(selection?.range.start.line).toBe(3);
    expect(selection?.parent).toBeDefined();
    expect((await connection.sendRequest(SemanticTokensRequest.type, at))?.data.length).toBeGreaterThan(0);
    expect((await connection.sendRequest(SemanticTokensRangeRequest.type, { ...at, range: all }))?.data.length).toBeGreaterThan(0);
    expect(await connection.sendRequest(DocumentLinkRequest.type, at)).toHaveLength(1);
    expect((await connection.sendRequest(InlayHintRequest.type, { ...at, range: all }))?.length).toBeGreaterThan(0);
  });

  it('calls lead in and out', async () => {
    const { connection, at } = await withWorkflow();
    const [item] = (await connection.sendRequest(CallHierarchyPrepareRequest.type, at)) ?? [];
    expect(item?.name).toBe('first');
    expect((await connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item: item! }))?.map(({ to }) => to.name)).toEqual(['second', 'helper']);
    const [agent] = (await connection.sendRequest(CallHierarchyPrepareRequest.type, { ...at, position: { line: 4, character: 30 } })) ?? [];
    expect((await connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: agent! }))?.map(({ from }) => from.name)).toEqual(['first']);
  });

  it('linked editing, code lens and code actions', async () => {
    const { connection, at, change } = await withWorkflow();
    expect((await connection.sendRequest(LinkedEditingRangeRequest.type, at))?.ranges).toHaveLength(2);
    expect((await connection.sendRequest(CodeLensRequest.type, at))?.some(({ command }) => command?.command === 'dagbook.run')).toBe(true);
    await change('w.workflow.yaml', text.replace('graph', 'grap'));
    const actions = await connection.sendRequest(CodeActionRequest.type, { ...at, range: { start: { line: 1, character: 15 }, end: { line: 1, character: 15 } }, context: { diagnostics: [] } });
    expect(actions?.some((action) => 'edit' in action && JSON.stringify(action.edit).includes('graph'))).toBe(true);
  });

  it('leaves documents of another server alone where the editor says so, but for the little that no other has', async () => {
    const editor = await startEditor([makeWorkspace({})], { options: { limitedLanguageIds: ['yaml'] } });
    await editor.open('w.yaml', text, 'yaml');
    const at = { textDocument: { uri: editor.uri('w.yaml') } };
    expect(await editor.connection.sendRequest(DocumentSymbolRequest.type, at)).toBeNull();
    expect(await editor.connection.sendRequest(HoverRequest.type, { ...at, position: { line: 1, character: 3 } })).not.toBeNull();
    expect((await editor.diagnostics('w.yaml')).length).toBeGreaterThan(0);
  });

  it('ends when it is told to', async () => {
    const { connection, exited } = await withWorkflow();
    await connection.sendRequest(ShutdownRequest.type);
    await connection.sendNotification(ExitNotification.type);
    expect(await exited).toBe(0);
  });
});
