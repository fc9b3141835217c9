import { count } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { isOpen } from '../shared/run-state.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { problemWords } from './header.ts';
import { asks } from './node-actions.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { isTooLarge } from './panel-view.ts';

/** What stands in place of the picture while there is none, and what to do about it; null = there is one. */
export function blank(panel: PanelView, acts: Acts): VElement | null {
  const { state, picture, plan } = panel;
  if (state.kind === 'nothing') return page('workflow', state.message, state.hint);
  if (picture === null) return skeleton('Reading the document…');
  if (picture.nodes.length === 0) {
    const what = picture.family === 'states' ? 'states' : 'nodes';
    return page('plus', `${picture.name === '' ? 'This workflow' : picture.name} has no ${what} yet`, picture.family === 'states' ? 'Write the first state under spec.states; it appears here as you type.' : 'Write the first node under nodes; it appears here as you type.', button('Go to the text', () => acts.send({ kind: 'reveal', range: picture.range, focus: true })));
  }
  if (isTooLarge(panel)) {
    return page('list', `${count(picture.nodes.length)} nodes are too many to draw well`, 'The list has them all, and can be searched with /. Drawing may take half a minute.', [
      button('Show the list', () => acts.set({ list: true }), true), button('Draw it anyway', () => acts.set({ insist: true })),
    ]);
  }
  return plan === null ? skeleton(picture.nodes.length > 200 ? `Laying out ${count(picture.nodes.length)} nodes…` : '') : null;
}

function page(glyph: Parameters<typeof icon>[0], title: string, hint: string, more: Child = null): VElement {
  return h('div', { class: 'blank', role: 'status' }, [icon(glyph, '', 32), h('h2', {}, title), h('p', {}, hint), more !== null && h('div', { class: 'choices' }, more)], { key: 'blank' });
}

function button(words: string, click: () => void, primary = false): VElement {
  return h('button', { class: primary ? 'btn primary' : 'btn' }, words, { key: words, on: { click } });
}

/** Cards to be; shown only when it takes longer than a blink. */
function skeleton(words: string): VElement {
  return h('div', { class: 'blank skeleton', role: 'status' }, [h('div', { class: 'ghost' }), h('div', { class: 'ghost' }), h('div', { class: 'ghost' }), h('p', {}, words)], { key: 'skeleton' });
}

/** More questions than these are at their nodes. */
const MOST_QUESTIONS = 3;

/** Above the picture: what must be known before the picture is believed. */
export function notices(panel: PanelView, acts: Acts): VElement | null {
  const { run, refusal } = panel;
  const lines: Child[] = [];
  if (refusal !== null) lines.push(line('lock', 'dim', [`Nothing can be run here: ${refusal}`]));
  if (run !== null) lines.push(...questions(panel).map((id) => question(panel, id, run.run.id, acts)));
  const { errors, warnings } = panel.picture?.problems ?? { errors: 0, warnings: 0 };
  // Where there is no run, the head says it.
  if (run !== null && !isOpen(run.run.status) && errors + warnings > 0) lines.push(line(errors > 0 ? 'error' : 'warning', errors > 0 ? 'error' : 'warning', [`The document has ${problemWords({ errors, warnings })}.`, link('Show them', () => acts.send({ kind: 'problems' }))]));
  if (run?.stale === true) lines.push(line('warning', 'warning', ['The text has changed since this run was locked. The picture is the text; the run is the run.', link('Show the run', () => acts.send({ kind: 'show-run', run: run.run.id }))]));
  if (run?.run.error != null && (run.run.status === 'error' || run.run.status === 'rejected')) {
    const { error } = run.run;
    const node = panel.picture?.nodes.find((one) => error.path !== undefined && (error.path === one.path || error.path.startsWith(`${one.path}/`)));
    lines.push(line(run.run.status === 'rejected' ? 'rejected' : 'failed', run.run.status, [h('span', { class: 'clip', title: error.message }, [h('b', {}, error.name), ` ${error.message}`]), node !== undefined && link(`Show ${node.id}`, () => { acts.goTo(node.id); acts.select(node.id); })]));
  }
  return lines.length === 0 ? null : h('div', { class: 'notices', role: 'status' }, lines, { key: 'notices' });
}

/** Nodes that ask a person something; of a container, the one inside it. */
function questions({ picture, nodeRuns }: PanelView): readonly string[] {
  const containers = new Set(picture?.nodes.map(({ parent }) => parent));
  return [...(nodeRuns ?? [])].filter(([id, run]) => asks(run) && !containers.has(id)).map(([id]) => id).slice(0, MOST_QUESTIONS);
}

function question({ nodeRuns, refusal }: PanelView, id: string, run: string, acts: Acts): VElement {
  // What has not begun is held before it.
  const paused = nodeRuns?.get(id)?.agentRuns.length === 0;
  const answer = h('button', { class: 'btn small', disabled: refusal !== null, title: refusal ?? '' }, paused ? 'Go on…' : 'Answer…', { on: { click: () => acts.send({ kind: 'answer', run, node: id }) } });
  return h('div', { class: 'notice' }, [icon('waiting', 'waiting'), h('span', { class: 'clip' }, [h('strong', {}, id), paused ? ' is paused' : ' waits for an answer']), answer], { key: `question ${id}` });
}

function line(glyph: Parameters<typeof icon>[0], className: string, words: Child): VElement {
  return h('div', { class: 'notice' }, [icon(glyph, className), words]);
}

function link(words: string, click: () => void): VElement {
  return h('button', { class: 'link' }, words, { on: { click } });
}
