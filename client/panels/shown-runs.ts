import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import type { RunRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import type { DocumentIndex } from '../language/document-index.ts';
import { hostSettings } from '../workspace/editor-settings.ts';
import { localFolders, runningRefusal, workspaceFile } from '../workspace/folders.ts';

const KEY = 'dagbook.shownRuns';
const MOST = 50;

interface ShownRun {
  readonly host: RuntimeHost;
  readonly run: string;
}

export interface LatestRun extends ShownRun {
  readonly isOpen: boolean;
}

/** Which run belongs over the picture of a document. */
export class ShownRuns {
  readonly #memory: vscode.Memento;
  readonly #hosts: HostPool;
  readonly #documents: DocumentIndex;

  constructor(memory: vscode.Memento, hosts: HostPool, documents: DocumentIndex) {
    this.#memory = memory;
    this.#hosts = hosts;
    this.#documents = documents;
  }

  async remember(uri: vscode.Uri, run: string): Promise<void> {
    const others = this.#entries().filter(([key]) => key !== uri.toString());
    await this.#memory.update(KEY, [[uri.toString(), run], ...others].slice(0, MOST));
  }

  /** The one that lay over it last: a window that is opened again shows it again. */
  of(uri: vscode.Uri): ShownRun | null {
    const run = this.#entries().find(([key]) => key === uri.toString())?.[1];
    const folder = vscode.workspace.getWorkspaceFolder(uri) ?? localFolders()[0];
    return run === undefined || folder?.uri.scheme !== 'file' || runningRefusal() !== null ? null : { host: this.#hosts.of(folder), run };
  }

  /** The latest of this document that is open, else its last one. No ledger is made, and no runtime started, where there is none. */
  async latestOf(uri: vscode.Uri): Promise<LatestRun | null> {
    const file = runningRefusal() === null ? workspaceFile(uri) : null;
    if (file === null || !existsSync(hostSettings(file.folder, {}).ledgerFile)) return null;
    const host = this.#hosts.of(file.folder);
    const workflows = (await this.#documents.at(uri)).flatMap(({ kind, name }) => (kind === 'workflow' && name !== null ? [name] : []));
    const ofThis = (runs: readonly RunRecord[]): readonly RunRecord[] => runs.filter(({ source_path: source, relation }) => source === file.file && relation !== 'child');
    const last = ofThis(await host.call('lastRuns', { workflows }));
    const [latest] = [ofThis(host.openRuns), last].map((runs) => runs.reduce<RunRecord | null>((best, run) => (best === null || run.started_at > best.started_at ? run : best), null)).filter((run) => run !== null);
    return latest === undefined ? null : { host, run: latest.id, isOpen: latest.ended_at === null };
  }

  #entries(): readonly (readonly [uri: string, run: string])[] {
    return this.#memory.get<readonly (readonly [string, string])[]>(KEY, []);
  }
}
