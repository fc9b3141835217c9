import type { AgentRunRecord, BodyRecord, StepRecord } from '../../protocol/run-records.ts';
import { bodyText, bodyView, dimmed, failureBox, isEmptyJson, jsonView, valueText } from '../shared/bodies.ts';
import type { Hands } from '../shared/bodies.ts';
import { count, duration } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import type { GlyphName } from '../shared/glyphs.ts';
import { jsonTree } from '../shared/json-tree.ts';
import { prose } from '../shared/prose.ts';
import { isOpen } from '../shared/run-state.ts';
import { lookGlyph } from '../shared/status.ts';
import { agentRunWords, answerWords, stepGlyph, stepName } from '../shared/step-words.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { bracket } from './bracket.ts';
import { leftWords } from './card-text.ts';
import { modelSteps, requestStep } from './drawer-run.ts';
import type { DrawerRun } from './drawer-run.ts';
import type { Acts, DrawerTab, PanelView } from './panel-view.ts';

const TABS: Readonly<Record<DrawerTab, string>> = { bracket: 'Bracket', stream: 'Stream', request: 'Request', steps: 'Steps', output: 'Output' };

/** The selected node in the run: what it writes, what was asked, what it did, and what came of it. */
export function drawerTabs(drawer: DrawerRun, panel: PanelView, acts: Acts): VElement {
  const { tabs, tab } = drawer;
  const walk = (event: KeyboardEvent, at: number): void => {
    const to = { ArrowLeft: tabs[(at + tabs.length - 1) % tabs.length], ArrowRight: tabs[(at + 1) % tabs.length], Home: tabs[0], End: tabs.at(-1) }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    acts.set({ tab: to });
    [...((event.currentTarget as Element).parentElement?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])][tabs.indexOf(to)]?.focus();
  };
  return h('div', { class: 'body' }, [
    h('div', { class: 'tabs', role: 'tablist' }, tabs.map((one, at) =>
      h('button', { role: 'tab', id: `tab-${one}`, 'aria-selected': String(one === tab), 'aria-controls': 'tab-panel', tabindex: one === tab ? 0 : -1 }, TABS[one], { key: one, on: { click: () => acts.set({ tab: one, following: true }), keydown: (event) => walk(event, at) } })), { key: 'tabs' }),
    // Each tab scrolls by itself, and the stream goes along with its end.
    h('div', { class: `tab ${tab}${tab === 'stream' && panel.view.following ? ' following' : ''}`, id: 'tab-panel', role: 'tabpanel', tabindex: 0, 'aria-labelledby': `tab-${tab}` }, body(drawer, panel, acts), {
      key: `${tab}:${drawer.agentRun.id}`,
      on: tab === 'stream' ? { scroll: ({ currentTarget }) => { follow(currentTarget as Element, panel, acts); } } : {},
    }),
  ], { key: 'body' });
}

function follow({ scrollTop, clientHeight, scrollHeight }: Element, { view }: PanelView, acts: Acts): void {
  const following = scrollTop + clientHeight >= scrollHeight - 24;
  if (following !== view.following) acts.set({ following });
}

function body(drawer: DrawerRun, panel: PanelView, acts: Acts): Child {
  const why = panel.record.unreadable.get(drawer.agentRun.id);
  const known = panel.record.agentRuns.has(drawer.agentRun.id);
  if (why !== undefined && !known && drawer.tab !== 'stream' && drawer.tab !== 'bracket') return failureBox({ name: 'This cannot be read.', message: why });
  switch (drawer.tab) {
    case 'bracket':
      return bracket(drawer.node, drawer.run);
    case 'stream':
      return stream(drawer, panel, acts);
    case 'request':
      return request(drawer, panel, acts);
    case 'steps':
      return stepList(drawer, panel, acts);
    case 'output':
      return output(drawer, panel, acts);
  }
}

function handsOf({ view }: PanelView, acts: Acts): Hands {
  return { folds: view.folds, fold: (key) => acts.fold(key), address: (address) => acts.send({ kind: 'open-address', address }) };
}

// What it writes.

/** Its earlier iterations or attempts, the calls it has made, and what it writes just now. */
function stream(drawer: DrawerRun, panel: PanelView, acts: Acts): Child {
  const { run, agentRun } = drawer;
  const others = run.agentRuns.filter(({ id, status }) => id !== agentRun.id && status !== 'skipped').slice(-3);
  const steps = (panel.record.agentRuns.get(agentRun.id)?.steps ?? []).filter(({ kind }) => kind !== 'output').slice(-4);
  const live = isOpen(agentRun.status);
  return [
    others.map((one) => agentRunRow(one, run.agentRuns, panel)),
    steps.map((step) => stepLine(step)),
    (live || steps.length === 0) && agentRunRow(agentRun, run.agentRuns, panel),
    written(drawer, panel, acts),
  ];
}

function written({ agentRun, run }: DrawerRun, panel: PanelView, acts: Acts): Child {
  const text = panel.run?.streams.get(agentRun.id) ?? '';
  const hands = handsOf(panel, acts);
  if (text !== '') return h('div', { class: 'text prose' }, [prose(text, hands.address), agentRun.status === 'running' && h('span', { class: 'caret' })], { key: 'text' });
  if (run.status === 'waiting') return dimmed(run.waitsFor?.kind === 'timer' ? `Waits for its time${leftIn(run, panel)}.` : `Waits for an answer${leftIn(run, panel)}.`);
  if (isOpen(agentRun.status)) return dimmed('Nothing written yet.');
  // Nobody watched: the record has what was said at the end.
  const last = modelSteps(panel, agentRun).at(-1);
  if (last === undefined) return dimmed(panel.record.agentRuns.has(agentRun.id) ? 'It wrote nothing.' : 'Reading…');
  const bodies = panel.record.bodies.get(last.seq);
  return bodies === undefined ? dimmed('Reading…') : h('div', { class: 'text' }, bodyView(last, 'response', bodies.response, `${last.seq}/response`, hands), { key: 'text' });
}

function leftIn(run: DrawerRun['run'], { now }: PanelView): string {
  const left = leftWords(run, now);
  return left === null ? '' : ` (${left})`;
}

function agentRunRow(record: AgentRunRecord, among: readonly AgentRunRecord[], panel: PanelView): VElement {
  const began = Date.parse(record.started_at);
  const end = record.ended_at === null ? panel.now : Date.parse(record.ended_at);
  return callRow({ key: record.id, glyph: 'llm', name: modelName(record), words: agentRunWords(record, among), tokens: record.total_tokens, ms: Math.max(0, end - began), status: record.status, title: record.error === null ? record.path : `${record.error.name}: ${record.error.message}` });
}

function modelName({ model, agent_name: agent }: AgentRunRecord): string {
  return model?.replace(/^[a-z]+:/, '') ?? agent;
}

function stepLine(step: StepRecord): VElement {
  return callRow({ key: `step:${step.seq}`, glyph: stepGlyph(step.kind), name: stepName(step), words: markWords(step), tokens: step.tokens, ms: step.duration_ms, status: step.error === null ? 'completed' : 'error', title: step.error === null ? step.name : `${step.error.name}: ${step.error.message}` });
}

/** What must be known of its figures; `simulated` is said of the whole run. */
function markWords({ marks }: StepRecord): string {
  return marks.filter((mark) => mark !== 'simulated').join(', ');
}

interface Call {
  readonly key: string;
  readonly glyph: GlyphName;
  readonly name: string;
  readonly words: string;
  readonly tokens: number;
  readonly ms: number;
  readonly status: AgentRunRecord['status'];
  readonly title: string;
}

function callRow({ key, glyph, name, words, tokens, ms, status, title }: Call): VElement {
  return h('div', { class: 'call', title }, [
    icon(glyph, 'dim'), h('span', { class: 'mono clip' }, name), h('span', { class: 'dim clip' }, words), h('span', { class: 'spacer' }),
    tokens > 0 && h('span', { class: 'dim' }, `${count(tokens)} tok`), h('span', {}, duration(ms)), icon(lookGlyph(status), status), h('span', { class: 'sr-only' }, status),
  ], { key });
}

// What was asked.

function request(drawer: DrawerRun, panel: PanelView, acts: Acts): Child {
  const { agentRun } = drawer;
  const known = panel.record.agentRuns.get(agentRun.id);
  const step = requestStep(panel, agentRun);
  const hands = handsOf(panel, acts);
  if (known === undefined) return [picker(drawer, acts), dimmed('Reading…')];
  const inputs = isEmptyJson(known.inputs) ? dimmed('It was given no inputs.') : jsonTree(known.inputs, `${agentRun.id}/inputs`, hands);
  if (step === null) return [picker(drawer, acts), section('Inputs', '', copyButton('inputs', valueText(known.inputs), acts)), inputs, isOpen(agentRun.status) && dimmed('A request is in the record when its answer is.')];
  const steps = modelSteps(panel, agentRun);
  const bodies = panel.record.bodies.get(step.seq);
  return [
    picker(drawer, acts),
    steps.length > 1 && steps.some(({ seq }) => seq === step.seq) && turns(steps, step, acts),
    section('Request', stepName(step), bodyButtons(step, 'request', bodies?.request ?? null, acts)),
    bodies === undefined ? dimmed('Reading…') : bodyView(step, 'request', bodies.request, `${step.seq}/request`, hands),
    section('Inputs', '', copyButton('inputs', valueText(known.inputs), acts)), inputs,
  ];
}

/** Which iteration, attempt or entrant, where there are several. */
function picker({ run, agentRun }: DrawerRun, acts: Acts): Child {
  const all = run.agentRuns.filter(({ status }) => status !== 'skipped');
  if (all.length < 2) return null;
  return h('select', { 'class': 'picker', 'aria-label': 'Which of its agent runs', 'value': agentRun.id }, all.map((one) =>
    h('option', { value: one.id, selected: one.id === agentRun.id }, `${agentRunWords(one, all)}, ${one.status}`, { key: one.id })), {
    key: 'picker', on: { change: (event) => acts.set({ agentRun: (event.currentTarget as HTMLSelectElement).value, step: null }) },
  });
}

/** A model that calls tools is asked again and again: from turn to turn. */
function turns(steps: readonly StepRecord[], shown: StepRecord, acts: Acts): VElement {
  const at = steps.findIndex(({ seq }) => seq === shown.seq);
  const go = (to: number): void => { const step = steps[to]; if (step !== undefined) acts.set({ step: step.seq }); };
  return h('div', { class: 'turns' }, [
    h('button', { class: 'btn icon-only small', title: 'The turn before', 'aria-label': 'The turn before', disabled: at === 0 }, icon('right', 'flip'), { on: { click: () => go(at - 1) } }),
    h('span', { class: 's12' }, `turn ${at + 1} of ${steps.length}`),
    h('button', { class: 'btn icon-only small', title: 'The next turn', 'aria-label': 'The next turn', disabled: at === steps.length - 1 }, icon('right'), { on: { click: () => go(at + 1) } }),
  ], { key: 'turns' });
}

function section(title: string, more: string, buttons: Child): VElement {
  return h('h3', {}, [title, h('span', { class: 'dim clip' }, more), h('span', { class: 'spacer' }), buttons], { key: `h:${title}` });
}

function copyButton(what: string, text: string, acts: Acts): VElement {
  return h('button', { class: 'btn icon-only small', title: `Copy the ${what}`, 'aria-label': `Copy the ${what}` }, icon('copy'), { on: { click: () => acts.send({ kind: 'copy', text }) } });
}

function bodyButtons(step: StepRecord, part: 'request' | 'response', body: BodyRecord | null, acts: Acts): Child {
  return body?.kind === 'value' && [
    copyButton(part, bodyText(body), acts),
    h('button', { class: 'btn icon-only small', title: `Open the ${part} in an editor`, 'aria-label': `Open the ${part} in an editor` }, icon('open'), { on: { click: () => acts.send({ kind: 'open-body', seq: step.seq, part }) } }),
  ];
}

// What it did.

function stepList({ run }: DrawerRun, panel: PanelView, acts: Acts): Child {
  const all = run.agentRuns.filter(({ status }) => status !== 'skipped');
  let number = 0;
  return all.map((one) => {
    const steps = panel.record.agentRuns.get(one.id)?.steps;
    const why = panel.record.unreadable.get(one.id);
    return [
      all.length > 1 && agentRunRow(one, all, panel),
      steps === undefined ? dimmed(why ?? 'Reading…') : steps.length === 0 && dimmed(isOpen(one.status) ? 'No step has ended yet.' : 'It has no steps.'),
      steps?.map((step) => stepEntry(step, ++number, panel, acts)),
    ];
  });
}

function stepEntry(step: StepRecord, number: number, panel: PanelView, acts: Acts): Child {
  const open = panel.view.step === step.seq;
  const bodies = panel.record.bodies.get(step.seq);
  const hands = handsOf(panel, acts);
  return [
    h('button', { class: `call step${open ? ' on' : ''}`, 'aria-expanded': String(open), title: step.name }, [
      h('span', { class: 'dim num' }, String(number)), icon(step.error === null ? stepGlyph(step.kind) : 'failed', step.error === null ? 'dim' : 'error'),
      h('span', { class: 'mono clip' }, stepName(step)), h('span', { class: 'dim clip' }, step.error?.name ?? markWords(step)), h('span', { class: 'spacer' }),
      step.tokens > 0 && h('span', { class: 'dim' }, `${count(step.tokens)} tok`), h('span', {}, duration(step.duration_ms)), icon(open ? 'down' : 'right', 'dim', 12),
    ], { key: `step:${step.seq}`, on: { click: () => acts.set({ step: open ? null : step.seq }) } }),
    open && h('div', { class: 'step-body' }, bodies === undefined ? dimmed('Reading…') : [
      step.error !== null && step.error.message !== '' && failureBox(step.error),
      (['request', 'response'] as const).map((part) => bodies[part].kind !== 'none' && [section(part === 'request' ? 'Request' : 'Response', '', bodyButtons(step, part, bodies[part], acts)), part === 'response' && answerWords(bodies.details) !== '' && dimmed(answerWords(bodies.details)), bodyView(step, part, bodies[part], `${step.seq}/${part}`, hands)]),
    ], { key: `bodies:${step.seq}` }),
  ];
}

// What came of it.

function output(drawer: DrawerRun, panel: PanelView, acts: Acts): Child {
  const { agentRun } = drawer;
  const known = panel.record.agentRuns.get(agentRun.id);
  const step = known?.steps.findLast(({ kind }) => kind === 'output');
  const marks = [agentRun.pinned ? 'given by hand' : '', agentRun.replayed ? 'from the record' : ''].filter((mark) => mark !== '').join(', ');
  return [
    picker(drawer, acts),
    agentRun.error !== null && failureBox(agentRun.error),
    section('Output', marks, known !== undefined && known.output !== null && [
      copyButton('output', valueText(known.output), acts),
      step !== undefined && h('button', { class: 'btn icon-only small', title: 'Open the output in an editor', 'aria-label': 'Open the output in an editor' }, icon('open'), { on: { click: () => acts.send({ kind: 'open-body', seq: step.seq, part: 'response' }) } }),
    ]),
    known === undefined ? dimmed('Reading…') : known.output !== null ? jsonView(known.output, `${agentRun.id}/output`, handsOf(panel, acts)) : dimmed(isOpen(agentRun.status) ? 'There is none yet.' : agentRun.status === 'completed' ? 'null, or pruned.' : 'There is none.'),
  ];
}
