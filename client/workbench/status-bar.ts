import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import { statusBarWords } from '../words/open-run-words.ts';

/** One item: running count and money. A click opens the list with halt first. */
export function showStatusBar(hosts: HostPool): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('dagbook.status', vscode.StatusBarAlignment.Left, 40);
  item.name = 'Dagbook';
  item.command = 'dagbook.status';
  const show = (): void => {
    const words = statusBarWords({ runs: hosts.openRuns, held: hosts.held, questions: hosts.questions.length, hostDown: hosts.state === 'down' });
    item.text = words.text;
    item.tooltip = words.tooltip;
    item.backgroundColor = words.look === 'plain' ? undefined : new vscode.ThemeColor(words.look === 'error' ? 'statusBarItem.errorBackground' : 'statusBarItem.warningBackground');
    item.accessibilityInformation = { label: `Dagbook: ${l10n.t('{0} open runs', hosts.openRuns.length)}. ${words.tooltip}` };
  };
  show();
  item.show();
  return vscode.Disposable.from(item, hosts.changed.listen(show));
}
