import type { PictureNode } from '../../protocol/picture.ts';
import type { AgentRunRecord } from '../../protocol/run-records.ts';
import { count, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { kindGlyph, kindWord } from '../shared/kinds.ts';
import { lookGlyph, lookWord } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { bracket } from './bracket.ts';
import { timeOf } from './card-text.ts';
import { asks, offersFor } from './node-actions.ts';
import type { NodeRun } from './node-run.ts';
import type { Acts, DrawerTab, PanelView } from './panel-view.ts';
import { problemList } from './problem-list.ts';
import { prose } from '../shared/prose.ts';

/** The selected node at length: facts, what it writes just now, its attempts, and what can be done with it. */
export function drawer(panel: PanelView, acts: Acts): VElement | null {
  const node = panel.view.selected === null ? undefined : panel.nodes.get(panel.view.selected);
  if (node === undefined) return null;
  const run = panel.nodeRuns?.get(node.id) ?? null;
  const tabs = tabsOf(node, run);
  const tab = panel.view.tab !== null && tabs.includes(panel.view.tab) ? panel.view.tab : (tabs[0] ?? 'about');
  return h('aside', { class: `drawer${tabs.length > 1 ? ' tabbed' : ''}`, 'aria-label': node.id }, [
    head(node, run, acts),
    h('div', { class: 'about' }, [facts(node, run, panel, acts), node.problems.messages.length > 0 && problemList(node, acts)], { key: 'about' }),
    run !== null && run.agentRuns.length > 0 && h('div', { class: 'body' }, [tabList(tabs, tab, run, acts), h('div', { class: 'tab', role: 'tabpanel', tabindex: 0, 'aria-label': tabWord(tab, run) }, tabBody(tab, node, run, panel), { key: tab })], { key: 'body' }),
    foot(node, run, panel, acts),
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
    add('Time', timeOf(run, panel.now) || '–');
  } else if (budget !== undefined) add('Budget', h('span', { title: budget.title }, budget.text));
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

function tabsOf(node: PictureNode, run: NodeRun | null): readonly DrawerTab[] {
  if (run === null || run.agentRuns.length === 0) return [];
  return node.kind === 'tournament' ? ['bracket', 'stream', 'runs'] : ['stream', 'runs'];
}

function tabWord(tab: DrawerTab, run: NodeRun): string {
  switch (tab) {
    case 'stream':
      return 'Stream';
    case 'runs':
      return run.agentRuns.length === 1 ? 'Agent run' : `Agent runs (${run.agentRuns.length})`;
    case 'bracket':
      return 'Bracket';
    case 'about':
      return 'About';
  }
}

function tabList(tabs: readonly DrawerTab[], current: DrawerTab, run: NodeRun, acts: Acts): VElement {
  const walk = (event: KeyboardEvent, at: number): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const to = tabs[(at + step + tabs.length) % tabs.length];
    if (step === 0 || to === undefined) return;
    acts.set({ tab: to });
    (event.currentTarget as HTMLElement).parentElement?.querySelectorAll('button')[tabs.indexOf(to)]?.focus();
  };
  return h('div', { class: 'tabs', role: 'tablist' }, tabs.map((tab, at) =>
    h('button', { role: 'tab', 'aria-selected': String(tab === current), tabindex: tab === current ? 0 : -1 }, tabWord(tab, run), { key: tab, on: { click: () => acts.set({ tab }), keydown: (event) => walk(event, at) } })), { key: 'tabs' });
}

function tabBody(tab: DrawerTab, node: PictureNode, run: NodeRun, panel: PanelView): Child {
  switch (tab) {
    case 'bracket':
      return bracket(node, run);
    case 'runs':
    case 'about':
      return run.agentRuns.map((record) => agentRunRow(record, panel.now));
    case 'stream':
      return stream(run, panel);
  }
}

/** Words apart, so that two rows never say the same: attempt and iteration only where there are several. */
function agentRunRow(record: AgentRunRecord, now: number): VElement {
  const end = record.ended_at === null ? now : Date.parse(record.ended_at);
  const parts = [record.iteration > 1 || record.attempt === 1 ? `iteration ${record.iteration}` : '', record.attempt > 1 ? `attempt ${record.attempt}` : ''].filter((part) => part !== '').join(', ');
  return h('div', { class: 'call', title: record.error === null ? record.path : `${record.error.name}: ${record.error.message}` }, [
    icon('llm', 'dim'), h('span', { class: 'mono clip' }, record.model ?? record.agent_name), h('span', { class: 'dim clip' }, parts), h('span', { class: 'spacer' }),
    record.total_tokens > 0 && h('span', { class: 'dim' }, `${count(record.total_tokens)} tok`),
    h('span', {}, duration(Math.max(0, end - Date.parse(record.started_at)))), icon(lookGlyph(record.status), record.status),
    h('span', { class: 'sr-only' }, record.status),
  ], { key: record.id });
}

function stream(run: NodeRun, panel: PanelView): Child {
  const texts = run.agentRuns.filter((record) => panel.run?.streams.has(record.id) === true);
  const shown = texts.at(-1);
  const text = shown === undefined ? '' : (panel.run?.streams.get(shown.id) ?? '');
  const rows = run.agentRuns.length > 1 ? run.agentRuns.slice(-4).map((record) => agentRunRow(record, panel.now)) : [];
  if (text === '') {
    const hint = run.status === 'running' ? 'Nothing written yet.' : run.status === 'waiting' ? (run.waitsFor === 'timer' ? 'Waits for its time.' : 'Waits for an answer.') : 'What it wrote was not watched here. Its steps have every request and answer.';
    return [rows, h('p', { class: 'dim' }, hint)];
  }
  return [rows, h('div', { class: 'text' }, [prose(text), shown?.status === 'running' && h('span', { class: 'caret' })])];
}

function foot(node: PictureNode, run: NodeRun | null, panel: PanelView, acts: Acts): VElement {
  const wanted = asks(run) ? ['answer'] : run !== null && run.agentRuns.length > 0 ? ['show-steps', 'fork-from'] : ['run-node', 'run-until'];
  const offers = offersFor(node, panel, acts);
  const shown = wanted.flatMap((id) => offers.find((offer) => offer.id === id) ?? []);
  return h('div', { class: 'dfoot' }, [
    shown.map(({ label, glyph, refusal, act, id }) => h('button', { class: id === 'answer' ? 'btn primary' : 'btn', title: refusal, disabled: refusal !== null }, [icon(glyph), label], { key: id, on: { click: act } })),
    h('span', { class: 'spacer' }),
    h('button', { class: 'btn icon-only', title: 'More', 'aria-label': `More for ${node.id}`, 'aria-haspopup': 'menu' }, icon('more'), {
      on: { click: (event) => { const at = (event.currentTarget as HTMLElement).getBoundingClientRect(); acts.set({ menu: { node: node.id, x: at.right, y: at.top } }); } },
    }),
  ], { key: 'foot' });
}
