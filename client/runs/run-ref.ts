import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { RunRecord, RunStatus } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { inform, pickRow } from '../workbench/plain-window.ts';
import { chooseFolder, localFolders } from '../workspace/folders.ts';
import { moneyWords } from '../words/money-words.ts';
import { runLook, shortId } from '../words/status-words.ts';
import { agoWords } from '../words/time-words.ts';

/** A run, and the folder in whose ledger it is. */
export interface RunRef {
  readonly folder: vscode.WorkspaceFolder;
  readonly id: string;
}

/** What a command was given: a row of a view, what a code lens carries, a run; null when it says nothing of a run. */
export function runRefOf(argument: unknown): RunRef | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const { run, folder, uri } = argument as { readonly run?: unknown; readonly folder?: unknown; readonly uri?: unknown };
  const id = typeof run === 'string' ? run : typeof run === 'object' && run !== null && 'id' in run && typeof run.id === 'string' ? run.id : null;
  const place = isFolder(folder) ? folder : typeof uri === 'string' ? vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(uri)) : localFolders()[0];
  return id === null || place === undefined ? null : { folder: place, id };
}

export interface PickRun {
  readonly title: string;
  readonly status?: RunStatus;
  /** Runs that cannot be meant. */
  readonly without?: string;
  readonly only?: (run: RunRecord) => boolean;
}

/** The latest runs to choose from, for a command that was called without one. */
export async function pickRun(hosts: HostPool, { title, status, without, only = () => true }: PickRun, folder?: vscode.WorkspaceFolder): Promise<RunRef | null> {
  const place = folder ?? (await chooseFolder());
  if (place === null) return null;
  const page = await hosts.of(place).call('runs', { limit: 200, cursor: null, status: status ?? null, workflow: null });
  const runs = page.runs.filter((run) => run.id !== without && only(run));
  if (runs.length === 0) {
    void inform(l10n.t('There is no such run in the ledger of {0} yet.', place.name));
    return null;
  }
  const now = Date.now();
  const items = runs.map((run) => ({
    icon: runLook(run).icon,
    label: run.workflow_name,
    description: `${runLook(run).word} · ${agoWords(run.started_at, now)} · ${moneyWords(run.total_cost_micros)}`,
    detail: shortId(run.id),
    id: run.id,
  }));
  const picked = await pickRow(items, { title, matchOnDescription: true, matchOnDetail: true });
  return picked === undefined ? null : { folder: place, id: picked.id };
}

function isFolder(value: unknown): value is vscode.WorkspaceFolder {
  return typeof value === 'object' && value !== null && 'uri' in value && value.uri instanceof vscode.Uri && 'name' in value;
}
