import * as l10n from '@vscode/l10n';
import type { RunRecord, VersionRecord } from '../../protocol/run-records.ts';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import type { RowWords } from '../ledger/run-item.ts';
import { moneyWords } from '../words/money-words.ts';
import { runLook, statusLook } from '../words/status-words.ts';
import { agoWords, momentWords } from '../words/time-words.ts';

/** `newest`: how it ran last; null = never; `unknown` where the ledger may not be read. */
export function documentRow(document: WorkspaceDocument, newest: RunRecord | null | 'unknown', now: number): RowWords {
  const last = newest === 'unknown' ? null : newest;
  const name = document.name ?? document.path.split('/').at(-1) ?? document.path;
  const problems = problemWords(document);
  const ago = last === null ? '' : `${agoWords(last.ended_at ?? last.started_at, now)}, ${moneyWords(last.total_cost_micros)}`;
  const ran = newest === 'unknown' ? '' : last === null ? l10n.t('never ran') : `${statusLook(last.status).word} ${ago}`;
  const uses = document.uses === 1 ? l10n.t('used once') : l10n.t('used {0} times', document.uses);
  const isAgent = document.kind === 'agent';
  return {
    label: name,
    description: [...(problems === '' ? [] : [problems]), isAgent ? uses : last?.status === 'completed' ? ago : ran].filter((part) => part !== '').join(' · '),
    tooltip: [name, ...(document.description === '' ? [] : [document.description]), document.path, ...(document.models.length === 0 ? [] : [l10n.t('Models: {0}', document.models.join(', '))]), ...(isAgent ? [uses] : [document.adapter ?? '', ran].filter((part) => part !== ''))].join('\n'),
    look: last === null ? { icon: isAgent ? 'robot' : 'type-hierarchy', color: null, word: '' } : runLook(last),
    context: isAgent ? 'agent' : document.family === 'states' ? 'workflow states' : 'workflow',
  };
}

/** `next`: the version after it; the newest has none. */
export function versionRow(version: VersionRecord, now: number): RowWords {
  return {
    label: l10n.t('Version {0}', version.version),
    description: `${version.spec_hash.slice(0, 8)} · ${agoWords(version.created_at, now)}`,
    tooltip: [`${version.name}, ${l10n.t('version {0}', version.version)}`, version.spec_hash, l10n.t('Locked {0}', momentWords(version.created_at)), ...(version.source_path === null ? [] : [version.source_path])].join('\n'),
    look: { icon: 'lock', color: null, word: '' },
    context: version.version > 1 ? 'version later' : 'version first',
  };
}

function problemWords({ problems }: WorkspaceDocument): string {
  if (problems === null) return '';
  const { errors, warnings } = problems;
  return [...(errors > 0 ? [errors === 1 ? l10n.t('1 error') : l10n.t('{0} errors', errors)] : []), ...(warnings > 0 ? [warnings === 1 ? l10n.t('1 warning') : l10n.t('{0} warnings', warnings)] : [])].join(', ');
}
