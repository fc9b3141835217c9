import * as l10n from '@vscode/l10n';
import type { NodeStatus, RunRecord, RunRelation, RunStatus } from '../../protocol/run-records.ts';

/** A codicon with a theme colour; an icon and a word, never colour alone. */
export interface StatusLook {
  readonly icon: string;
  /** A theme colour; null = that of text. */
  readonly color: string | null;
  readonly word: string;
}

export function statusLook(status: NodeStatus): StatusLook {
  switch (status) {
    case 'pending':
      return { icon: 'circle-outline', color: null, word: l10n.t('pending') };
    case 'running':
      return { icon: 'loading~spin', color: 'charts.blue', word: l10n.t('running') };
    case 'waiting':
      return { icon: 'watch', color: 'charts.yellow', word: l10n.t('waiting') };
    case 'completed':
      return { icon: 'pass-filled', color: 'charts.green', word: l10n.t('completed') };
    case 'error':
      return { icon: 'error', color: 'charts.red', word: l10n.t('error') };
    case 'rejected':
      return { icon: 'circle-slash', color: 'problemsWarningIcon.foreground', word: l10n.t('rejected') };
    case 'halted':
      return { icon: 'debug-stop', color: null, word: l10n.t('halted') };
    case 'skipped':
      return { icon: 'debug-step-over', color: 'disabledForeground', word: l10n.t('skipped') };
  }
}

/** Of what was answered from a record, as the panels draw it. */
export function replayedLook(): StatusLook {
  return { icon: 'history', color: 'charts.purple', word: l10n.t('replayed from record') };
}

export function runLook({ status, relation }: Pick<RunRecord, 'status' | 'relation'>): StatusLook {
  return relation === 'recorded' && status === 'completed' ? replayedLook() : statusLook(status);
}

export function relationWords(relation: RunRelation): string {
  switch (relation) {
    case 'replay':
      return l10n.t('replay');
    case 'recorded':
      return l10n.t('replayed from record');
    case 'fork':
      return l10n.t('fork');
    case 'child':
      return l10n.t('child run');
    case 'schedule':
      return l10n.t('scheduled');
  }
}

export function isOpenStatus(status: RunStatus): boolean {
  return status === 'pending' || status === 'running' || status === 'waiting';
}

export function isOpenRun({ status }: Pick<RunRecord, 'status'>): boolean {
  return isOpenStatus(status);
}

/** Enough of an id for a person to tell runs apart: its time goes first, so the first 13 characters hold the moment. */
export function shortId(id: string): string {
  return id.slice(0, 13);
}
