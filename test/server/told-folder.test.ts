import { describe, expect, it } from 'vitest';
import { DOCUMENTS_REQUEST, FOLDER_FILES, PICTURE_REQUEST, type DocumentsAnswer, type FolderFiles, type PictureAnswer } from '../../protocol/language-requests.ts';
import { startEditor, type Editor } from './client.ts';

const FOLDER = 'vfs://host/repo';
const AGENT = 'name: helper\nrole: custom\nmodel: { provider: openai, model: gpt-5-mini }\nsystem_prompt: Help.\n';
const WORKFLOW = 'name: w\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: configs/agents/helper.yaml\n    output_schema: shape.json\n';

const tell = async (editor: Editor, files: FolderFiles['files'], folder = FOLDER): Promise<void> => await editor.connection.sendNotification(FOLDER_FILES, { folder, files } satisfies FolderFiles);
const documents = async (editor: Editor): Promise<readonly string[]> => (await editor.connection.sendRequest<DocumentsAnswer>(DOCUMENTS_REQUEST)).map(({ uri, name }) => `${uri} ${name ?? ''}`);
const codes = async (editor: Editor, uri: string): Promise<readonly unknown[]> => (await editor.diagnostics(uri)).map(({ code }) => code);

describe('a folder that lies on no disk', () => {
  it('is checked like any other, from what is told of it: what other documents hold, what is there and what is gone', async () => {
    const editor = await startEditor([]);
    const uri = `${FOLDER}/w.workflow.yaml`;
    await editor.open(uri, WORKFLOW);
    expect(await codes(editor, uri)).toEqual([]);
    await tell(editor, { 'w.workflow.yaml': WORKFLOW, 'node_modules/x/y.workflow.yaml': WORKFLOW });
    expect(await codes(editor, uri)).toEqual(['agent-not-found']);
    await tell(editor, { 'configs/agents/helper.yaml': AGENT });
    expect(await codes(editor, uri)).toEqual([]);
    expect(await documents(editor)).toEqual([`${FOLDER}/configs/agents/helper.yaml helper`, `${uri} w`]);
    const [picture] = await editor.connection.sendRequest<PictureAnswer>(PICTURE_REQUEST, { textDocument: { uri } });
    expect(picture?.nodes).toMatchObject([{ id: 'a', does: 'helper', model: 'gpt-5-mini' }]);
    await tell(editor, { configs: null });
    expect(await codes(editor, uri)).toEqual(['agent-not-found']);
    expect(editor.errors).toEqual([]);
  });

  it('is read as it was told where nobody has it open, and as it stands in the editor where somebody has', async () => {
    const editor = await startEditor([]);
    await tell(editor, { 'w.workflow.yaml': WORKFLOW, 'configs/agents/helper.yaml': AGENT });
    const agent = `${FOLDER}/configs/agents/helper.yaml`;
    await editor.open(agent, AGENT.replace('helper', 'other'));
    expect(await documents(editor)).toContain(`${agent} other`);
    await editor.close(agent);
    expect(await documents(editor)).toContain(`${agent} helper`);
  });

  it('does not reach into another one, nor into the disk', async () => {
    const editor = await startEditor([]);
    await tell(editor, { 'w.workflow.yaml': WORKFLOW.replace('configs/agents/helper.yaml', '../other/helper.yaml') });
    await tell(editor, { 'helper.yaml': AGENT }, 'vfs://host/other');
    await editor.open(`${FOLDER}/w.workflow.yaml`, WORKFLOW.replace('configs/agents/helper.yaml', '../other/helper.yaml'));
    expect(await codes(editor, `${FOLDER}/w.workflow.yaml`)).toEqual(['outside-workspace']);
    expect(await documents(editor)).toEqual([`${FOLDER}/w.workflow.yaml w`, 'vfs://host/other/helper.yaml helper']);
  });
});
