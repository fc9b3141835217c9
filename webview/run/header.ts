import type { RunRecord, RunRelation } from '../../protocol/run-records.ts';
import { isOpen } from '../shared/run-state.ts';
import { ago, cap as capMoney, count, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { lookGlyph, lookHeading, lookWord } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { endOf } from './rows.ts';
import type { Acts, PanelView } from './run-view.ts';

/** Which workflow, how it stands, where it comes from, what it cost of what it may, and what can be done. */
export function header(panel: PanelView, acts: Acts): VElement {
  const { run } = panel.state;
  const look: Look = run.relation === 'recorded' && run.status === 'completed' ? 'replayed' : run.status;
  return h('header', {}, [
    h('h1', { class: 'name' }, [icon('workflow'), h('span', { class: 'clip', title: run.workflow_name }, run.workflow_name)]),
    h('button', { class: 'chip mono', title: `Version ${run.version}, spec hash ${run.spec_hash}\nOpen it as it was locked`, 'aria-label': `Spec hash ${run.spec_hash.slice(0, 8)}: open the version as it was locked` }, [icon('chain', '', 14), run.spec_hash.slice(0, 8)], {
      on: { click: () => acts.send({ kind: 'action', action: 'open-version' }) },
    }),
    h('span', { class: `state ${look}`, title: lookWord(look) }, [icon(lookGlyph(look)), h('span', {}, lookHeading(look))]),
    run.parent_run_id !== null && run.relation !== null && origin(run.parent_run_id, run.relation, acts),
    run.ended_at !== null && h('span', { class: 's12 dim hide-narrow', title: `Started ${new Date(run.started_at).toLocaleString()}` }, ago(Date.parse(run.started_at), panel.now)),
    h('span', { class: 'spacer' }),
    figures(run, panel),
    buttons(panel, acts),
  ], { key: 'header' });
}

const ORIGINS: Readonly<Record<RunRelation, string>> = { replay: 'replay of', recorded: 'record of', fork: 'fork of', child: 'child of', schedule: 'started by' };

function origin(parent: string, relation: RunRelation, acts: Acts): VElement {
  return h('span', { class: 's12 origin hide-narrow' }, [
    h('span', { class: 'dim' }, `${ORIGINS[relation]} `),
    h('button', { class: 'link mono', title: `Show run ${parent}` }, parent.slice(0, 13), { on: { click: () => acts.send({ kind: 'show-run', run: parent }) } }),
  ]);
}

function figures(run: RunRecord, panel: PanelView): Child {
  const ms = endOf(panel.state, panel.now) - Date.parse(run.started_at);
  return [
    h('span', { class: 's12 hide-narrow', title: run.models === '' ? 'Tokens' : `Tokens of ${run.models}` }, `${count(run.total_tokens)} tok`),
    run.cap_micros === null ? h('span', { class: 's12', title: 'What the run has cost; it has no cap' }, money(run.total_cost_micros)) : capBar(run, run.cap_micros),
    h('span', { class: 's12', title: `Started ${new Date(run.started_at).toLocaleString()}${run.ended_at === null ? '' : `\nEnded ${new Date(run.ended_at).toLocaleString()}`}` }, duration(ms)),
  ];
}

function capBar(run: RunRecord, limit: number): VElement {
  const share = (micros: number): number => (limit === 0 ? 0 : Math.min(100, (micros / limit) * 100));
  const [spent, held] = [share(run.total_cost_micros), share(run.reserved_micros)];
  const words = `${money(run.total_cost_micros)} spent${run.reserved_micros > 0 ? `, ${money(run.reserved_micros)} set aside` : ''}, cap ${capMoney(limit)}`;
  return h('div', { class: 'cap', title: words }, [
    h('span', {}, [h('b', {}, money(run.total_cost_micros)), ` of ${capMoney(limit)}`]),
    h('span', {}, `${Math.round(spent)} %`),
    h('div', { class: 'bar', role: 'img', 'aria-label': words }, [
      h('i', {}, [], { style: { left: '0', width: `${spent}%` } }),
      run.reserved_micros > 0 && h('i', { class: 'held' }, [], { style: { left: `${spent}%`, width: `${Math.min(held, 100 - spent)}%` } }),
    ]),
  ]);
}

function buttons({ state: { run }, refusal }: PanelView, acts: Acts): Child {
  const main = isOpen(run.status)
    ? h('button', { class: 'btn', title: 'Stop this run now', 'aria-label': 'Halt' }, [icon('stop', 'error'), h('span', {}, 'Halt')], { key: 'halt', on: { click: () => acts.send({ kind: 'action', action: 'halt' }) } })
    : h('button', { class: 'btn', title: refusal ?? 'The very same versions on the same inputs, as a new run', disabled: refusal !== null, 'aria-label': 'Replay' }, [icon('replayed'), h('span', {}, 'Replay')], { key: 'replay', on: { click: () => acts.send({ kind: 'action', action: 'replay' }) } });
  return [
    main,
    h('button', { class: 'btn icon-only', title: 'More', 'aria-label': 'More about this run', 'aria-haspopup': 'menu' }, icon('more'), {
      key: 'more',
      on: { click: (event) => { const at = (event.currentTarget as HTMLElement).getBoundingClientRect(); acts.set({ menu: { of: 'run', x: at.right, y: at.bottom + 4 } }); } },
    }),
  ];
}
