import * as vscode from 'vscode';
import type { HostPool } from '../hosts/host-pool.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import { localFolders, runningRefusal } from '../workspace/folders.ts';

const KEY = 'dagbook.shownRuns';
const MOST = 50;

/** Which run lay over the picture of a document last: a window that is opened again shows it again. */
export class ShownRuns {
  readonly #memory: vscode.Memento;
  readonly #hosts: HostPool;

  constructor(memory: vscode.Memento, hosts: HostPool) {
    this.#memory = memory;
    this.#hosts = hosts;
  }

  async remember(uri: vscode.Uri, run: string): Promise<void> {
    const others = this.#entries().filter(([key]) => key !== uri.toString());
    await this.#memory.update(KEY, [[uri.toString(), run], ...others].slice(0, MOST));
  }

  of(uri: vscode.Uri): { readonly host: RuntimeHost; readonly run: string } | null {
    const run = this.#entries().find(([key]) => key === uri.toString())?.[1];
    const folder = vscode.workspace.getWorkspaceFolder(uri) ?? localFolders()[0];
    return run === undefined || folder?.uri.scheme !== 'file' || runningRefusal() !== null ? null : { host: this.#hosts.of(folder), run };
  }

  #entries(): readonly (readonly [uri: string, run: string])[] {
    return this.#memory.get<readonly (readonly [string, string])[]>(KEY, []);
  }
}
