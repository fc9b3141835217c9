import type { AgentRunRecord, StepRecord } from '../../protocol/run-records.ts';
import { count, counted, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import type { GlyphName } from '../shared/glyphs.ts';
import { lookGlyph, lookWord } from '../shared/status.ts';
import { agentRunWords, stepGlyph, stepName } from '../shared/step-words.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Row } from './rows.ts';
import type { Acts, PanelView } from './run-view.ts';
import { selectedRow } from './run-view.ts';
import { MOVES } from './timeline.ts';

/** The steps of the selected node, under the attempt or iteration they belong to. */
export function steps(panel: PanelView, acts: Acts): VElement {
  const row = selectedRow(panel);
  if (row === null) return h('section', { class: 'steps', 'aria-label': 'Steps' }, h('p', { class: 'dim nothing' }, 'Select a node to see what it did.'), { key: 'steps' });
  const total = row.agentRuns.reduce((sum, one) => sum + (panel.steps.get(one.id)?.steps.length ?? 0), 0);
  const agents = [...new Set(row.agentRuns.map((one) => one.agent_name))].filter((name) => name !== '');
  return h('section', { class: 'steps', 'aria-label': `Steps of ${row.id}` }, [
    h('div', { class: 'sh' }, [
      h('h2', { class: 'clip', title: row.id }, row.id),
      h('span', { class: `state ${row.look}`, title: lookWord(row.look) }, [icon(lookGlyph(row.look)), h('span', {}, row.look === 'completed' || row.look === 'replayed' ? counted(total, 'step') : lookWord(row.look))]),
      h('span', { class: 'spacer' }),
      h('span', { class: 'dim s12 clip', title: agents.join(', ') }, agents[0] === undefined ? '' : shortAgent(agents[0])),
      row.agentRuns.length > 0 && h('button', { class: 'btn icon-only small', title: 'More', 'aria-label': `More about ${row.id}`, 'aria-haspopup': 'menu' }, icon('more'), {
        on: { click: (event) => { const at = (event.currentTarget as HTMLElement).getBoundingClientRect(); acts.set({ menu: { of: 'node', x: at.right, y: at.bottom + 4 } }); } },
      }),
    ], { key: 'head' }),
    list(row, panel, acts),
  ], { key: 'steps' });
}

/** The telling part of a reference: `configs/agents/research_lite.yaml` is `research_lite`. */
function shortAgent(name: string): string {
  return name.includes('@sha256:') ? (name.split('@')[0]?.split('/').at(-1) ?? name) : name.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
}

/** What the arrows walk: agent runs (where there are several, or one without steps) and their steps. */
export interface Place {
  readonly agentRun: string;
  readonly seq: number | null;
}

export function placesOf(row: Row, known: PanelView['steps']): readonly Place[] {
  const several = row.agentRuns.length > 1;
  return row.agentRuns.flatMap(({ id }) => {
    const own = known.get(id)?.steps ?? [];
    return [...(several || own.length === 0 ? [{ agentRun: id, seq: null }] : []), ...own.map(({ seq }) => ({ agentRun: id, seq }))];
  });
}

function list(row: Row, panel: PanelView, acts: Acts): VElement {
  const several = row.agentRuns.length > 1;
  const { view } = panel;
  const here = placesOf(row, panel.steps).find(({ agentRun, seq }) => agentRun === view.agentRun && seq === view.step);
  let number = 0;
  return h('div', { class: 'slist', role: 'listbox', tabindex: 0, 'aria-label': `Steps of ${row.id}`, 'aria-activedescendant': placeId(here) }, [
    row.agentRuns.length === 0 && h('p', { class: 'dim nothing', role: 'option', 'aria-selected': 'false' }, row.look === 'skipped' ? 'The run ended before it was reached.' : 'It has not begun.'),
    row.agentRuns.map((one) => [
      several && agentRunHead(one, row.agentRuns, view.agentRun === one.id && view.step === null, acts),
      panel.steps.get(one.id) === undefined && !several && h('p', { class: 'dim nothing', role: 'presentation' }, 'Reading…', { key: `reading:${one.id}` }),
      (panel.steps.get(one.id)?.steps ?? []).map((step) => stepRow(step, ++number, view.step === step.seq, acts)),
      !several && panel.steps.get(one.id)?.steps.length === 0 && agentRunHead(one, row.agentRuns, view.agentRun === one.id && view.step === null, acts),
    ]),
  ], {
    key: `list:${row.id}`,
    on: {
      keydown: (event) => {
        const by = MOVES[event.key];
        if (by !== undefined) acts.moveStep(by);
        else if (event.key === 'Enter' || event.key === 'ArrowRight') acts.focus('.io .cols, .io .column');
        else if (event.key === 'Escape' || event.key === 'ArrowLeft') acts.focus('.rows');
        else return;
        event.preventDefault();
      },
    },
  });
}

function placeId(place: Place | undefined): string | null {
  return place === undefined ? null : place.seq === null ? `run-${place.agentRun}` : `step-${place.seq}`;
}

function agentRunHead(one: AgentRunRecord, among: readonly AgentRunRecord[], on: boolean, acts: Acts): VElement {
  const time = one.ended_at === null ? '' : duration(Date.parse(one.ended_at) - Date.parse(one.started_at));
  return h('div', { class: `it${on ? ' on' : ''}`, id: `run-${one.id}`, role: 'option', 'aria-selected': String(on), title: one.error === null ? one.path : `${one.error.name}: ${one.error.message}` }, [
    one.status !== 'completed' && icon(lookGlyph(one.status), one.status, 12), h('span', { class: 'clip' }, [agentRunWords(one, among), one.pinned ? ', pinned' : '', one.replayed ? ', from the record' : '']), h('span', { class: 'sr-only' }, `, ${one.status}`),
    h('span', { class: 'spacer' }), h('span', { class: 'num' }, time),
  ], { key: `head:${one.id}`, on: { click: () => acts.selectStep(one.id, null) } });
}

function stepRow(step: StepRecord, number: number, on: boolean, acts: Acts): VElement {
  const name = stepName(step);
  const used = step.tokens > 0 || step.kind === 'llm';
  const aside = (words: string): VElement => h('span', { class: 'sr-only' }, words);
  return h('div', { class: `step${on ? ' on' : ''}${step.error === null ? '' : ' bad'}`, id: `step-${step.seq}`, role: 'option', 'aria-selected': String(on), title: step.error === null ? step.name : `${step.name}\n${step.error.name}` }, [
    h('span', { class: 'num dim' }, String(number)), icon(step.error === null ? stepGlyph(step.kind) : 'failed', step.error === null ? 'dim' : 'error'),
    h('span', { class: 'clip' }, [aside(`${step.kind}, `), h('span', { class: 'mono' }, name), step.marks.map(markSign), aside(`${step.error === null ? '' : `, ${step.error.name}`}, `)]),
    h('span', { class: 'num' }, used ? [count(step.tokens), aside(' tokens, ')] : '–'), h('span', { class: 'num' }, used ? [money(step.cost_micros), aside(', ')] : '–'), h('span', { class: 'num' }, duration(step.duration_ms)),
  ], { key: `step:${step.seq}`, on: { click: () => acts.selectStep(step.agent_run_id, step.seq) } });
}

/** A sign where there is no room for the word; the word is in the tooltip, and is spoken. */
function markSign(mark: string): Child {
  const glyph = MARKS[mark];
  return glyph === undefined ? null : h('span', { class: 'sign', title: mark }, [icon(glyph, '', 12), h('span', { class: 'sr-only' }, `, ${mark}`)]);
}

/** `simulated` is said once, of the whole run. */
const MARKS: Readonly<Record<string, GlyphName>> = { replayed: 'replayed', pinned: 'pin', estimated: 'budget', disputed: 'warning' };
