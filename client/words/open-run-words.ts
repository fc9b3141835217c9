import * as l10n from '@vscode/l10n';
import type { RunRecord } from '../../protocol/run-records.ts';
import { moneyWords } from './money-words.ts';

export interface StatusBarWords {
  readonly text: string;
  readonly tooltip: string;
  readonly look: 'plain' | 'warning' | 'error';
}

export interface OpenWork {
  /** Of every folder. */
  readonly runs: readonly RunRecord[];
  readonly held: boolean;
  /** Questions that wait for a person. */
  readonly questions: number;
  /** A host that has died and was not started again. */
  readonly hostDown: boolean;
}

/** One item: how many runs are open, what they have cost so far, and whether somebody is needed. */
export function statusBarWords({ runs, held, questions, hostDown }: OpenWork): StatusBarWords {
  const running = runs.filter(({ status }) => status !== 'waiting').length;
  const money = runs.reduce((sum, { total_cost_micros }) => sum + total_cost_micros, 0);
  const parts = [
    ...(running > 0 ? [`$(loading~spin) ${running === 1 ? l10n.t('1 running') : l10n.t('{0} running', running)}`] : []),
    ...(runs.length - running > 0 ? [`$(watch) ${l10n.t('{0} waiting', runs.length - running)}`] : []),
    ...(runs.length > 0 ? [moneyWords(money)] : []),
  ];
  if (hostDown) return { text: `$(error) ${l10n.t('Dagbook: host down')}`, tooltip: l10n.t('The runtime host has ended. Click to start it again.'), look: 'error' };
  if (runs.length === 0) {
    return held
      ? { text: `$(debug-pause) ${l10n.t('Dagbook: held')}`, tooltip: l10n.t('No run may start until you release the hold. Click for more.'), look: 'warning' }
      : { text: `$(type-hierarchy) ${l10n.t('Dagbook: idle')}`, tooltip: l10n.t('No run is open. Click for runs and the ledger.'), look: 'plain' };
  }
  const names = runs.slice(0, 5).map(({ workflow_name, status, total_cost_micros }) => `${workflow_name}: ${status}, ${moneyWords(total_cost_micros)}`);
  const more = runs.length > 5 ? [l10n.t('and {0} more', runs.length - 5)] : [];
  const tooltip = [...names, ...more, questions > 0 ? l10n.t('Somebody is asked for an answer. Click to give it, or to halt.') : l10n.t('Click to halt, or to look.')].join('\n');
  return { text: `${parts.join(' · ')}${held ? ` · ${l10n.t('held')}` : ''}`, tooltip, look: questions > 0 ? 'warning' : 'plain' };
}
