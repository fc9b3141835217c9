import type { Badge } from '../../protocol/picture.ts';
import { field, listField, objectField, textField } from '../documents/json-access.ts';
import { childSchema, follow, settle } from '../documents/schema-walk.ts';
import { schemaOf } from '../documents/validate.ts';
import type { DepPolicy, StateOfNode, WorkflowNode } from '../graph/workflow.ts';
import type { PictureTarget } from './picture-agents.ts';

/** Only what differs from the default, the weightiest first. */
export function nodeBadges(node: WorkflowNode, target: PictureTarget | null, isolations: ReadonlyMap<string, string>): readonly Badge[] {
  const { work } = node;
  const ordinary = node.state === undefined ? workflowBadges(node, target, isolations) : stateBadges(node.state);
  const timeout = work.kind === 'human' && work.timeoutSeconds !== null ? [timeoutBadge(work.timeoutSeconds, 'The person has')] : [];
  const secrets = target?.secrets ?? [];
  const [first] = secrets;
  const secret: readonly Badge[] = first === undefined ? [] : [{ kind: 'secret', text: secrets.length === 1 ? first : `${secrets.length} secrets`, title: `Its agent reads ${secrets.length === 1 ? 'the secret' : 'the secrets'} ${secrets.join(', ')}.` }];
  return [...ordinary, ...timeout, ...secret];
}

function workflowBadges(node: WorkflowNode, target: PictureTarget | null, isolations: ReadonlyMap<string, string>): readonly Badge[] {
  const { role, isolation, trust, tokenBudget, depPolicy, when } = node;
  const badges: Badge[] = [];
  if (trust === 'quarantined') badges.push({ kind: 'quarantined', text: 'quarantined', title: 'What it reads is not trusted: it has no tools, and only a summary leaves it.' });
  if (role !== 'custom') badges.push({ kind: 'role', text: role, title: `Its role is ${role}.` });
  if (isolation !== (isolations.get(role) ?? 'shared')) badges.push({ kind: 'isolation', text: isolation, title: `Its files are ${isolation.replace('_', ' ')}.` });
  if (when !== null) badges.push({ kind: 'when', text: 'when', title: `Skipped unless ${when.trim()} is true.` });
  if (depPolicy !== 'all_success') badges.push({ kind: 'dep_policy', text: depPolicy.replace('_', ' '), title: POLICIES[depPolicy] });
  if (tokenBudget !== null) badges.push({ kind: 'budget', text: shortNumber(tokenBudget), title: `It may use ${tokenBudget.toLocaleString('en-US')} tokens.` });
  if (node.outputSchema !== null || target?.schemaFile === true) badges.push({ kind: 'schema', text: 'schema', title: 'Its answer must fit a schema.' });
  return badges;
}

const POLICIES: Readonly<Record<Exclude<DepPolicy, 'all_success'>, string>> = {
  accept_partial: 'It runs when all it depends on has ended and at least one has completed.',
  all_terminal: 'It runs when all it depends on has ended, however that went.',
  optional: 'It does not wait for what it depends on.',
};

function stateBadges({ fields }: StateOfNode): readonly Badge[] {
  const badges: Badge[] = [];
  const retriers = listField(fields, 'retry');
  if (retriers.length > 0) {
    const most = retriers.reduce<number>((sum, retrier) => Math.max(sum, numberOf(field(retrier, 'maxAttempts'), 3)), 0);
    const errors = retriers.flatMap((retrier) => listField(retrier, 'errorEquals')).filter((error) => typeof error === 'string');
    badges.push({ kind: 'retry', text: `retry ${most}×`, title: `Tried again after ${errors.join(', ')}: up to ${most} ${most === 1 ? 'time' : 'times'}.` });
  }
  const seconds = field(fields, 'timeoutSeconds');
  const path = textField(fields, 'timeoutSecondsPath') ?? (typeof seconds === 'string' ? seconds : null);
  if (typeof seconds === 'number') badges.push(timeoutBadge(seconds, 'It has'));
  else if (path !== null) badges.push({ kind: 'timeout', text: 'timeout', title: `It has as many seconds as ${path} says.` });
  return badges;
}

function timeoutBadge(seconds: number, who: string): Badge {
  const { short, long } = durationIn(seconds);
  return { kind: 'timeout', text: short, title: `${who} ${long}.` };
}

/** By the schema's own rule: the isolation that a role brings where nothing else is said. */
export function isolationByRole(): ReadonlyMap<string, string> {
  const nodes = childSchema(settle(schemaOf('nodes-form'), {}), 'nodes');
  const item = nodes === null ? null : childSchema(settle(nodes, []), 0);
  const rule = item === null ? {} : objectField(objectField(objectField(follow(item.root, item.schema), 'properties'), 'isolation'), 'x-dagbook-default-by');
  return new Map(Object.entries(objectField(rule, 'values')).flatMap(([role, value]) => (typeof value === 'string' ? [[role, value] as const] : [])));
}

function numberOf(value: unknown, standard: number): number {
  return typeof value === 'number' ? value : standard;
}

/** `900`, `20k`, `1.5M`. */
function shortNumber(value: number): string {
  const [size, unit] = value >= 1e6 ? [1e6, 'M'] : value >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${Math.round((value / size) * 10) / 10}${unit}`;
}

const UNITS = [
  [86_400, 'd', 'day'],
  [3600, 'h', 'hour'],
  [60, 'm', 'minute'],
  [1, 's', 'second'],
] as const;

/** `45 s`, `2 m`, `1.5 h`; a time under two minutes is told in seconds. */
function durationIn(seconds: number): { readonly short: string; readonly long: string } {
  const [size, short, word] = UNITS.find(([length]) => seconds >= (length === 60 ? 120 : length)) ?? [1, 's', 'second'];
  const count = Math.round((seconds / size) * 10) / 10;
  return { short: `${count} ${short}`, long: `${count} ${word}${count === 1 ? '' : 's'}` };
}
