import * as path from 'node:path';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DocumentIndex } from '../language/document-index.ts';
import { plainWords } from '../words/plain-words.ts';

/** In `tasks.json`: `{"type": "dagbook", "workflow": "configs/workflows/x.yaml", "inputs": {"days": 30}}`. */
interface RunTask extends vscode.TaskDefinition {
  readonly workflow: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly model?: string;
}

/** `dagbook: run …` for every workflow of the workspace, run by the command line in a terminal. */
export function provideRunTasks(extension: vscode.Uri, documents: DocumentIndex): vscode.Disposable {
  return vscode.tasks.registerTaskProvider('dagbook', {
    provideTasks: async () => {
      const folders = vscode.workspace.workspaceFolders ?? [];
      return (await documents.all()).filter(({ kind }) => kind === 'workflow').flatMap(({ path: workflow, folder, name }) => {
        const of = folders.find(({ uri }) => uri.toString() === vscode.Uri.parse(folder).toString());
        return of?.uri.scheme === 'file' ? [makeTask(extension, of, { type: 'dagbook', workflow }, name ?? workflow)] : [];
      });
    },
    resolveTask: (task) => {
      const definition = task.definition as Partial<RunTask>;
      const folder = typeof task.scope === 'object' ? task.scope : vscode.workspace.workspaceFolders?.[0];
      if (typeof definition.workflow !== 'string' || folder === undefined) return undefined;
      return makeTask(extension, folder, { ...definition, type: 'dagbook', workflow: definition.workflow }, path.posix.basename(definition.workflow));
    },
  });
}

function makeTask(extension: vscode.Uri, folder: vscode.WorkspaceFolder, definition: RunTask, name: string): vscode.Task {
  const execution = new vscode.ProcessExecution(process.execPath, [path.join(extension.fsPath, 'dist', 'cli.mjs'), ...wordsOf(definition)], { cwd: folder.uri.fsPath, env: { ELECTRON_RUN_AS_NODE: '1' } });
  const task = new vscode.Task(definition, folder, l10n.t('run {0}', plainWords(name)), 'dagbook', execution, '$dagbook');
  task.detail = definition.workflow;
  task.presentationOptions = { clear: true };
  return task;
}

/** What stands in a task is passed word by word: no shell reads it. */
function wordsOf({ workflow, inputs = {}, model }: { readonly workflow: string; readonly inputs?: Readonly<Record<string, unknown>>; readonly model?: string }): readonly string[] {
  const pairs = Object.entries(inputs).flatMap(([name, value]) => ['--input', `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`]);
  return ['run', workflow, ...pairs, ...(model === undefined ? [] : ['--model', model])];
}
