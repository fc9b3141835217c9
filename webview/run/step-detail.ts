import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRunRecord, BodyRecord, QuestionRecord, StepBodies, StepRecord } from '../../protocol/run-records.ts';
import { isOpen } from '../shared/run-state.ts';
import { ago, counted, duration } from '../shared/format.ts';
import { icon } from '../shared/glyphs.ts';
import { prose } from '../shared/prose.ts';
import type { OpenAddress } from '../shared/prose.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import { diffLines } from './diff-lines.ts';
import { piecesOf, readContainer } from '../shared/text-pieces.ts';
import { isContainer, jsonTree } from '../shared/json-tree.ts';
import type { Folding } from '../shared/json-tree.ts';
import type { Acts, Face, PanelView } from './run-view.ts';
import { selectedRow } from './run-view.ts';
import { agentRunWords, stepName } from './steps.ts';

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

/** What can be done with what is shown: folding it, and following an address in it. */
interface Hands extends Folding {
  readonly address: OpenAddress;
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
      one.error !== null && failure(one.error),
      question !== undefined && questionBox(question, panel.now, folding, acts),
      live && question === undefined && [h('h3', {}, ['Writing', h('span', { class: 'dim' }, ' as it comes')]), h('div', { class: 'prose' }, [text === '' ? h('p', { class: 'dim' }, 'Nothing written yet.') : prose(text, folding.address), h('span', { class: 'caret' })])],
      !live && [h('h3', {}, 'Output'), known === undefined ? reading() : known.output === null ? none(one.status === 'completed' ? 'null, or pruned.' : 'There is none.') : rendered(known.output, `${one.id}/output`, folding)],
      h('h3', {}, 'Inputs'), known === undefined ? reading() : emptyJson(known.inputs) ? none('There are none.') : jsonTree(known.inputs, `${one.id}/inputs`, folding),
    ], { key: `whole:${one.id}` }),
  ];
}

function questionBox(question: QuestionRecord, now: number, folding: Hands, acts: Acts): Child {
  const { goal, ...about } = objectOf(question.about);
  return h('div', { class: 'question' }, [
    h('h3', {}, [question.kind === 'pause' ? 'Waits for you to go on' : question.assignees.length === 0 ? 'Waits for an answer' : `Waits for ${question.assignees.join(', ')}`, h('span', { class: 'dim', title: `Asked ${new Date(question.asked_at).toLocaleString()}` }, ` asked ${ago(Date.parse(question.asked_at), now)}`)]),
    typeof goal === 'string' && h('div', { class: 'prose' }, prose(goal, folding.address)),
    !emptyJson(about) && jsonTree(about, `${question.path}/about`, folding),
    h('button', { class: 'btn primary' }, [icon('human'), question.kind === 'pause' ? 'Go on, skip or change it…' : 'Answer…'], { on: { click: () => acts.send({ kind: 'answer', run: question.run, path: question.path }) } }),
  ]);
}

function failure({ name, message, path }: { readonly name: string; readonly message: string; readonly path?: string }): VElement {
  return h('div', { class: 'failure', role: 'note' }, [icon('failed', 'error'), h('div', {}, [h('b', {}, name), message !== '' && h('p', {}, message), path !== undefined && h('p', { class: 'mono dim' }, path)])]);
}

// One step.

function ofStep(step: StepRecord, agentRun: AgentRunRecord, panel: PanelView, acts: Acts): Child {
  const found = panel.bodies.get(step.seq);
  const face: Face = panel.view.face === 'diff' && found?.parent == null ? 'rendered' : panel.view.face;
  const agentRuns = selectedRow(panel)?.agentRuns ?? [agentRun];
  const number = agentRuns.flatMap(({ id }) => panel.steps.get(id)?.steps ?? []).findIndex(({ seq }) => seq === step.seq) + 1;
  const words = [...new Set([stepName(step), agentRuns.length > 1 ? agentRunWords(agentRun, agentRuns) : '', ...step.marks])].filter((word) => word !== '').join(' · ');
  return [
    h('div', { class: 'sh' }, [
      h('h2', {}, `Step ${number}`), h('span', { class: 'dim clip', title: step.name }, words), h('span', { class: 'spacer' }),
      faces(face, found?.parent != null, panel, acts),
      h('button', { class: 'btn icon-only', title: 'Copy the response', 'aria-label': 'Copy the response', disabled: found === undefined }, icon('copy'), { on: { click: () => acts.send({ kind: 'copy', text: found === undefined ? '' : textOf(preferred(found.bodies)) }) } }),
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

function faces(face: Face, parent: boolean, { view, comparison, state: { run } }: PanelView, acts: Acts): VElement {
  const other = comparison === null || comparison.a === run.parent_run_id ? 'parent' : comparison.a.slice(0, 13);
  const all: readonly (readonly [Face, string])[] = [['rendered', 'Rendered'], ['raw', 'Raw'], ...(parent ? [['diff', `Diff with ${other}`] as const] : [])];
  return h('span', { class: 'seg', role: 'group', 'aria-label': 'How it is shown' }, all.map(([one, words]) => h('button', { 'aria-pressed': String(face === one) }, words, { key: one, on: { click: () => { if (view.face !== one) acts.set({ face: one }); } } })));
}

function columns(step: StepRecord, bodies: StepBodies, parent: StepBodies | null, face: Face, panel: PanelView, acts: Acts): VElement {
  const folding = foldingOf(panel, acts);
  const both = bodies.request.kind !== 'none' && bodies.response.kind !== 'none';
  const side = (part: 'request' | 'response'): Child => {
    const body = bodies[part];
    if (body.kind === 'none' && (both || part === 'request' || bodies.request.kind !== 'none')) return null;
    return h('div', { class: `column ${part}`, tabindex: both ? 0 : null, role: 'region', 'aria-label': part === 'request' ? 'Request' : 'Response' }, [
      h('h3', {}, [part === 'request' ? 'Request' : step.kind === 'output' ? 'Output' : 'Response', h('span', { class: 'dim' }, sideWords(part, step, body)), part === 'request' && both && ownButtons(step, body, acts)]),
      shown(step, part, body, parent?.[part] ?? null, face, folding),
    ], { key: `${part}:${step.seq}` });
  };
  return h('div', { class: `cols${both ? '' : ' one'}`, tabindex: 0, role: 'region', 'aria-label': `Step ${step.name}` }, [step.error !== null && step.error.message !== '' && failure(step.error), side('request'), side('response')], { key: `cols:${step.seq}` });
}

/** Those of the response stand above. */
function ownButtons(step: StepRecord, body: BodyRecord, acts: Acts): VElement {
  return h('span', { class: 'own' }, [
    h('button', { class: 'btn icon-only small', title: 'Copy the request', 'aria-label': 'Copy the request' }, icon('copy'), { on: { click: () => acts.send({ kind: 'copy', text: textOf(body) }) } }),
    h('button', { class: 'btn icon-only small', title: 'Open the request in an editor', 'aria-label': 'Open the request in an editor' }, icon('open'), { on: { click: () => acts.send({ kind: 'open', seq: step.seq, part: 'request' }) } }),
  ]);
}

function sideWords(part: 'request' | 'response', step: StepRecord, body: BodyRecord): Child {
  const hash = body.kind === 'none' ? null : body.hash;
  const facts = part === 'response' && step.duration_ms > 0 ? ` ${duration(step.duration_ms)}` : '';
  return [facts, hash !== null && [facts === '' ? ' ' : ' · ', h('span', { class: 'mono', title: `SHA-256 ${hash}` }, hash.slice(0, 8))]];
}

function shown(step: StepRecord, part: 'request' | 'response', body: BodyRecord, parent: BodyRecord | null, face: Face, folding: Hands): Child {
  switch (body.kind) {
    case 'none':
      return none(step.error === null ? 'There is none.' : `There is none: ${step.error.name}.`);
    case 'pruned':
      return h('div', { class: 'pruned' }, [icon('lock', 'dim'), h('p', {}, ['This was pruned. Its hash stays, so the ledger still verifies', body.hash === null ? '.' : [': ', h('span', { class: 'mono' }, body.hash)]])]);
    case 'value':
      break;
  }
  const at = `${step.seq}/${part}`;
  switch (face) {
    case 'raw':
      return h('pre', { class: 'raw' }, JSON.stringify(body.value, null, 2));
    case 'diff':
      return parent === null || parent.kind !== 'value' ? none('The other run has nothing to compare it with.') : difference(comparable(parent.value), comparable(body.value));
    case 'rendered':
      return step.kind === 'llm' ? (part === 'request' ? conversation(body.value, at, folding) : answer(body.value, at, folding)) : rendered(body.value, at, folding);
  }
}

/** A model's request by role; what else was asked for stands folded below. */
function conversation(value: Json, at: string, folding: Hands): Child {
  const request = objectOf(value);
  const messages = Array.isArray(request['messages']) ? (request['messages'] as readonly Json[]).map(objectOf) : [];
  const rest = Object.fromEntries(Object.entries(request).filter(([key]) => key !== 'messages'));
  if (messages.length === 0) return rendered(value, at, folding);
  return [
    messages.map((message, index) => [
      h('p', { class: 'role' }, typeof message['role'] === 'string' ? message['role'] : 'message', { key: `role:${index}` }),
      typeof message['content'] === 'string' ? richText(message['content'], `${at}/${index}`, folding) : rendered(message['content'] ?? null, `${at}/${index}`, folding),
      otherFields(message, ['role', 'content'], `${at}/${index}/more`, folding),
    ]),
    !emptyJson(rest) && [h('p', { class: 'role' }, 'settings'), folded(rest, `${at}/settings`, folding)],
  ];
}

/** What a model said, and what it wants called; its usage stands in the figures. */
function answer(value: Json, at: string, folding: Hands): Child {
  const given = objectOf(value);
  const error = objectOf(given['error']);
  if (typeof error['name'] === 'string') return failure({ name: error['name'], message: typeof error['message'] === 'string' ? error['message'] : '' });
  const { text } = given;
  if (typeof text !== 'string') return rendered(value, at, folding);
  const calls = given['toolCalls'];
  return [
    text === '' ? (calls === undefined ? none('An empty answer.') : null) : richText(text, at, folding),
    calls !== undefined && [h('p', { class: 'role' }, 'wants called'), jsonTree(calls, `${at}/calls`, folding)],
    given['finish'] === 'length' || given['finish'] === 'cut' ? h('p', { class: 'warning s12' }, given['finish'] === 'cut' ? 'Cut off at the cap.' : 'Cut off at its token limit.') : null,
  ];
}

function richText(text: string, at: string, folding: Hands): Child {
  return piecesOf(text).map((piece, index) => {
    const place = index === 0 ? at : `${at}+${index}`;
    // What stands among words is mostly a schema: there for whoever wants it.
    return piece.kind === 'words' ? h('div', { class: 'prose' }, prose(piece.text, folding.address), { key: place }) : jsonTree(piece.value, place, folding, piece.kind === 'line' ? 0 : undefined);
  });
}

function rendered(value: Json, at: string, folding: Hands): Child {
  return typeof value === 'string' ? richText(value, at, folding) : jsonTree(value, at, folding);
}

function otherFields(message: JsonObject, known: readonly string[], at: string, folding: Hands): Child {
  const rest = Object.fromEntries(Object.entries(message).filter(([key]) => !known.includes(key)));
  return emptyJson(rest) ? null : jsonTree(rest, at, folding);
}

/** Closed until somebody opens it: a settled fold is the other way round. */
function folded(value: Json, at: string, folding: Hands): Child {
  const open = folding.folds.has(`${at}#open`);
  return [
    h('button', { class: 'fold-line dim', 'aria-expanded': String(open) }, [icon(open ? 'down' : 'right', '', 12), counted(Object.keys(objectOf(value)).length, 'field')], { on: { click: () => folding.fold(`${at}#open`) } }),
    open && jsonTree(value, at, folding),
  ];
}

/** As a person would compare it: a model's answer by its text, anything else by its JSON. */
function comparable(value: Json): string {
  const { text } = objectOf(value);
  const plain = typeof value === 'string' ? value : typeof text === 'string' ? text : null;
  if (plain === null) return JSON.stringify(value, null, 2);
  const json = readContainer(plain);
  return json === null ? plain : JSON.stringify(json, null, 2);
}

function difference(before: string, after: string): Child {
  if (before === after) return none('The same, to the letter.');
  const lines = diffLines(before, after);
  if (lines === null) return none('The two have nearly nothing in common. Open them side by side in an editor.');
  const sign = { same: ' ', added: '+', removed: '−' } as const;
  return h('div', { class: 'diff', role: 'group', 'aria-label': 'Difference' }, lines.map(({ kind, text }, at) =>
    h('div', { class: `dl ${kind}` }, [h('span', { class: 'sign', 'aria-hidden': 'true' }, sign[kind]), h('span', { class: 'sr-only' }, kind === 'same' ? '' : `${kind}: `), text], { key: String(at) })));
}

function textOf(body: BodyRecord): string {
  if (body.kind !== 'value') return '';
  const { text } = objectOf(body.value);
  return typeof body.value === 'string' ? body.value : typeof text === 'string' ? text : JSON.stringify(body.value, null, 2);
}

function none(words: string): VElement {
  return h('p', { class: 'dim' }, words);
}

function reading(): VElement {
  return h('p', { class: 'dim' }, 'Reading…');
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function emptyJson(value: Json): boolean {
  return value === null || (isContainer(value) && Object.keys(value).length === 0);
}
