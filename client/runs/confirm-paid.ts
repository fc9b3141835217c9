import * as l10n from '@vscode/l10n';
import type * as vscode from 'vscode';
import { agrees } from '../workbench/plain-window.ts';
import { confirmPaid } from '../workspace/editor-settings.ts';

export interface Spending {
  readonly folder: vscode.WorkspaceFolder;
  /** As `provider:model`. */
  readonly models: readonly string[];
  /** US dollars; null = no cap. */
  readonly capUsd: number | null;
}

const CONFIRMED = 'dagbook.paidConfirmed';

/** Asks before money may be spent: once per workspace, unless the setting says otherwise. True = go on. */
export async function maySpend(memory: vscode.Memento, { folder, models, capUsd }: Spending): Promise<boolean> {
  const rule = confirmPaid(folder);
  if (models.length === 0 || rule === 'never' || (rule === 'once' && memory.get<boolean>(CONFIRMED) === true)) return true;
  const cap = capUsd === null ? l10n.t('The workflow sets no cap on money.') : l10n.t('The workflow may spend at most ${0} per run.', capUsd.toFixed(2));
  const detail = `${cap}${rule === 'once' ? ` ${l10n.t('You are asked once per workspace.')}` : ''}`;
  if (!(await agrees(l10n.t('This run calls {0}, which may cost money.', models.join(', ')), detail, l10n.t('Run')))) return false;
  if (rule === 'once') await memory.update(CONFIRMED, true);
  return true;
}
