import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CodeActionRequest, CodeLensRequest, DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, FileChangeType } from 'vscode-languageserver-protocol/node';
import { DOCUMENTS_CHANGED, DOCUMENTS_REQUEST, LEDGER_NEWS, PICTURE_REQUEST, type DocumentsAnswer, type LedgerNews, type PictureAnswer } from '../../protocol/language-requests.ts';
import { makeWorkspace } from '../cli/kit.ts';
import { startEditor, type Editor } from './client.ts';

const AGENT = 'name: helper\nrole: custom\nmodel: { provider: openai, model: gpt-5-mini }\nsystem_prompt: Help.\n';
const WORKFLOW = 'name: w\ndescription: Works.\nadapter_kind: graph\ninputs: { days: { type: integer, default: 30, description: How far back }, who: { type: string, required: true } }\nnodes:\n  - id: a\n    agent_spec: configs/agents/helper.yaml\n  - { id: b, task: { goal: x }, depends_on: [a] }\ncost_caps: { per_run_max_usd: 0.5 }\n';
const STATES = 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: s, description: Machine. }\nspec:\n  startAt: A\n  states:\n    A: { type: Task, agent: helper, end: true }\n';

const picture = async (editor: Editor, file: string): Promise<PictureAnswer> => await editor.connection.sendRequest(PICTURE_REQUEST, { textDocument: { uri: editor.uri(file) } });
const documents = async (editor: Editor): Promise<DocumentsAnswer> => await editor.connection.sendRequest(DOCUMENTS_REQUEST);

/** Asks until the answer fits: every answer of the server is true when it is given. */
async function until<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    if (Date.now() > end) throw new Error(`Still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('what our own editor side asks', () => {
  it('the picture is of the text as it is now, stays while it cannot be read, and counts as the settings say', async () => {
    const editor = await startEditor([makeWorkspace({ 'configs/agents/helper.yaml': AGENT })], { settings: { diagnostics: { severity: { 'unknown-field': 'warning' } } } });
    await editor.open('w.workflow.yaml', WORKFLOW);
    const [before] = await picture(editor, 'w.workflow.yaml');
    expect(before).toMatchObject({ name: 'w', family: 'workflow', capUsd: 0.5, nodes: [{ id: 'a', does: 'helper', model: 'gpt-5-mini', idRange: { start: { line: 5, character: 8 }, end: { line: 5, character: 9 } } }, { id: 'b' }], edges: [{ from: 'a', to: 'b' }] });
    await editor.change('w.workflow.yaml', `${WORKFLOW}colour: red\n`);
    expect((await picture(editor, 'w.workflow.yaml'))[0]?.problems).toMatchObject({ errors: 0, warnings: 1 });
    await editor.change('w.workflow.yaml', WORKFLOW.replace('[a]', '['));
    const [typing] = await picture(editor, 'w.workflow.yaml');
    expect([typing?.nodes, typing?.problems.errors]).toEqual([before?.nodes, 1]);
    expect(await picture(editor, 'configs/agents/helper.yaml')).toEqual([]);
    expect(await picture(editor, 'nowhere.yaml')).toEqual([]);
    expect(editor.errors).toEqual([]);
  });

  it('the documents of all folders, with what a form for their inputs needs', async () => {
    const folder = makeWorkspace({ 'configs/agents/helper.yaml': AGENT, 'w.workflow.yaml': WORKFLOW, 's.workflow.yaml': STATES, 'docker-compose.yaml': 'services: {}\n', 'configs/llm/p.yaml': 'name: p\nprovider: ollama\n' });
    const editor = await startEditor([folder]);
    const [agent, states, workflow, ...others] = await until(async () => await documents(editor), (answer) => answer.length === 3 && answer.every(({ problems }) => problems !== null));
    expect(others).toEqual([]);
    expect(agent).toMatchObject({ path: 'configs/agents/helper.yaml', kind: 'agent', family: 'agent', name: 'helper', adapter: null, models: ['openai:gpt-5-mini'], uses: 2, problems: { errors: 0, warnings: 0 } });
    expect(states).toMatchObject({ uri: editor.uri('s.workflow.yaml'), kind: 'workflow', family: 'states', name: 's', description: 'Machine.', adapter: 'states', nodes: 1, inputs: [], models: ['openai:gpt-5-mini'] });
    expect(workflow).toMatchObject({
      kind: 'workflow', family: 'workflow', name: 'w', document: 0, nodes: 2, capUsd: 0.5, models: ['openai:gpt-5-mini', 'simulated'], nameRange: { start: { line: 0, character: 6 }, end: { line: 0, character: 7 } },
      inputs: [
        { name: 'days', schema: { type: 'integer', description: 'How far back', default: 30 }, required: false, default: 30, description: 'How far back' },
        { name: 'who', schema: { type: 'string' }, required: true, description: '' },
      ],
    });
  });

  it('a change anywhere is told to who has asked, once all files have been looked at', async () => {
    const folder = makeWorkspace({ 'w.workflow.yaml': WORKFLOW });
    const editor = await startEditor([folder]);
    let told = 0;
    editor.connection.onNotification(DOCUMENTS_CHANGED, () => { told += 1; });
    await until(async () => await documents(editor), ([first]) => first?.problems?.errors === 1);
    const before = told;
    writeFileSync(path.join(folder, 'helper.agent.yaml'), AGENT);
    await editor.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes: [{ uri: editor.uri('helper.agent.yaml'), type: FileChangeType.Created }] });
    await until(async () => told, (count) => count > before);
    expect((await documents(editor)).map(({ name }) => name)).toEqual(['helper', 'w']);
  });

  it('what the ledger knows stands over the workflow, and can be pinned; settings that change do not lose it', async () => {
    const pinned = WORKFLOW.replace('configs/agents/helper.yaml', 'helper@sha256:abc');
    const folder = makeWorkspace({ 'configs/agents/helper.yaml': AGENT });
    const editor = await startEditor([folder], { capabilities: { workspace: { codeLens: { refreshSupport: true }, workspaceFolders: true }, textDocument: { diagnostic: {} } }, options: { commands: true } });
    await editor.open('w.workflow.yaml', pinned);
    const at = { textDocument: { uri: editor.uri('w.workflow.yaml') } };
    const titles = async (): Promise<readonly (string | undefined)[]> => ((await editor.connection.sendRequest(CodeLensRequest.type, at)) ?? []).map(({ command }) => command?.title);
    expect((await titles()).some((title) => title?.includes('⛓'))).toBe(false);
    const refreshed = new Promise<void>((resolve) => { editor.connection.onRequest('workspace/codeLens/refresh', () => { resolve(); return null; }); });
    const news: LedgerNews = {
      folder: pathToFileURL(folder).href,
      lastRuns: [{ workflow: 'w', run: 'r1', status: 'completed', specHash: '3f9a'.padEnd(64, '0'), costMicros: 12_300, at: new Date(Date.now() - 125_000).toISOString() }],
      freeProviders: [],
      versions: [{ kind: 'agent', name: 'helper', specHash: 'f'.repeat(64), sourcePath: null }],
    };
    await editor.connection.sendNotification(LEDGER_NEWS, news);
    await refreshed;
    expect((await titles()).find((title) => title?.includes('⛓'))).toMatch(/^⛓ 3f9a… last: completed \d m ago, \$0\.012$/);
    const range = { start: { line: 6, character: 30 }, end: { line: 6, character: 30 } };
    const fixes = await editor.connection.sendRequest(CodeActionRequest.type, { ...at, range, context: { diagnostics: [] } });
    expect(JSON.stringify(fixes)).toContain(`helper@sha256:${'f'.repeat(64)}`);
    await editor.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: { dagbook: { defaultModel: 'openai:gpt-5' } } });
    expect((await titles()).some((title) => title?.includes('⛓'))).toBe(true);
    expect(editor.errors).toEqual([]);
  });
});
