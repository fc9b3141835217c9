import * as path from 'node:path';
import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';

/** Puts `dagbook` on the PATH of integrated terminals, on the Node that this extension host runs on. */
export function offerCommandLine(context: vscode.ExtensionContext): void {
  const { environmentVariableCollection: environment, extensionUri } = context;
  environment.description = l10n.t('The `dagbook` command');
  environment.prepend('PATH', path.join(extensionUri.fsPath, 'bin') + path.delimiter);
  environment.replace('DAGBOOK_NODE', process.execPath);
}
