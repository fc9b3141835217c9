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
];

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
