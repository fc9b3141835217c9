import type { PictureNode } from '../../protocol/picture.ts';
import type { AgentRunRecord } from '../../protocol/run-records.ts';
import { count, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { kindGlyph, kindWord } from '../shared/kinds.ts';
import type { Wait } from '../shared/run-state.ts';
import { lookGlyph, lookWord } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { leftWords, timeOf } from './card-text.ts';
import { drawerRun } from './drawer-run.ts';
import type { DrawerRun } from './drawer-run.ts';
import { drawerTabs } from './drawer-tabs.ts';
import { asks, offersFor } from './node-actions.ts';
import type { NodeRun } from './node-run.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { problemList } from './problem-list.ts';

/** The selected node at length: facts, what it writes just now, its attempts, and what can be done with it. */
export function drawer(panel: PanelView, acts: Acts): VElement | null {
  const node = panel.view.selected === null ? undefined : panel.nodes.get(panel.view.selected);
  if (node === undefined) return null;
  const run = panel.nodeRuns?.get(node.id) ?? null;
  const shown = drawerRun(panel);
  return h('aside', { class: 'drawer', 'aria-label': node.id }, [
    head(node, run, acts),
    h('div', { class: 'about' }, [facts(node, run, panel, acts), node.problems.messages.length > 0 && problemList(node, acts)], { key: 'about' }),
    shown !== null && drawerTabs(shown, panel, acts),
    foot(node, run, shown, panel, acts),
  ], { key: `drawer:${node.id}` });
}

function head(node: PictureNode, run: NodeRun | null, acts: Acts): VElement {
  const word = run === null ? kindWord(node.kind) : node.kind === 'loop' && run.counter !== '' ? `iteration ${run.counter.replace('/', ' of ')}` : lookWord(run.look);
  return h('div', { class: 'dhead' }, [
    run === null ? icon(kindGlyph(node.kind), 'dim') : null,
    h('h2', { class: 'clip', title: node.id }, node.id),
    run === null ? h('span', { class: 'dim' }, word) : h('span', { class: `state ${run.look}` }, [icon(lookGlyph(run.look)), h('span', {}, word)]),
    h('span', { class: 'spacer' }),
    node.range !== null && h('button', { class: 'btn icon-only', title: 'Go to the text', 'aria-label': 'Go to the text' }, icon('open'), { on: { click: () => acts.reveal(node.id, true) } }),
    h('button', { class: 'btn icon-only', title: 'Close (Escape)', 'aria-label': 'Close' }, icon('close'), { on: { click: () => acts.select(null) } }),
  ], { key: 'head' });
}

function facts(node: PictureNode, run: NodeRun | null, panel: PanelView, acts: Acts): VElement {
  const last = run?.agentRuns.at(-1);
  const budget = node.badges.find((badge) => badge.kind === 'budget');
  const rows: (readonly [string, Child])[] = [];
  const add = (term: string, value: Child): void => void rows.push([term, value]);
  const dim = (words: string): VElement => h('span', { class: 'dim' }, words);
  if (node.does !== '') add(node.model === null ? capitalKind(node) : 'Agent', [node.does, node.model !== null && dim(` · ${last?.model ?? node.model}`)]);
  const others = node.badges.filter((badge) => badge !== budget);
  if (others.length > 0) add('Settings', others.map((badge, at) => h('span', { title: badge.title }, `${at > 0 ? ' · ' : ''}${badge.text}`)));
  if (run !== null && run.status !== 'skipped' && run.status !== 'pending') {
    add('Tokens', [count(run.tokens), budget !== undefined && dim(` of ${budget.text}`)]);
    add('Cost', [money(run.costMicros), run.look === 'replayed' && dim(' when it was asked')]);
    add('Time', [timeOf(run, panel.now) || '–', last !== undefined && firstWord(last, panel)]);
  } else if (budget !== undefined) add('Budget', h('span', { title: budget.title }, budget.text));
  if (run?.waitsFor != null) add('Waits', waitWords(run.waitsFor, leftWords(run, panel.now)));
  if (run !== null && run.cause !== '') add(run.status === 'pending' ? 'Waits' : 'Cause', h('span', { class: 'wrap' }, run.cause));
  if (last?.spec_version_id != null) add('Agent spec', h('span', { class: 'mono', title: last.spec_version_id }, last.spec_version_id.slice(-8)));
  const into = neighbours(panel, node.id, 'into');
  const out = neighbours(panel, node.id, 'out');
  if (run === null || into.length + out.length < 8) {
    add('Depends on', into.length === 0 ? dim('nothing') : nodeLinks(into, acts));
    add('Needed by', out.length === 0 ? dim('nothing') : nodeLinks(out, acts));
  }
  return h('dl', { class: 'facts' }, rows.flatMap(([term, value]) => [h('dt', {}, term), h('dd', {}, value)]));
}

/** How long a model let one wait for its first word, where that was watched. */
function firstWord({ id, started_at: started }: AgentRunRecord, { run }: PanelView): Child {
  const first = run?.firstTokens.get(id);
  return first !== undefined && h('span', { class: 'dim' }, ` · first word after ${duration(first - Date.parse(started))}`);
}

function waitWords({ kind, until }: Wait, left: string | null): Child {
  if (until === null) return `for a ${kind}`;
  return [`for a ${kind}, until ${new Date(until).toLocaleTimeString()}`, left !== null && h('span', { class: 'dim' }, ` · ${left}`)];
}

function capitalKind(node: PictureNode): string {
  const word = kindWord(node.kind);
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function neighbours({ picture }: PanelView, id: string, side: 'into' | 'out'): readonly string[] {
  const ids = (picture?.edges ?? []).flatMap((edge) => (side === 'into' ? (edge.to === id ? [edge.from] : []) : edge.from === id ? [edge.to] : []));
  return [...new Set(ids)];
}

function nodeLinks(ids: readonly string[], acts: Acts): Child {
  const shown = ids.slice(0, 6);
  return [
    shown.map((id, at) => [at > 0 && ', ', h('button', { class: 'link' }, id, { on: { click: () => { acts.goTo(id); acts.select(id); } } })]),
    ids.length > shown.length && ` and ${ids.length - shown.length} more`,
  ];
}

function foot(node: PictureNode, run: NodeRun | null, shown: DrawerRun | null, panel: PanelView, acts: Acts): VElement {
  const wanted = asks(run) ? ['answer', 'show-steps'] : run !== null && run.agentRuns.length > 0 ? ['show-steps', 'fork-from'] : ['run-node', 'run-until'];
  const offers = offersFor(node, panel, acts);
  // The menu says why something cannot be done; here what can be done comes first.
  const offered = wanted.flatMap((id, at) => offers.find((offer) => offer.id === id && (at === 0 || offer.refusal === null)) ?? []);
  const live = shown?.tab === 'stream' && shown.agentRun.status === 'running';
  return h('div', { class: 'dfoot' }, [
    offered.map(({ label, glyph, refusal, act, id }) => h('button', { class: id === 'answer' ? 'btn primary' : 'btn', title: refusal, disabled: refusal !== null }, [icon(glyph), label], { key: id, on: { click: act } })),
    h('span', { class: 'spacer' }),
    live && (panel.view.following ? h('span', { class: 'dim s12' }, 'following', { key: 'following' }) : h('button', { class: 'link s12' }, 'Follow', { key: 'follow', on: { click: () => acts.set({ following: true }) } })),
    h('button', { class: 'btn icon-only', title: 'More', 'aria-label': `More for ${node.id}`, 'aria-haspopup': 'menu' }, icon('more'), {
      on: { click: (event) => { const at = (event.currentTarget as HTMLElement).getBoundingClientRect(); acts.set({ menu: { node: node.id, x: at.right, y: at.top } }); } },
    }),
  ], { key: 'foot' });
}
