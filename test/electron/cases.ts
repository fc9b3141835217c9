import assert from 'node:assert/strict';
import type * as Api from 'vscode';

export type Vscode = typeof Api;

/**
 * A guarantee that is held against the editor's API, inside an extension host. The API is given, so that whoever only wants the names can import
 * this file anywhere.
 */
export interface Case {
  readonly name: string;
  readonly run: (vscode: Vscode) => Promise<void>;
}

/** The workspace that is open: written by whoever starts the editor. */
export const WORKSPACE: Readonly<Record<string, string>> = {
  'configs/workflows/loop.yaml': `name: ApiLoop
adapter_kind: graph
nodes:
  - id: research
    agent_spec: configs/agents/writer.yaml
  - id: report
    agent_spec: configs/agents/writer.yaml
    depends_on: [reserch]
`,
  'configs/workflows/fine.yaml': 'name: ApiFine\nadapter_kind: graph\nnodes:\n  - id: hello\n    task: { goal: Say hello }\n',
  'configs/agents/writer.yaml': 'name: Writer\nrole: worker\nsystem_prompt: Write.\n',
  'charts/values.yaml': 'image: nginx\n',
};

const EXTENSION = 'dagbook.dagbook';

export const CASES: readonly Case[] = [
  {
    name: 'the extension is there, and activates when one of its documents is opened',
    run: async (vscode) => {
      const extension = vscode.extensions.getExtension(EXTENSION);
      assert.ok(extension, `${EXTENSION} is not installed`);
      await open(vscode, 'configs/workflows/loop.yaml');
      if ((extension.packageJSON as { main?: string }).main !== undefined) await until('activation', () => extension.isActive);
    },
  },
  {
    name: 'a document is ours by its name, its folder, and not otherwise',
    run: async (vscode) => {
      assert.equal((await open(vscode, 'configs/workflows/loop.yaml')).languageId, 'dagbook');
      assert.equal((await open(vscode, 'configs/agents/writer.yaml')).languageId, 'dagbook');
      assert.equal((await open(vscode, 'charts/values.yaml')).languageId, 'yaml');
    },
  },
  {
    name: 'indentation in our documents is two spaces, whatever the person has set for others',
    run: async (vscode) => {
      const document = await open(vscode, 'configs/workflows/loop.yaml');
      const editor = vscode.workspace.getConfiguration('editor', document);
      assert.equal(editor.get('insertSpaces'), true);
      assert.equal(editor.get('tabSize'), 2);
    },
  },
  {
    name: 'every command of the manifest is registered',
    run: async (vscode) => {
      await open(vscode, 'configs/workflows/loop.yaml');
      const { contributes } = vscode.extensions.getExtension(EXTENSION)!.packageJSON as { contributes: { commands?: readonly { command: string }[] } };
      const declared = (contributes.commands ?? []).map(({ command }) => command);
      const registered = await vscode.commands.getCommands(true);
      assert.deepEqual(declared.filter((command) => !registered.includes(command)), []);
    },
  },
  {
    name: 'language models get tools that read, and what they read is true',
    run: async (vscode) => {
      await open(vscode, 'configs/workflows/loop.yaml');
      const ours = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('dagbook_'));
      assert.deepEqual(ours.sort(), ['dagbook_check', 'dagbook_explain', 'dagbook_graph', 'dagbook_runs', 'dagbook_show']);
      const found = JSON.parse(await tool(vscode, 'dagbook_check', { path: 'configs/workflows' })) as readonly { readonly code: string; readonly line: number }[];
      assert.deepEqual(found.map(({ code, line }) => ({ code, line })), [{ code: 'unknown-node', line: 8 }]);
      assert.match(await tool(vscode, 'dagbook_explain', { code: 'cycle' }), /wait for one another/);
      await assert.rejects(async () => tool(vscode, 'dagbook_graph', { file: '--help' }));
      const { nodes } = JSON.parse(await tool(vscode, 'dagbook_graph', { file: 'configs/workflows/fine.yaml' })) as { readonly nodes: readonly { readonly id: string }[] };
      assert.deepEqual(nodes.map(({ id }) => id), ['hello']);
    },
  },
  {
    name: 'every workflow is offered as a task',
    run: async (vscode) => {
      await open(vscode, 'configs/workflows/loop.yaml');
      const names = await until('tasks', async () => {
        const tasks = (await vscode.tasks.fetchTasks({ type: 'dagbook' })).map(({ name }) => name);
        return tasks.length >= 2 ? tasks : null;
      });
      assert.deepEqual([...names].sort(), ['run ApiFine', 'run ApiLoop']);
    },
  },
  {
    name: 'a run locks its document, and that version is opened as it was after the document has changed',
    run: async (vscode) => {
      const document = await open(vscode, 'configs/workflows/fine.yaml');
      const run: unknown = await vscode.commands.executeCommand('dagbook.run', document.uri);
      assert.match(String(run), /^[0-9a-f-]{36}$/);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), document.getText().replace('Say hello', 'Say goodbye'));
      assert.ok(await vscode.workspace.applyEdit(edit) && await document.save());
      await vscode.commands.executeCommand('dagbook.openVersion', { run, uri: document.uri.toString() });
      const version = await until('the version', () => vscode.window.visibleTextEditors.find(({ document: shown }) => shown.uri.scheme === 'dagbook-version')?.document);
      assert.match(version.getText(), /^name: ApiFine$/m);
      assert.match(version.getText(), /Say hello/);
      assert.equal(vscode.workspace.fs.isWritableFileSystem('dagbook-version'), undefined);
    },
  },
  {
    name: 'language models read in the ledger what has run, and start nothing',
    run: async (vscode) => {
      const document = await open(vscode, 'configs/workflows/fine.yaml');
      const run = String(await vscode.commands.executeCommand('dagbook.run', document.uri));
      const list = async () => JSON.parse(await tool(vscode, 'dagbook_runs', { workflow: 'ApiFine', limit: 5 })) as readonly { readonly id: string; readonly status: string }[];
      const before = await until('the end of the run', async () => {
        const runs = await list();
        return runs.some(({ id, status }) => id === run && status === 'completed') ? runs : null;
      });
      const shown = await tool(vscode, 'dagbook_show', { run, steps: true });
      assert.match(shown, new RegExp(run));
      assert.match(shown, /nodes\/hello\/model\/1/);
      assert.equal((await list()).length, before.length);
    },
  },
];

async function tool(vscode: Vscode, name: string, input: object): Promise<string> {
  const { content } = await vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
}

async function open(vscode: Vscode, file: string): Promise<Api.TextDocument> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, file));
  await vscode.window.showTextDocument(document);
  return document;
}

/** Waits for a condition; a busy machine is given time. */
async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
  }
  throw new assert.AssertionError({ message: `waited for ${what} in vain` });
}
