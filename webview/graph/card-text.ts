import type { Badge, PictureKind, PictureNode } from '../../protocol/picture.ts';
import { count, counted, duration, money } from '../shared/format.ts';
import type { GlyphName } from '../shared/glyphs.ts';
import { kindWord } from '../shared/kinds.ts';
import { lookWord } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import type { NodeRun } from './node-run.ts';

/** What a card says, before anything is shortened. */
export interface CardText {
  readonly id: string;
  readonly kind: PictureKind;
  /** `agent · model`: the first half gives way when there is no room, the second stays whole. */
  readonly does: string;
  readonly model: string;
  readonly look: Look | null;
  readonly problem: 'error' | 'warning' | null;
  readonly counter: string;
  readonly pinned: boolean;
  readonly badges: readonly Badge[];
  readonly footer: Footer;
}

export type Footer =
  | { readonly kind: 'none' }
  | { readonly kind: 'badges' }
  | { readonly kind: 'note'; readonly note: string; readonly time: string }
  | { readonly kind: 'figures'; readonly tokens: string; readonly cost: string; readonly time: string };

export function cardText(node: PictureNode, run: NodeRun | null, now: number): CardText {
  const badges = node.badges.filter((badge) => badge.kind !== 'retry');
  return {
    id: node.id, kind: node.kind, does: node.does, model: node.model ?? '', look: run?.look ?? null,
    problem: node.problems.errors > 0 ? 'error' : node.problems.warnings > 0 ? 'warning' : null,
    counter: run === null ? idleCounter(node) : run.counter, pinned: run?.pinned ?? false, badges,
    footer: run !== null ? footerOf(run, now) : badges.length > 0 ? { kind: 'badges' } : { kind: 'none' },
  };
}

/** How many a loop may turn, a tournament may take: worth knowing before it runs. */
function idleCounter(node: PictureNode): string {
  if (node.count === null) return '';
  return node.kind === 'loop' ? `≤ ${node.count}` : node.kind === 'tournament' ? `${node.count} in` : '';
}

function footerOf(run: NodeRun, now: number): Footer {
  const time = timeOf(run, now);
  switch (run.status) {
    case 'skipped':
      return { kind: 'note', note: run.cause === '' ? 'skipped' : run.cause, time: '' };
    case 'pending':
      return { kind: 'note', note: run.cause, time: '' };
    case 'waiting':
      return { kind: 'note', note: `for a ${run.waitsFor?.kind ?? 'person'}`, time: leftWords(run, now) ?? time };
    case 'running':
    case 'completed':
    case 'error':
    case 'rejected':
    case 'halted':
      return { kind: 'figures', tokens: run.tokens === 0 ? '–' : `${count(run.tokens)} tok`, cost: run.tokens === 0 && run.costMicros === 0 ? '–' : money(run.costMicros), time };
  }
}

/** `23 h 59 m left`, where a wait has an end; null where it has none. */
export function leftWords({ waitsFor }: NodeRun, now: number): string | null {
  if (waitsFor?.until == null) return null;
  return waitsFor.until > now ? `${duration(waitsFor.until - now)} left` : 'time is up';
}

export function timeOf(run: NodeRun, now: number): string {
  if (run.startedAt === null) return '';
  return duration((run.endedAt ?? Math.max(now, run.startedAt)) - run.startedAt);
}

export function badgeGlyph(badge: Badge): GlyphName {
  switch (badge.kind) {
    case 'role':
      return 'role';
    case 'isolation':
      return badge.text.startsWith('worktree') ? 'branch' : badge.text.startsWith('remote') ? 'open' : 'lock';
    case 'quarantined':
      return 'shield';
    case 'budget':
      return 'budget';
    case 'schema':
      return 'schema';
    case 'when':
      return 'gate';
    case 'dep_policy':
      return 'reduce';
    case 'retry':
      return 'retry';
    case 'timeout':
      return 'wait';
    case 'secret':
      return 'key';
  }
}

/** For those who listen: what a look at the card tells. The name is the id; this is the description. */
export function description(node: PictureNode, run: NodeRun | null, dependsOn: readonly string[], now: number): string {
  const facts = [
    kindWord(node.kind), node.does, node.model ?? '',
    ...(run === null ? [] : [lookWord(run.look), run.pinned ? 'pinned' : '', run.counter, run.tokens > 0 ? `${count(run.tokens)} tokens` : '', run.costMicros > 0 ? money(run.costMicros) : '', timeOf(run, now), run.cause]),
    ...node.badges.map((badge) => badge.title),
    node.problems.errors > 0 ? counted(node.problems.errors, 'error') : '', node.problems.warnings > 0 ? counted(node.problems.warnings, 'warning') : '',
    `depends on ${dependsOn.length === 0 ? 'nothing' : dependsOn.join(', ')}`,
  ];
  return facts.filter((fact) => fact !== '').join(', ');
}

/** The whole of what a card shortens, a line each. */
export function tooltip(node: PictureNode, run: NodeRun | null): string {
  const about = [kindWord(node.kind), node.does, node.model ?? ''].filter((part) => part !== '').join(' · ');
  const status = run === null ? '' : [lookWord(run.look), run.pinned ? 'pinned' : '', run.counter, run.cause].filter((part) => part !== '').join(' · ');
  return [node.id, status, about, ...node.badges.map((badge) => badge.title), ...node.problems.messages].filter((line) => line !== '').join('\n');
}
