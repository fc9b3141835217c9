import { count } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { LOOKS, lookGlyph, lookWord } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { h, s } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import { timeOf } from './card-text.ts';
import type { NodeRun } from './node-run.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { statusBar } from './status-bar.ts';

/** From so many nodes on a run is watched from afar. */
export const MANY = 40;

const ATTENTION: readonly Look[] = ['error', 'rejected', 'waiting', 'halted'];
const SHOWN = 40;

/** `Agent.Schema` is `schema`, `Dagbook.BudgetExceeded` is `budget exceeded`: in a list the kind of failure is enough. */
function errorWords({ agentRuns }: NodeRun): string {
  const name = agentRuns.findLast(({ error }) => error !== null)?.error?.name ?? '';
  return (name.split('.').at(-1) ?? '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** Beside a large graph in a run: how many of each status, and which nodes want somebody. */
export function overview(panel: PanelView, acts: Acts): VElement {
  const runs = [...(panel.nodeRuns ?? [])];
  const byLook = Map.groupBy(runs, ([, run]) => run.look);
  const attention = ATTENTION.flatMap((look) => byLook.get(look) ?? []);
  const cycle = (look: Look): void => {
    const ids = (byLook.get(look) ?? []).map(([id]) => id);
    const next = ids[(ids.indexOf(panel.view.focused ?? '') + 1) % ids.length];
    if (next !== undefined) acts.goTo(next);
  };
  return h('aside', { class: 'side', 'aria-label': 'Overview' }, [
    h('h2', {}, 'Status'),
    LOOKS.filter((look) => byLook.has(look) || look === 'completed' || look === 'error').map((look) => {
      const some = byLook.get(look)?.length ?? 0;
      return h('button', { class: 'row', disabled: some === 0, title: some === 0 ? null : `Next one that is ${lookWord(look)}` }, [
        s('svg', { class: 'sw', width: 32, height: 16, 'aria-hidden': 'true' }, s('g', { class: `block ${look}` }, [s('rect', { class: 'card', x: 0.5, y: 1.5, width: 31, height: 13, rx: 2 }), edgebar(look)])),
        h('span', { class: 't' }, lookWord(look)), h('span', {}, count(some)),
      ], { key: look, on: { click: () => cycle(look) } });
    }),
    h('h2', {}, 'Needs attention'),
    attention.length === 0 && h('p', { class: 'dim s12' }, 'Nothing does.'),
    attention.slice(0, SHOWN).map(([id, run]) =>
      h('button', { class: 'row', title: run.cause === '' ? id : `${id}: ${run.cause}` }, [icon(lookGlyph(run.look), run.look), h('span', { class: 't' }, id), h('span', { class: 'dim s12 clip' }, run.status === 'waiting' ? timeOf(run, panel.now) : [errorWords(run), run.counter].filter((word) => word !== '').join(', '))], {
        key: `a:${id}`, on: { click: () => { acts.goTo(id); acts.select(id); } },
      })),
    attention.length > SHOWN && h('p', { class: 'dim s12' }, `and ${count(attention.length - SHOWN)} more`),
  ], { key: 'overview' });
}

/** In the legend, where a block is 16 pixels high. */
function edgebar(look: Look): VElement {
  const { d, dashes, width } = statusBar(look, 2, 1.5, 14.5, 3);
  return s('path', { class: 'edgebar', d, 'stroke-width': width, 'stroke-dasharray': dashes });
}
