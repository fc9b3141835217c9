import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CodeActionRequest, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, DocumentDiagnosticRequest, FileChangeType, WorkspaceDiagnosticRequest, type Diagnostic } from 'vscode-languageserver-protocol/node';
import { makeWorkspace } from '../cli/kit.ts';
import { FULL, PUSH_ONLY, startEditor } from './client.ts';

const AGENT = 'name: helper\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Help.\n';
const WORKFLOW = 'name: w\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: configs/agents/helper.yaml\n';

const codes = (diagnostics: readonly Diagnostic[]): readonly unknown[] => diagnostics.map(({ code }) => code);

describe('diagnostics', () => {
  it('are pulled where the editor can, with page, source and the other end', async () => {
    const folder = makeWorkspace({ 'configs/agents/helper.yaml': AGENT });
    const editor = await startEditor([folder]);
    expect(editor.initialized.capabilities.diagnosticProvider).toMatchObject({ interFileDependencies: true });
    await editor.open('w.workflow.yaml', `${WORKFLOW}  - id: a\n    task: { goal: x }\n`);
    const [found] = await editor.diagnostics('w.workflow.yaml');
    expect(found).toMatchObject({ code: 'duplicate-id', source: 'dagbook', severity: 1, range: { start: { line: 5, character: 8 }, end: { line: 5, character: 9 } } });
    expect(found?.codeDescription?.href).toMatch(/^file:.*docs\/diagnostics\/duplicate-id\.md$/);
    expect(found?.relatedInformation?.[0]?.location).toMatchObject({ uri: editor.uri('w.workflow.yaml'), range: { start: { line: 3 } } });
    expect(editor.published.size).toBe(0);
    expect(editor.errors).toEqual([]);
  });

  it('say that nothing has changed when nothing has', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    await editor.open('w.workflow.yaml', WORKFLOW);
    const ask = async (previousResultId?: string) => await editor.connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: editor.uri('w.workflow.yaml') }, ...(previousResultId === undefined ? {} : { previousResultId }) });
    const first = await ask();
    expect(await ask(first.resultId)).toEqual({ kind: 'unchanged', resultId: first.resultId });
  });

  it('are pushed where the editor cannot ask, for the text as it is now', async () => {
    const editor = await startEditor([makeWorkspace({ 'configs/agents/helper.yaml': AGENT })], { capabilities: PUSH_ONLY });
    expect(editor.initialized.capabilities.diagnosticProvider).toBeUndefined();
    await editor.open('w.workflow.yaml', WORKFLOW.replace('graph', 'grap'));
    await editor.shown('w.workflow.yaml', (shown) => codes(shown).includes('unknown-value'));
    await editor.change('w.workflow.yaml', 'h', { start: { line: 1, character: 18 }, end: { line: 1, character: 18 } });
    await editor.shown('w.workflow.yaml', (shown) => shown.length === 0);
  });

  it('follow the files a document depends on: open ones and those on the disk', async () => {
    const folder = makeWorkspace({ 'configs/agents/helper.yaml': AGENT });
    const editor = await startEditor([folder], { capabilities: PUSH_ONLY });
    await editor.open('w.workflow.yaml', WORKFLOW);
    await editor.shown('w.workflow.yaml', (shown) => shown.length === 0);
    await editor.open('configs/agents/helper.yaml', 'name: w2\nadapter_kind: graph\nnodes: [{ id: a, task: { goal: x } }]\n');
    await editor.shown('w.workflow.yaml', (shown) => codes(shown).includes('not-an-agent'));
    await editor.close('configs/agents/helper.yaml');
    await editor.shown('w.workflow.yaml', (shown) => shown.length === 0);
    rmSync(path.join(folder, 'configs/agents/helper.yaml'));
    await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: editor.uri('configs/agents/helper.yaml'), type: FileChangeType.Deleted }] });
    await editor.shown('w.workflow.yaml', (shown) => codes(shown).includes('agent-not-found'));
    writeFileSync(path.join(folder, 'configs/agents/helper.yaml'), AGENT);
    await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: editor.uri('configs/agents/helper.yaml'), type: FileChangeType.Created }] });
    await editor.shown('w.workflow.yaml', (shown) => shown.length === 0);
  });

  it('of the whole workspace cover files that nobody has open, each folder for itself', async () => {
    const one = makeWorkspace({ 'a.workflow.yaml': WORKFLOW });
    const two = makeWorkspace({ 'configs/agents/helper.yaml': AGENT, 'a.workflow.yaml': WORKFLOW });
    const editor = await startEditor([one, two]);
    const { items } = await editor.connection.sendRequest(WorkspaceDiagnosticRequest.type, { previousResultIds: [] });
    expect(items.map(({ uri, kind }) => [uri, kind])).toEqual([[editor.uri(path.join(one, 'a.workflow.yaml')), 'full']]);
  });

  it('have the severity that the settings give them', async () => {
    const editor = await startEditor([makeWorkspace({})], { settings: { diagnostics: { severity: { 'agent-not-found': 'warning', 'unknown-field': 'off' } } } });
    await editor.open('w.workflow.yaml', `${WORKFLOW}colour: red\n`);
    expect((await editor.diagnostics('w.workflow.yaml')).map(({ code, severity }) => [code, severity])).toEqual([['agent-not-found', 2]]);
    const at = { line: 5, character: 2 };
    const actions = await editor.connection.sendRequest(CodeActionRequest.type, { textDocument: { uri: editor.uri('w.workflow.yaml') }, range: { start: at, end: at }, context: { diagnostics: [] } });
    expect(actions).toEqual([]);
  });

  it.each([
    ['is asked for its settings', FULL],
    ['sends its settings', { ...FULL, workspace: { ...FULL.workspace, configuration: false } }],
  ])('have it in documents of no open folder too, where the editor %s', async (_way, capabilities) => {
    const settings = { diagnostics: { severity: { 'unknown-field': 'off' } } };
    const editor = await startEditor([], { capabilities, settings });
    // Helix does so whatever it is asked.
    await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: { dagbook: settings } });
    const text = `${WORKFLOW}    depend_on: []\n`;
    const inNone = pathToFileURL(path.join(makeWorkspace({}), 'w.workflow.yaml')).href;
    for (const file of [inNone, 'untitled:w.workflow.yaml']) {
      await editor.open(file, text);
      expect(codes(await editor.diagnostics(file)), file).not.toContain('unknown-field');
    }
    expect(editor.errors).toEqual([]);
  });

  it('are silent about YAML that is not ours, and about the neighbours of a document that has no folder', async () => {
    const editor = await startEditor([makeWorkspace({})]);
    await editor.open('docker-compose.yaml', 'services:\n  web: { image: nginx }\n  web: [\n', 'yaml');
    expect(await editor.diagnostics('docker-compose.yaml')).toEqual([]);
    await editor.open('untitled:Untitled-1', `${WORKFLOW}colour: red\n`);
    expect(codes(await editor.diagnostics('untitled:Untitled-1'))).toEqual(['unknown-field']);
  });

  it('know the tool servers of the settings, however an editor gives them, and where nobody gives any', async () => {
    const agent = 'name: seeker\nrole: custom\nsystem_prompt: Seek.\ntools: [{ name: search, server: web }]\n';
    const [file, mcpServers] = ['seeker.agent.yaml', { web: { command: 'web-mcp' } }];
    const asked = await startEditor([makeWorkspace({})], { settings: { mcpServers } });
    await asked.open(file, agent);
    expect(codes(await asked.diagnostics(file))).toEqual([]);
    const without = await startEditor([makeWorkspace({})]);
    await without.open(file, agent);
    expect(codes(await without.diagnostics(file))).toEqual(['unknown-server']);
    // An editor that keeps no settings: those in the folder hold.
    const plain = { capabilities: { textDocument: { publishDiagnostics: {} } } };
    const [kept, bare] = [await startEditor([makeWorkspace({ '.vscode/settings.json': JSON.stringify({ 'dagbook.mcpServers': mcpServers }) })], plain), await startEditor([makeWorkspace({})], plain)];
    for (const editor of [kept, bare]) await editor.open(file, agent);
    expect(codes(await kept.shown(file, () => true))).toEqual([]);
    expect(codes(await bare.shown(file, () => true))).toEqual(['unknown-server']);
  });

  it('of a long document that is opened come in parts, and are those of any other', async () => {
    const long = `${WORKFLOW}${Array.from({ length: 120 }, (_, i) => `  - { id: n${i}, task: { goal: ${'do the thing well '.repeat(60)} }, depends_on: [a] }\n`).join('')}  - { id: a, task: { goal: again } }\n`;
    for (const options of [{}, { capabilities: PUSH_ONLY }]) {
      const editor = await startEditor([makeWorkspace({ 'configs/agents/helper.yaml': AGENT })], options);
      await editor.open('w.workflow.yaml', long);
      expect(codes('capabilities' in options ? await editor.shown('w.workflow.yaml', () => true) : await editor.diagnostics('w.workflow.yaml'))).toEqual(['duplicate-id']);
      expect(editor.errors).toEqual([]);
    }
  });
});
