import * as l10n from '@vscode/l10n';
import type { AgentRunRecord, RunRecord, StepRecord } from '../../protocol/run-records.ts';
import { countWords, moneyWords } from '../words/money-words.ts';
import { isOpenRun, relationWords, replayedLook, runLook, shortId, statusLook, type StatusLook } from '../words/status-words.ts';
import { agoWords, clockWords, durationWords, momentWords } from '../words/time-words.ts';

/** One row of the ledger view, before it is a tree item. */
export interface RowWords {
  readonly label: string;
  readonly description: string;
  /** Plain text, several lines. */
  readonly tooltip: string;
  readonly look: StatusLook;
  /** What menus ask for, such as `run finished failed`. */
  readonly context: string;
}

export function runRow(run: RunRecord, now: number): RowWords {
  const look = runLook(run);
  const took = durationWords((run.ended_at === null ? now : Date.parse(run.ended_at)) - Date.parse(run.started_at));
  const cap = run.cap_micros === null ? '' : ` ${l10n.t('of {0}', moneyWords(run.cap_micros))}`;
  return {
    // What tells runs of one workflow apart comes first: the side bar is narrow, and a long name would push it out of sight.
    label: `${clockWords(run.started_at)} ${run.workflow_name}`,
    description: [...(run.status === 'completed' ? [] : [look.word]), ...(run.relation === null ? [] : [relationWords(run.relation)]), moneyWords(run.total_cost_micros), took].join(' · '),
    tooltip: [
      `${run.workflow_name}: ${look.word}`,
      ...(run.error === null ? [] : [`${run.error.name}: ${run.error.message}`]),
      l10n.t('Started {0} ({1}), took {2}', momentWords(run.started_at), agoWords(run.started_at, now), took),
      `${l10n.t('{0} tokens', countWords(run.total_tokens))}, ${moneyWords(run.total_cost_micros)}${cap}`,
      l10n.t('Models: {0}', run.models),
      l10n.t('Version {0}, {1}', run.version, run.spec_hash.slice(0, 12)),
      ...(run.parent_run_id === null ? [] : [l10n.t('From {0} ({1})', shortId(run.parent_run_id), run.relation === null ? '' : relationWords(run.relation))]),
      run.id,
    ].join('\n'),
    look,
    context: ['run', isOpenRun(run) ? 'open' : 'finished', ...(run.status === 'waiting' ? ['waiting'] : []), ...(isOpenRun(run) || run.status === 'completed' ? [] : ['failed']), ...(run.parent_run_id === null ? [] : ['child'])].join(' '),
  };
}

export function agentRunRow(agentRun: AgentRunRecord, now: number): RowWords {
  const look = agentRun.replayed && agentRun.status === 'completed' ? replayedLook() : statusLook(agentRun.status);
  const took = durationWords((agentRun.ended_at === null ? now : Date.parse(agentRun.ended_at)) - Date.parse(agentRun.started_at));
  const again = [...(agentRun.iteration > 1 ? [l10n.t('iteration {0}', agentRun.iteration)] : []), ...(agentRun.attempt > 1 ? [l10n.t('attempt {0}', agentRun.attempt)] : [])];
  const marks = [...(agentRun.replayed ? [l10n.t('from record')] : []), ...(agentRun.pinned ? [l10n.t('pinned')] : [])];
  return {
    label: agentRun.node_id,
    description: [...again, ...(agentRun.status === 'completed' ? [] : [look.word]), ...marks, moneyWords(agentRun.total_cost_micros), took].join(' · '),
    tooltip: [
      `${agentRun.node_id}: ${look.word}`,
      ...(agentRun.error === null ? [] : [`${agentRun.error.name}: ${agentRun.error.message}`]),
      agentRun.model === null ? agentRun.agent_name : `${agentRun.agent_name} · ${agentRun.model}`,
      `${l10n.t('{0} tokens', countWords(agentRun.total_tokens))}, ${moneyWords(agentRun.total_cost_micros)}`,
      agentRun.path,
    ].join('\n'),
    look,
    context: 'agent-run',
  };
}

export function stepRow(step: StepRecord): RowWords {
  return {
    label: stepLabel(step),
    description: [durationWords(step.duration_ms), ...(step.tokens > 0 ? [l10n.t('{0} tokens', countWords(step.tokens)), moneyWords(step.cost_micros)] : []), ...step.marks].join(' · '),
    tooltip: [`${step.kind} ${step.name}`.trim(), ...(step.model === null ? [] : [step.model]), ...(step.error === null ? [] : [`${step.error.name}: ${step.error.message}`]), ...step.marks].join('\n'),
    look: step.error === null ? { icon: stepIcon(step.kind), color: null, word: step.kind } : statusLook('error'),
    context: 'step',
  };
}

/** `llm: gpt-5-mini`, `guardrail: require_rationale`, `tool: search 2`, `output`: a model by its name, anything else by the end of its path. */
function stepLabel({ kind, name, model }: StepRecord): string {
  const [last = '', before] = name.split('/').reverse();
  const end = /^\d+$/.test(last) && before !== undefined ? `${before} ${last}` : last;
  const called = kind === 'llm' && model !== null ? model.replace(/^[a-z]+:/, '') : end;
  return called === '' || called === kind ? kind : `${kind}: ${called}`;
}

function stepIcon(kind: string): string {
  switch (kind) {
    case 'llm':
      return 'comment';
    case 'tool':
      return 'tools';
    case 'rag':
    case 'memory':
      return 'book';
    case 'guardrail':
      return 'shield';
    case 'output':
      return 'output';
    default:
      return 'circle-small';
  }
}
