import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Direction } from '../../protocol/graph-panel.ts';
import type { HostSettings } from '../../protocol/host.ts';
import type { Json } from '../../protocol/json.ts';

/** What a runtime host of this folder is told. The settings of the editor win over files, as everywhere in it. */
export function hostSettings(folder: vscode.WorkspaceFolder, secrets: Readonly<Record<string, string>>): HostSettings {
  const settings = vscode.workspace.getConfiguration('dagbook', folder.uri);
  const root = folder.uri.fsPath;
  return {
    workspace: root,
    ledgerFile: path.resolve(root, settings.get('ledger.path', '.dagbook/ledger.db')),
    synchronous: settings.get<string>('ledger.synchronous') === 'NORMAL' ? 'NORMAL' : 'FULL',
    defaultModel: defaultModel(folder),
    tiers: settings.get<Record<string, string>>('tiers', {}),
    prices: settings.get<Record<string, Json>>('prices', {}),
    agents: settings.get<Record<string, string>>('agents', {}),
    workflowGlobs: settings.get<string[]>('files.workflows', []),
    mcpServers: settings.get('mcpServers', {}),
    stallSeconds: settings.get('run.stallSeconds', 300),
    secrets,
  };
}

export function defaultModel(folder: vscode.WorkspaceFolder | undefined): string {
  return vscode.workspace.getConfiguration('dagbook', folder?.uri).get('defaultModel', 'simulated');
}

/** Whether paid runs are asked about once per workspace, each time, or never. */
export function confirmPaid(folder: vscode.WorkspaceFolder): 'once' | 'always' | 'never' {
  const given = vscode.workspace.getConfiguration('dagbook', folder.uri).get<string>('run.confirmPaid');
  return given === 'always' || given === 'never' ? given : 'once';
}

export function graphDirection(uri: vscode.Uri): Direction {
  return vscode.workspace.getConfiguration('dagbook', uri).get<string>('graph.direction') === 'right' ? 'right' : 'down';
}
