import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  CallHierarchyIncomingCallsRequest, CallHierarchyOutgoingCallsRequest, CallHierarchyPrepareRequest, CancellationTokenSource, CodeActionRequest, CodeLensRequest, CompletionRequest, CompletionResolveRequest, DefinitionRequest,
  DidChangeConfigurationNotification, DidChangeWorkspaceFoldersNotification, DocumentDiagnosticRequest, DocumentFormattingRequest, DocumentHighlightRequest, DocumentLinkRequest, DocumentRangeFormattingRequest, DocumentSymbolRequest,
  ExecuteCommandRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest, LinkedEditingRangeRequest, PrepareRenameRequest, ReferencesRequest, RenameRequest, SelectionRangeRequest, SemanticTokensRangeRequest, SemanticTokensRequest,
  SignatureHelpRequest, WillRenameFilesRequest, WorkspaceDiagnosticRequest, WorkspaceSymbolRequest, type CompletionList, type ServerCapabilities,
} from 'vscode-languageserver-protocol/node';
import { CONVERT_COMMAND } from '../../protocol/language-requests.ts';
import { makeWorkspace } from '../cli/kit.ts';
import { cursor, startEditor, type Editor } from './client.ts';

const AGENT = 'name: helper\nrole: custom\nsystem_prompt: Help.\n';

/** One document of each family, with the cursor on a name that is defined there. */
const FAMILIES = {
  workflow: 'name: w\nadapter_kind: graph\ncost_caps: { per_node_max_tokens: 10000 }\nnodes:\n  - id: fir$0st\n    agent_spec: configs/agents/helper.yaml\n  - id: second\n    task:   { goal: "{% $sum([1, 2]) %}" }\n    depends_on: [first]\n',
  states: 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: s }\nspec:\n  startAt: fir$0st\n  states:\n    first:\n      type: Task\n      agent: configs/agents/helper.yaml\n      retry:   [{ errorEquals: [States.ALL] }]\n      next: second\n    second: { type: Pass, parameters: { x.$: "States.Format(\'{}\', $.a)" }, end: true }\n',
} as const;

interface Asked extends Editor {
  readonly file: string;
  readonly text: string;
  readonly at: { readonly textDocument: { readonly uri: string }; readonly position: { readonly line: number; readonly character: number } };
  readonly whole: { readonly start: { readonly line: number; readonly character: number }; readonly end: { readonly line: number; readonly character: number } };
}

const options = { tabSize: 2, insertSpaces: true };
const inCall = ({ text, at }: Asked): Asked['at'] => {
  const offset = Math.max(text.indexOf('2])'), text.indexOf('$.a)'));
  const before = text.slice(0, offset).split('\n');
  return { ...at, position: { line: before.length - 1, character: before.at(-1)!.length } };
};

/** What each capability promises, asked once; the answer must say something. */
const METHODS: Readonly<Record<string, readonly ((asked: Asked) => Promise<unknown>)[]>> = {
  completionProvider: [
    async ({ connection, at }) => {
      const { items } = (await connection.sendRequest(CompletionRequest.type, at)) as CompletionList;
      return (await connection.sendRequest(CompletionResolveRequest.type, items[0]!)).label;
    },
  ],
  hoverProvider: [async ({ connection, at }) => connection.sendRequest(HoverRequest.type, { ...at, position: { line: 1, character: 2 } })],
  signatureHelpProvider: [async (asked) => (await asked.connection.sendRequest(SignatureHelpRequest.type, inCall(asked)))?.signatures],
  definitionProvider: [async ({ connection, at }) => connection.sendRequest(DefinitionRequest.type, at)],
  referencesProvider: [async ({ connection, at }) => connection.sendRequest(ReferencesRequest.type, { ...at, context: { includeDeclaration: true } })],
  documentHighlightProvider: [async ({ connection, at }) => connection.sendRequest(DocumentHighlightRequest.type, at)],
  renameProvider: [
    async ({ connection, at }) => connection.sendRequest(PrepareRenameRequest.type, at),
    async ({ connection, at }) => (await connection.sendRequest(RenameRequest.type, { ...at, newName: 'other' }))?.documentChanges,
  ],
  documentSymbolProvider: [async ({ connection, at }) => connection.sendRequest(DocumentSymbolRequest.type, at)],
  workspaceSymbolProvider: [async ({ connection }) => connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'second' })],
  foldingRangeProvider: [async ({ connection, at }) => connection.sendRequest(FoldingRangeRequest.type, at)],
  selectionRangeProvider: [async ({ connection, at }) => connection.sendRequest(SelectionRangeRequest.type, { ...at, positions: [at.position] })],
  semanticTokensProvider: [
    async ({ connection, at }) => (await connection.sendRequest(SemanticTokensRequest.type, at))?.data,
    async ({ connection, at, whole }) => (await connection.sendRequest(SemanticTokensRangeRequest.type, { ...at, range: whole }))?.data,
  ],
  documentLinkProvider: [async ({ connection, at }) => connection.sendRequest(DocumentLinkRequest.type, at)],
  inlayHintProvider: [async ({ connection, at, whole }) => connection.sendRequest(InlayHintRequest.type, { ...at, range: whole })],
  callHierarchyProvider: [
    async ({ connection, at }) => {
      const [item] = (await connection.sendRequest(CallHierarchyPrepareRequest.type, at)) ?? [];
      return connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item: item! });
    },
    async ({ connection, at }) => {
      const [item] = (await connection.sendRequest(CallHierarchyPrepareRequest.type, at)) ?? [];
      const [next] = (await connection.sendRequest(CallHierarchyOutgoingCallsRequest.type, { item: item! })) ?? [];
      return connection.sendRequest(CallHierarchyIncomingCallsRequest.type, { item: next!.to });
    },
  ],
  linkedEditingRangeProvider: [async ({ connection, at }) => (await connection.sendRequest(LinkedEditingRangeRequest.type, at))?.ranges],
  documentFormattingProvider: [async ({ connection, at }) => connection.sendRequest(DocumentFormattingRequest.type, { ...at, options })],
  documentRangeFormattingProvider: [async ({ connection, at, whole }) => connection.sendRequest(DocumentRangeFormattingRequest.type, { ...at, range: whole, options })],
  codeLensProvider: [async ({ connection, at }) => connection.sendRequest(CodeLensRequest.type, at)],
  codeActionProvider: [
    async ({ connection, at, file, text, change }) => {
      await change(file, text.replace('second\n', 'secnd\n').replace('[first]', '[frist]'));
      const range = { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } };
      const answer = await connection.sendRequest(CodeActionRequest.type, { ...at, range, context: { diagnostics: [], only: ['quickfix'] } });
      await change(file, text);
      return answer;
    },
  ],
  executeCommandProvider: [
    async ({ connection, file, uri }) => {
      const answer = (await connection.sendRequest(ExecuteCommandRequest.type, { command: CONVERT_COMMAND, arguments: [{ uri: uri(file), to: 'asl' }] })) as { readonly ok: boolean };
      expect(answer.ok).toBe(file.startsWith('states'));
      return [answer];
    },
  ],
  diagnosticProvider: [
    async ({ connection, at, file, text, change }) => {
      await change(file, `${text}colour: red\n`);
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, at);
      await change(file, text);
      return report.kind === 'full' ? report.items : [];
    },
    async ({ connection }) => (await connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] })).items,
  ],
};

/** What a capability of the workspace or of text stands for is not a request of its own. */
const NOT_ASKED = ['textDocumentSync', 'workspace'];

describe('every method that the server offers', () => {
  it.each(Object.entries(FAMILIES))('answers, to a client that no one here wrote: %s', { timeout: 120_000 }, async (family, marked) => {
    const { text, position } = cursor(marked);
    const file = `${family}.workflow.yaml`;
    const editor = await startEditor([makeWorkspace({ 'configs/agents/helper.yaml': AGENT, [file]: text, 'wrong.workflow.yaml': 'name: x\nadapter_kind: graph\nnodes: 5\n' })], { options: { commands: true } });
    const { capabilities } = editor.initialized;
    const offered = Object.keys(capabilities).filter((name) => !NOT_ASKED.includes(name) && capabilities[name as keyof ServerCapabilities] !== undefined);
    expect(offered.sort()).toEqual(Object.keys(METHODS).sort());
    await editor.open(file, text);
    const asked: Asked = { ...editor, file, text, at: { textDocument: { uri: editor.uri(file) }, position }, whole: { start: { line: 0, character: 0 }, end: { line: 30, character: 0 } } };
    for (const [capability, acts] of Object.entries(METHODS)) {
      for (const act of acts) {
        const answer = await act(asked);
        expect(Array.isArray(answer) ? answer.length > 0 : answer != null, `${capability}: ${JSON.stringify(answer)}`).toBe(true);
      }
    }
    expect(editor.errors).toEqual([]);
  });

  it('files that will be renamed, folders that come and go, settings that are sent', async () => {
    const one = makeWorkspace({ 'configs/agents/helper.yaml': AGENT });
    const two = makeWorkspace({ 'configs/agents/other.yaml': AGENT });
    const editor = await startEditor([one], { capabilities: { workspace: { workspaceFolders: true }, textDocument: { diagnostic: {} } } });
    const { text } = cursor(FAMILIES.workflow);
    await editor.open('w.workflow.yaml', text);
    const moved = await editor.connection.sendRequest(WillRenameFilesRequest.type, { files: [{ oldUri: editor.uri('configs/agents/helper.yaml'), newUri: editor.uri('configs/agents/new.yaml') }] });
    expect(JSON.stringify(moved)).toContain('configs/agents/new.yaml');
    const inTwo = path.join(two, 'x.workflow.yaml');
    writeFileSync(inTwo, text);
    await editor.open(pathToFileURL(inTwo).href, text);
    expect((await editor.diagnostics(pathToFileURL(inTwo).href)).map(({ code }) => code)).toEqual(['agent-not-found']);
    await editor.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event: { added: [{ uri: pathToFileURL(two).href, name: 'two' }], removed: [{ uri: pathToFileURL(one).href, name: 'one' }] } });
    const symbols = (await editor.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'helper' })) ?? [];
    expect(symbols.map(({ location }) => location.uri)).toEqual([pathToFileURL(path.join(two, 'configs/agents/other.yaml')).href]);
    await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: { dagbook: { diagnostics: { severity: { 'agent-not-found': 'hint' } } } } });
    expect((await editor.diagnostics(pathToFileURL(inTwo).href)).map(({ code, severity }) => [code, severity])).toEqual([['agent-not-found', 4]]);
    expect(editor.errors).toEqual([]);
  });

  it('a request that is cancelled is answered as cancelled, and the next one as ever', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    const { text, position } = cursor(FAMILIES.workflow);
    await editor.open('w.workflow.yaml', text);
    const at = { textDocument: { uri: editor.uri('w.workflow.yaml') }, position };
    const source = new CancellationTokenSource();
    const cancelled = editor.connection.sendRequest(HoverRequest.type, at, source.token);
    source.cancel();
    await expect(Promise.race([cancelled, new Promise((_, reject) => setTimeout(() => { reject(new Error('No answer')); }, 60_000))])).rejects.toThrow(/cancel/i);
    expect(await editor.connection.sendRequest(HoverRequest.type, at)).not.toBeNull();
    expect(editor.errors).toEqual([]);
  });
});
