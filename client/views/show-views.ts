import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { ModelsView, type ModelsElement } from '../models/models-view.ts';
import type { Parts } from '../parts.ts';
import type { Disposable } from '../signal.ts';
import { LedgerView, type LedgerElement } from './ledger-view.ts';
import { noteIn, type Note } from './view-note.ts';
import { WorkflowsView, type WorkflowsElement } from './workflows-view.ts';

export interface Views extends Disposable {
  readonly workflows: WorkflowsView;
  readonly ledger: LedgerView;
  readonly models: ModelsView;
  readonly ledgerTree: vscode.TreeView<LedgerElement>;
  readonly ledgerNote: Note;
  readonly modelsNote: Note;
}

/** The three views of the activity bar, and the badge that says that runs are open. */
export function showViews({ hosts, documents, extension, keys }: Parts): Views {
  const workflows = new WorkflowsView(hosts, documents);
  const ledger = new LedgerView(hosts);
  const models = new ModelsView({ extension, hosts, documents, keys });
  const workflowsTree = vscode.window.createTreeView<WorkflowsElement>('dagbook.workflows', { treeDataProvider: workflows, showCollapseAll: true });
  const ledgerTree = vscode.window.createTreeView<LedgerElement>('dagbook.ledger', { treeDataProvider: ledger, showCollapseAll: true, canSelectMany: true });
  const modelsTree = vscode.window.createTreeView<ModelsElement>('dagbook.models', { treeDataProvider: models });
  const badge = hosts.changed.listen(() => {
    const open = hosts.openRuns.length;
    ledgerTree.badge = open === 0 ? undefined : { value: open, tooltip: open === 1 ? l10n.t('1 run is open') : l10n.t('{0} runs are open', open) };
  });
  return { workflows, ledger, models, ledgerTree, ledgerNote: noteIn(ledgerTree), modelsNote: noteIn(modelsTree), dispose: () => { vscode.Disposable.from(badge, workflowsTree, ledgerTree, modelsTree, workflows, ledger, models).dispose(); } };
}
