import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRunRecord, BodyRecord, QuestionRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';
import { bodyText, bodyView, dimmed, failureBox, isEmptyJson, jsonView, valueText } from '../shared/bodies.ts';
import type { Hands } from '../shared/bodies.ts';
import { ago, count, duration } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { jsonTree } from '../shared/json-tree.ts';
import { prose } from '../shared/prose.ts';
import { isOpen } from '../shared/run-state.ts';
import { agentRunWords, answerWords, stepName } from '../shared/step-words.ts';
import { readContainer } from '../shared/text-pieces.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { diffLines } from './diff-lines.ts';
import type { Acts, Face, PanelView } from './run-view.ts';
import { selectedRow } from './run-view.ts';
import { firstPieceMs, wireView } from './wire-view.ts';

/** The selected step: what was asked and what was answered; without a step, the agent run as a whole. */
export function stepDetail(panel: PanelView, acts: Acts): VElement {
  const row = selectedRow(panel);
  const agentRun = row?.agentRuns.find(({ id }) => id === panel.view.agentRun) ?? null;
  const step = agentRun === null ? null : (panel.steps.get(agentRun.id)?.steps.find(({ seq }) => seq === panel.view.step) ?? null);
  const content = row === null || agentRun === null ? blank(row === null ? 'Nothing is selected.' : row.cause === '' ? 'There is nothing to show of it.' : row.cause) : step === null ? whole(agentRun, panel, acts) : ofStep(step, agentRun, panel, acts);
  return h('section', { class: 'io', 'aria-label': 'What was asked and answered' }, content, { key: 'io' });
}

function blank(words: string): Child {
  return h('p', { class: 'dim nothing' }, words);
}

function foldingOf({ view }: PanelView, acts: Acts): Hands {
  return { folds: view.folds, fold: (key) => acts.fold(key), address: (address) => acts.send({ kind: 'open-address', address }) };
}

// The agent run as a whole.

function whole(one: AgentRunRecord, panel: PanelView, acts: Acts): Child {
  const folding = foldingOf(panel, acts);
  const known = panel.steps.get(one.id);
  const text = panel.state.streams.get(one.id) ?? '';
  const question = panel.detail.questions.find(({ node_id: node, run }) => node === one.node_id && run === panel.state.run.id);
  const live = isOpen(one.status);
  return [
    h('div', { class: 'sh' }, [h('h2', {}, one.node_id), h('span', { class: 'dim clip' }, [agentRunWords(one, selectedRow(panel)?.agentRuns ?? [one]), one.model === null ? '' : ` · ${one.model}`])], { key: 'head' }),
    h('div', { class: 'column', tabindex: 0, role: 'region', 'aria-label': one.node_id }, [
      one.error !== null && failureBox(one.error),
      question !== undefined && questionBox(question, panel.now, folding, acts),
      live && question === undefined && [h('h3', {}, ['Writing', h('span', { class: 'dim' }, ' as it comes')]), h('div', { class: 'prose' }, [text === '' ? h('p', { class: 'dim' }, 'Nothing written yet.') : prose(text, folding.address), h('span', { class: 'caret' })])],
      !live && [h('h3', {}, 'Output'), known === undefined ? reading() : known.output === null ? dimmed(one.status === 'completed' ? 'null, or pruned.' : 'There is none.') : jsonView(known.output, `${one.id}/output`, folding)],
      h('h3', {}, 'Inputs'), known === undefined ? reading() : isEmptyJson(known.inputs) ? dimmed('There are none.') : jsonTree(known.inputs, `${one.id}/inputs`, folding),
    ], { key: `whole:${one.id}` }),
  ];
}

function questionBox(question: QuestionRecord, now: number, folding: Hands, acts: Acts): Child {
  const { goal, ...about } = objectOf(question.about);
  return h('div', { class: 'question' }, [
    h('h3', {}, [question.kind === 'pause' ? 'Waits for you to go on' : question.assignees.length === 0 ? 'Waits for an answer' : `Waits for ${question.assignees.join(', ')}`, h('span', { class: 'dim', title: `Asked ${new Date(question.asked_at).toLocaleString()}` }, ` asked ${ago(Date.parse(question.asked_at), now)}`)]),
    typeof goal === 'string' && h('div', { class: 'prose' }, prose(goal, folding.address)),
    !isEmptyJson(about) && jsonTree(about, `${question.path}/about`, folding),
    h('button', { class: 'btn primary' }, [icon('human'), question.kind === 'pause' ? 'Go on, skip or change it…' : 'Answer…'], { on: { click: () => acts.send({ kind: 'answer', run: question.run, path: question.path }) } }),
  ]);
}

// One step.

function ofStep(step: StepRecord, agentRun: AgentRunRecord, panel: PanelView, acts: Acts): Child {
  const found = panel.bodies.get(step.seq);
  const able: readonly Face[] = ['rendered', 'raw', ...(found?.parent == null ? [] : ['diff' as const]), ...(found?.bodies.wire === undefined ? [] : ['wire' as const])];
  const face = able.includes(panel.view.face) ? panel.view.face : 'rendered';
  const agentRuns = selectedRow(panel)?.agentRuns ?? [agentRun];
  const number = agentRuns.flatMap(({ id }) => panel.steps.get(id)?.steps ?? []).findIndex(({ seq }) => seq === step.seq) + 1;
  const words = [...new Set([stepName(step), agentRuns.length > 1 ? agentRunWords(agentRun, agentRuns) : '', ...step.marks])].filter((word) => word !== '').join(' · ');
  return [
    h('div', { class: 'sh' }, [
      h('h2', {}, `Step ${number}`), h('span', { class: 'dim clip', title: step.name }, words), h('span', { class: 'spacer' }),
      faces(face, able, panel, acts),
      h('button', { class: 'btn icon-only', title: 'Copy the response', 'aria-label': 'Copy the response', disabled: found === undefined }, icon('copy'), { on: { click: () => acts.send({ kind: 'copy', text: found === undefined ? '' : bodyText(preferred(found.bodies)) }) } }),
      h('button', { class: 'btn icon-only', title: 'Open the response in an editor', 'aria-label': 'Open the response in an editor', disabled: found === undefined }, icon('open'), {
        on: { click: () => acts.send({ kind: 'open', seq: step.seq, part: found?.bodies.response.kind === 'none' ? 'request' : 'response' }) },
      }),
    ], { key: 'head' }),
    found === undefined ? h('div', { class: 'column' }, reading(), { key: 'reading' }) : columns(step, found.bodies, found.parent, face, panel, acts),
  ];
}

function preferred({ request, response }: StepBodies): BodyRecord {
  return response.kind === 'none' ? request : response;
}

function faces(face: Face, able: readonly Face[], { view, comparison, state: { run } }: PanelView, acts: Acts): VElement {
  const other = comparison === null || comparison.a === run.parent_run_id ? 'parent' : comparison.a.slice(0, 13);
  const words: Readonly<Record<Face, Child>> = { rendered: 'Rendered', raw: 'Raw', diff: ['Diff', h('span', { class: 'hide-tiny' }, ` with ${other}`)], wire: 'Network' };
  return h('span', { class: 'seg', role: 'group', 'aria-label': 'How it is shown' }, able.map((one) => h('button', { 'aria-pressed': String(face === one) }, words[one], { key: one, on: { click: () => { if (view.face !== one) acts.set({ face: one }); } } })));
}

function columns(step: StepRecord, bodies: StepBodies, parent: StepBodies | null, face: Face, panel: PanelView, acts: Acts): VElement {
  const folding = foldingOf(panel, acts);
  if (face === 'wire' && bodies.wire !== undefined) {
    return h('div', { class: 'cols one', tabindex: 0, role: 'region', 'aria-label': `What went over the network for step ${step.name}` }, h('div', { class: 'column wire' }, wireView(bodies.wire, `${step.seq}/wire`, folding)), { key: `wire:${step.seq}` });
  }
  const both = bodies.request.kind !== 'none' && bodies.response.kind !== 'none';
  const side = (part: 'request' | 'response'): Child => {
    const body = bodies[part];
    const known = part === 'response' ? answerWords(bodies.details) : '';
    if (body.kind === 'none' && (both || part === 'request' || bodies.request.kind !== 'none')) return null;
    return h('div', { class: `column ${part}`, tabindex: both ? 0 : null, role: 'region', 'aria-label': part === 'request' ? 'Request' : 'Response' }, [
      h('h3', {}, [part === 'request' ? 'Request' : step.kind === 'output' ? 'Output' : 'Response', h('span', { class: 'dim' }, sideWords(part, step, bodies)), part === 'request' && both && ownButtons(step, body, acts)]),
      known !== '' && dimmed(known),
      shown(step, part, body, parent?.[part] ?? null, face, folding),
    ], { key: `${part}:${step.seq}` });
  };
  return h('div', { class: `cols${both ? '' : ' one'}`, tabindex: 0, role: 'region', 'aria-label': `Step ${step.name}` }, [step.error !== null && step.error.message !== '' && failureBox(step.error), side('request'), side('response')], { key: `cols:${step.seq}` });
}

/** Those of the response stand above. */
function ownButtons(step: StepRecord, body: BodyRecord, acts: Acts): VElement {
  return h('span', { class: 'own' }, [
    h('button', { class: 'btn icon-only small', title: 'Copy the request', 'aria-label': 'Copy the request' }, icon('copy'), { on: { click: () => acts.send({ kind: 'copy', text: bodyText(body) }) } }),
    h('button', { class: 'btn icon-only small', title: 'Open the request in an editor', 'aria-label': 'Open the request in an editor' }, icon('open'), { on: { click: () => acts.send({ kind: 'open', seq: step.seq, part: 'request' }) } }),
  ]);
}

/** Of a model's call its tokens, apart: the figures of a step are of both sides. */
function sideWords(part: 'request' | 'response', step: StepRecord, bodies: StepBodies): Child {
  const { [part]: body, wire, details } = bodies;
  const hash = body.kind === 'none' ? null : body.hash;
  const usage = objectOf(objectOf(details)['usage']);
  const tokens = usage[part === 'request' ? 'input' : 'output'];
  const kinds = (part === 'request' ? [['cached', 'cached'], ['cache_written', 'written to the cache'], ['images', 'of images']] : [['reasoning', 'thought']]) as readonly (readonly [string, string])[];
  const apart = kinds.flatMap(([kind, words]) => { const some = usage[kind]; return typeof some === 'number' && some > 0 ? [`, ${count(some)} ${words}`] : []; }).join('');
  const first = part === 'response' ? firstPieceMs(wire) : null;
  const facts = [
    ...(typeof tokens === 'number' ? [`${count(tokens)} tok${apart}`] : []),
    ...(part === 'response' && step.duration_ms > 0 ? [duration(step.duration_ms)] : []),
    ...(first === null ? [] : [`first words after ${duration(first)}`]),
  ].join(' · ');
  return [facts === '' ? ' ' : ` ${facts}`, hash !== null && [facts === '' ? '' : ' · ', h('span', { class: 'mono', title: `SHA-256 ${hash}` }, hash.slice(0, 8))]];
}

function shown(step: StepRecord, part: 'request' | 'response', body: BodyRecord, parent: BodyRecord | null, face: Face, hands: Hands): Child {
  if (body.kind !== 'value' || face === 'rendered') return bodyView(step, part, body, `${step.seq}/${part}`, hands);
  if (face === 'raw') return h('pre', { class: 'raw' }, JSON.stringify(body.value, null, 2));
  return parent === null || parent.kind !== 'value' ? dimmed('The other run has nothing to compare it with.') : difference(comparable(parent.value), comparable(body.value));
}

/** As a person would compare it: a model's answer by its text, anything else by its JSON. */
function comparable(value: Json): string {
  const json = readContainer(valueText(value));
  return json === null ? valueText(value) : JSON.stringify(json, null, 2);
}

function difference(before: string, after: string): Child {
  if (before === after) return dimmed('The same, to the letter.');
  const lines = diffLines(before, after);
  if (lines === null) return dimmed('The two have nearly nothing in common. Open them side by side in an editor.');
  const sign = { same: ' ', added: '+', removed: '−' } as const;
  return h('div', { class: 'diff', role: 'group', 'aria-label': 'Difference' }, lines.map(({ kind, text }, at) =>
    h('div', { class: `dl ${kind}` }, [h('span', { class: 'sign', 'aria-hidden': 'true' }, sign[kind]), h('span', { class: 'sr-only' }, kind === 'same' ? '' : `${kind}: `), text], { key: String(at) })));
}

function reading(): VElement {
  return dimmed('Reading…');
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
