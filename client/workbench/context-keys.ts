import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import type { Disposable } from '../signal.ts';

/**
 * `dagbook.runActive`, `dagbook.hostState`, `dagbook.held`, `dagbook.asked`: what menus, keys and welcome texts look at. `dagbook.ran`,
 * `dagbook.replayed`, `dagbook.halted`: what has been seen to happen in this window, whichever door it came through; the walkthrough marks its steps
 * by them, because a command that a lens or a panel calls is not told to it.
 */
export function keepContextKeys(hosts: HostPool): Disposable {
  const last = new Map<string, unknown>();
  const set = (key: string, value: unknown): void => {
    if (last.get(key) === value) return;
    last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const keep = (): void => {
    set('dagbook.runActive', hosts.openRuns.length > 0);
    set('dagbook.hostState', hosts.state);
    set('dagbook.held', hosts.held);
    set('dagbook.asked', hosts.questions.length > 0);
  };
  keep();
  const listening = [
    hosts.changed.listen(keep),
    hosts.runsChanged.listen(({ runs }) => {
      set('dagbook.ran', true);
      if (runs.some(({ relation }) => relation === 'recorded')) set('dagbook.replayed', true);
      if (runs.some(({ status }) => status === 'halted')) set('dagbook.halted', true);
    }),
  ];
  return { dispose: () => { for (const one of listening) one.dispose(); } };
}
