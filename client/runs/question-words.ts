import * as l10n from '@vscode/l10n';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { QuestionRecord } from '../../protocol/run-records.ts';
import { momentWords } from '../words/time-words.ts';

/** What a person should look at before they answer, as a plain page: the task, the inputs, what earlier nodes have found. */
export function questionPage({ workflow_name: workflow, node_id: node, about, assignees, asked_at: at }: QuestionRecord): string {
  const known: Readonly<Record<string, Json>> = typeof about === 'object' && about !== null && !Array.isArray(about) ? (about as JsonObject) : { goal: about };
  const { goal, inputs, upstream, ...rest } = known;
  return [
    l10n.t('{0} asks at "{1}"', workflow, node),
    `${l10n.t('since {0}', momentWords(at))}${assignees.length === 0 ? '' : `, ${l10n.t('for {0}', assignees.join(', '))}`}`,
    ...section(l10n.t('The task'), goal),
    ...section(l10n.t('Inputs'), inputs),
    ...Object.entries(typeof upstream === 'object' && upstream !== null && !Array.isArray(upstream) ? (upstream as JsonObject) : {}).flatMap(([id, output]) => section(l10n.t('From {0}', id), output)),
    ...section(l10n.t('More'), Object.keys(rest).length === 0 ? undefined : rest),
  ].join('\n');
}

function section(title: string, value: Json | undefined): readonly string[] {
  if (value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)) return [];
  return ['', `── ${title} ──`, '', ...lines(value)];
}

/** A flat object line by line, so that texts in it read as texts; anything else as JSON. */
function lines(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [JSON.stringify(value, null, 2)];
  return Object.entries(value).map(([name, part]) => `${name}: ${typeof part === 'string' ? part : JSON.stringify(part, null, 2)}`);
}

export interface PauseChoice {
  /** A codicon. */
  readonly icon: string;
  readonly label: string;
  readonly choice: 'go' | 'change' | 'skip' | 'halt';
}

/** What an operator may do before a node. */
export function pauseChoices(node: string): readonly PauseChoice[] {
  return [
    { icon: 'debug-continue', label: l10n.t('Go on with "{0}"', node), choice: 'go' },
    { icon: 'edit', label: l10n.t('Go on with other inputs…'), choice: 'change' },
    { icon: 'debug-step-over', label: l10n.t('Skip it'), choice: 'skip' },
    { icon: 'debug-stop', label: l10n.t('Halt the run'), choice: 'halt' },
  ];
}
