import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { StartedRun, TargetParams } from '../../protocol/host.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import { inputsSchema } from '../forms/form-step.ts';
import { showForm } from '../forms/show-form.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { DocumentIndex } from '../language/document-index.ts';
import type { GraphPanels } from '../panels/graph-panels.ts';
import type { LockedTexts } from '../panels/locked-texts.ts';
import { chooseAmong } from '../workbench/choose-workflow.ts';
import { inform, sayBriefly, whileWorking } from '../workbench/plain-window.ts';
import { fileUri, workspaceFile, type WorkspaceFile } from '../workspace/folders.ts';
import { beginRun } from './begin-run.ts';
import { maySpend } from './confirm-paid.ts';
import { mayRun } from './may-run.ts';

export interface Launch {
  readonly uri: vscode.Uri;
  /** Which workflow of the file; null = that at the cursor, the only one, or one that is picked. */
  readonly name?: string | null;
  readonly askInputs?: boolean;
  readonly until?: string | null;
  readonly pauseAt?: readonly string[];
  readonly pins?: Readonly<Record<string, Json>>;
}

export interface LauncherParts {
  readonly hosts: HostPool;
  readonly documents: DocumentIndex;
  readonly graphs: GraphPanels;
  readonly lockedTexts: LockedTexts;
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** From a click to a run whose nodes light up. */
export class RunLauncher {
  readonly #parts: LauncherParts;
  /** Of this window's life: who was told that what is locked is the text in the editor. */
  readonly #told = new Set<string>();
  /** Runs that this window began: of those it tells how they ended. */
  readonly own = new Set<string>();

  constructor(parts: LauncherParts) {
    this.#parts = parts;
  }

  /** The run's id; null where the person left, or was refused. Rejects with what the runtime refuses. */
  async launch({ uri, name = null, askInputs = false, until = null, pauseAt = [], pins = {} }: Launch): Promise<string | null> {
    if (!(await mayRun())) return null;
    const file = workspaceFile(uri);
    if (file === null) throw new Error(l10n.t('This document lies in no folder of the workspace. Open its folder, so that the run has a ledger.'));
    const document = await vscode.workspace.openTextDocument(uri);
    const workflows = (await this.#parts.documents.at(uri)).filter(({ kind }) => kind === 'workflow');
    const known = await chooseAmong(workflows, uri, name);
    if (known === null && workflows.length > 0) return null;
    const inputs = await this.#inputs(known, askInputs);
    if (inputs === null) return null;
    const host = this.#parts.hosts.of(file.folder);
    const which = workflows.length > 1 ? (known?.name ?? null) : null;
    const models = await host.call('paidModels', { of: { kind: 'target', target: targetOf(file, document, which) } });
    if (!(await maySpend(this.#parts.memory, { folder: file.folder, models, capUsd: known?.capUsd ?? null }))) return null;
    const target = targetOf(file, document, which);
    const text = document.getText();
    const started = await withProgress(l10n.t('Locking {0}', known?.name ?? file.file), async () => beginRun({
      host,
      begin: async () => host.call('run', { target, inputs, model: null, until, pauseAt, pins, experiment: null, test: null }),
      isMeant: ({ id, relation, source_path: source, workflow_name: of }) => relation === null && !this.own.has(id) && (source === file.file || of === known?.name),
    }));
    this.#parts.lockedTexts.remember(started.run.id, text);
    if (target.text !== undefined) this.#tellUnsaved(document);
    this.began(file, started, uri);
    return started.run.id;
  }

  /** A run was begun here, in whichever way: its picture lights up. */
  began({ folder }: Pick<WorkspaceFile, 'folder'>, { run, notes }: StartedRun, uri: vscode.Uri | null = null): void {
    this.own.add(run.id);
    for (const note of notes) this.#parts.log.info(`${run.workflow_name}: ${note}`);
    if (notes.length > 0) sayBriefly('info', notes.join(' '), 10_000);
    const source = uri ?? (run.source_path === null ? null : fileUri(folder, run.source_path));
    if (source !== null) this.#parts.graphs.showRun(source, this.#parts.hosts.of(folder), run.id);
    else void vscode.commands.executeCommand('dagbook.show', { run: run.id, folder });
  }

  /** Null = the person left. What has a default is only asked for when wanted. */
  async #inputs(known: WorkspaceDocument | null, askAll: boolean): Promise<JsonObject | null> {
    if (known === null) return {};
    const asked = known.inputs.filter(({ required, default: standard }) => askAll || (required && standard === undefined));
    if (asked.length === 0) {
      if (askAll && known.inputs.length === 0) sayBriefly(undefined, l10n.t('{0} declares no inputs.', known.name ?? known.path), 5_000);
      return {};
    }
    const memoryKey = `dagbook.inputs.${known.path}#${known.document}`;
    const schema = inputsSchema(Object.fromEntries(asked.map(({ name, schema: of, required, default: standard, description }) => [name, { ...of, description, ...(standard === undefined ? {} : { default: standard }), required: required }])));
    const value = await showForm({ title: l10n.t('Run {0}', known.name ?? known.path), schema, given: this.#parts.memory.get<JsonObject>(memoryKey, {}) });
    if (value === null) return null;
    await this.#parts.memory.update(memoryKey, value);
    return value as JsonObject;
  }

  #tellUnsaved(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const message = l10n.t('The text in the editor was locked and runs, not the saved file.');
    if (this.#told.has(key) || document.isUntitled) {
      sayBriefly('info', message, 8_000);
      return;
    }
    this.#told.add(key);
    const save = l10n.t('Save');
    void inform(message, save).then((chosen) => (chosen === save ? document.save() : undefined));
  }
}

/** `name`: which document of the file, where it holds several. */
function targetOf({ file }: WorkspaceFile, document: vscode.TextDocument, name: string | null): TargetParams {
  return { workflow: file, ...(document.isDirty || document.isUntitled ? { text: document.getText() } : {}), ...(name === null ? {} : { name }) };
}

function withProgress<T>(title: string, work: () => Promise<T>): Thenable<T> {
  return whileWorking({ location: vscode.ProgressLocation.Window, title }, work);
}
