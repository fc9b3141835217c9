import type { Picture } from '../../protocol/picture.ts';
import type { RunRecord } from '../../protocol/run-records.ts';
import { cap as capMoney, count, counted, duration, money } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { LOOKS, lookGlyph, lookHeading, lookWord } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Acts, PanelView } from './panel-view.ts';
import { isOpen } from '../shared/run-state.ts';

export function header(panel: PanelView, acts: Acts): VElement {
  const { picture, run } = panel;
  return h('header', {}, [
    name(panel, acts),
    picture !== null && run === null && problems(picture, acts),
    run !== null && runState(panel, acts),
    h('span', { class: 'spacer' }),
    run !== null ? runFigures(run.run, panel) : picture !== null && h('span', { class: 's12 dim clip' }, sizeWords(picture)),
    picture !== null && buttons(panel, acts),
  ], { key: 'header' });
}

function name({ picture, state }: PanelView, acts: Acts): Child {
  const others = state.kind === 'picture' ? state.others : [];
  const title = picture === null ? 'Dagbook' : picture.name === '' ? 'unnamed' : picture.name;
  const several = others.length > 1 || (others.length === 1 && others[0]?.document !== picture?.document);
  return h('h1', { class: 'name', title: picture?.description ?? '' }, [
    icon('workflow'),
    several && picture !== null
      ? h('select', { 'aria-label': 'Workflow of this file', value: String(picture.document) }, documents(picture, others).map((one) =>
          h('option', { value: String(one.document), selected: one.document === picture.document }, one.name === '' ? `document ${one.document + 1}` : one.name)), {
          on: { change: (event) => acts.send({ kind: 'document', document: Number((event.currentTarget as HTMLSelectElement).value) }) },
        })
      : h('span', { class: 'clip' }, title),
  ]);
}

function documents(picture: Picture, others: readonly { readonly document: number; readonly name: string }[]): readonly { readonly document: number; readonly name: string }[] {
  const all = others.some((one) => one.document === picture.document) ? others : [...others, { document: picture.document, name: picture.name }];
  return all.toSorted((a, b) => a.document - b.document);
}

function problems({ problems: { errors, warnings } }: Picture, acts: Acts): Child {
  if (errors + warnings === 0) return h('span', { class: 'state completed', title: 'The document has no problems' }, [icon('completed'), h('span', {}, 'no problems')]);
  const words = problemWords({ errors, warnings });
  const kind = errors > 0 ? 'error' : 'warning';
  return h('button', { class: `state ${kind} linkish`, title: `${words}: show them` }, [icon(kind), h('span', {}, counted(errors + warnings, 'problem'))], { on: { click: () => acts.send({ kind: 'problems' }) } });
}

/** `2 errors, 1 warning`; empty where there are none. */
export function problemWords({ errors, warnings }: Pick<Picture['problems'], 'errors' | 'warnings'>): string {
  return [errors > 0 ? counted(errors, 'error') : '', warnings > 0 ? counted(warnings, 'warning') : ''].filter((word) => word !== '').join(', ');
}

function sizeWords(picture: Picture): string {
  const nodes = counted(picture.nodes.length, picture.family === 'states' ? 'state' : 'node');
  return picture.capUsd === null ? `${nodes} · no cap` : `${nodes} · cap ${capMoney(Math.round(picture.capUsd * 1e6))}`;
}

function runState({ run: state, nodeRuns, picture }: PanelView, acts: Acts): Child {
  if (state === null) return null;
  const { run } = state;
  const status: Look = run.relation === 'recorded' && run.status === 'completed' ? 'replayed' : run.status;
  const tally = new Map<Look, number>();
  for (const node of nodeRuns?.values() ?? []) tally.set(node.look, (tally.get(node.look) ?? 0) + 1);
  const many = (picture?.nodes.length ?? 0) >= 40;
  const ended = [...(nodeRuns?.values() ?? [])].filter((node) => !isOpen(node.status)).length;
  return [
    h('button', { class: 'chip mono', title: `Run ${run.id}\nVersion ${run.version}, spec hash ${run.spec_hash}\nShow the run`, 'aria-label': `Show the run, spec hash ${run.spec_hash.slice(0, 8)}` }, [icon('chain', '', 14), run.spec_hash.slice(0, 8)], {
      on: { click: () => acts.send({ kind: 'show-run', run: run.id }) },
    }),
    h('span', { class: `state ${status}`, title: run.error === null ? lookWord(status) : `${run.error.name}: ${run.error.message}` }, [icon(lookGlyph(status)), h('span', {}, lookHeading(status))]),
    many
      ? h('span', { class: 's12 dim hide-narrow' }, `${count(ended)} of ${count(nodeRuns?.size ?? 0)} ended`)
      : [
          h('span', { class: 'vr hide-narrow' }),
          h('span', { class: 'tally hide-narrow' }, LOOKS.filter((look) => tally.has(look)).map((look) =>
            h('span', { class: `state ${look}`, title: `${count(tally.get(look) ?? 0)} ${lookWord(look)}` }, [icon(lookGlyph(look)), h('span', {}, [count(tally.get(look) ?? 0), h('span', { class: 'sr-only' }, ` ${lookWord(look)}`)])]))),
        ],
  ];
}

function runFigures(run: RunRecord, { now }: PanelView): Child {
  const end = run.ended_at === null ? now : Date.parse(run.ended_at);
  return [
    h('span', { class: 's12 hide-narrow', title: run.models === '' ? 'Tokens' : `Tokens of ${run.models}` }, `${count(run.total_tokens)} tok`),
    run.cap_micros === null ? h('span', { class: 's12', title: 'What the run has cost; it has no cap' }, money(run.total_cost_micros)) : capBar(run, run.cap_micros),
    h('span', { class: 's12', title: `Started ${new Date(run.started_at).toLocaleString()}` }, duration(Math.max(0, end - Date.parse(run.started_at)))),
  ];
}

function capBar(run: RunRecord, cap: number): VElement {
  const share = (micros: number): number => (cap === 0 ? 0 : Math.min(100, (micros / cap) * 100));
  const [spent, held] = [share(run.total_cost_micros), share(run.reserved_micros)];
  const words = `${money(run.total_cost_micros)} spent${run.reserved_micros > 0 ? `, ${money(run.reserved_micros)} set aside` : ''}, cap ${capMoney(cap)}`;
  return h('div', { class: 'cap', title: words }, [
    h('span', {}, [h('b', {}, money(run.total_cost_micros)), ` of ${capMoney(cap)}`]),
    h('span', {}, `${Math.round(spent)} %`),
    h('div', { class: 'bar', role: 'img', 'aria-label': words }, [
      h('i', {}, [], { style: { left: '0', width: `${spent}%` } }),
      run.reserved_micros > 0 && h('i', { class: 'held' }, [], { style: { left: `${spent}%`, width: `${Math.min(held, 100 - spent)}%` } }),
    ]),
  ]);
}

function buttons({ picture, run, refusal }: PanelView, acts: Acts): Child {
  if (picture === null) return null;
  if (run !== null && isOpen(run.run.status)) {
    return h('button', { class: 'btn', title: 'Stop this run now' }, [icon('stop', 'error'), 'Halt'], { on: { click: () => acts.send({ kind: 'halt', run: run.run.id }) } });
  }
  const models = new Set(picture.nodes.flatMap((node) => node.model ?? []));
  const free = models.size > 0 && [...models].every((model) => model === 'simulated');
  const words = run !== null ? 'Run again' : free ? 'Run (simulated, free)' : 'Run';
  const why = refusal ?? (picture.problems.errors > 0 ? 'The document has errors; the run will say which' : 'Lock the workflow and run it');
  return [
    h('button', { class: 'btn icon-only hide-narrow', title: refusal ?? 'Run with inputs…', 'aria-label': 'Run with inputs…', disabled: refusal !== null }, icon('more'), { on: { click: () => acts.send({ kind: 'run', askInputs: true }) } }),
    h('button', { class: 'btn primary', title: why, disabled: refusal !== null }, [icon('play'), words], { on: { click: () => acts.send({ kind: 'run', askInputs: false }) } }),
  ];
}
