import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import type { Disposable } from '../signal.ts';

/** `dagbook.runActive`, `dagbook.hostState`, `dagbook.held`: what menus, keys and welcome texts look at. */
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
  return hosts.changed.listen(keep);
}
