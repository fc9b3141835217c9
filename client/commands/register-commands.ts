import * as vscode from 'vscode';
import { showFailure } from '../workbench/show-failure.ts';
import { runRefOf } from '../runs/run-ref.ts';
import { COMMAND_IDS, type CommandId, type Handler } from './command-id.ts';

/** A failure of any command is told once, here. */
export function registerCommands(handlers: Readonly<Record<CommandId, Handler>>, log: vscode.LogOutputChannel): vscode.Disposable {
  return vscode.Disposable.from(...COMMAND_IDS.map((id) => vscode.commands.registerCommand(id, async (argument?: unknown, more?: unknown): Promise<unknown> => {
    try {
      return await handlers[id](argument, more);
    } catch (error) {
      log.debug(`${id} failed`);
      await showFailure(error, log, runRefOf(argument)?.folder ?? folderOf(argument));
      return undefined;
    }
  })));
}

function folderOf(argument: unknown): vscode.WorkspaceFolder | null {
  const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
  return (uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri)) ?? null;
}

/** The document a command is about: a code lens, a menu of the explorer or the editor, a row of a view; null = none is named. */
export function uriOf(argument: unknown): vscode.Uri | null {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument !== 'object' || argument === null || !('uri' in argument)) return null;
  return argument.uri instanceof vscode.Uri ? argument.uri : typeof argument.uri === 'string' ? vscode.Uri.parse(argument.uri) : null;
}

/** Which document of its file a command is about: a code lens, a graph or a row of a view says so; null = none is named. */
export function documentNameOf(argument: unknown): string | null {
  const given = typeof argument === 'object' && argument !== null && 'document' in argument ? argument.document : argument;
  return textOf(given, 'name');
}

/** A field of what a code lens carries. */
export function textOf(argument: unknown, name: string): string | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const value = (argument as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}
