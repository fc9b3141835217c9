import type { Json, JsonObject } from '../../protocol/json.ts';
import type { BodyRecord, ErrorRecord, StepRecord } from '../../protocol/run-records.ts';
import { counted } from './format.ts';
import { icon } from './glyphs.ts';
import { jsonTree } from './json-tree.ts';
import type { Folding } from './json-tree.ts';
import { prose } from './prose.ts';
import type { OpenAddress } from './prose.ts';
import { piecesOf } from './text-pieces.ts';
import { h } from './vnode.ts';
import type { Child, VElement } from './vnode.ts';

/** What can be done with what is shown: folding it, and following an address in it. */
export interface Hands extends Folding {
  readonly address: OpenAddress;
}

/** What was asked or answered, for reading: a model's by role and as prose, anything else as JSON. `at` tells one body's folds from another's. */
export function bodyView(step: Pick<StepRecord, 'kind' | 'error'>, part: 'request' | 'response', body: BodyRecord, at: string, hands: Hands): Child {
  switch (body.kind) {
    case 'none':
      return dimmed(step.error === null ? 'There is none.' : `There is none: ${step.error.name}.`);
    case 'pruned':
      return h('div', { class: 'pruned' }, [icon('lock', 'dim'), h('p', {}, ['This was pruned. Its hash stays, so the ledger still verifies', body.hash === null ? '.' : [': ', h('span', { class: 'mono' }, body.hash)]])]);
    case 'value':
      return step.kind !== 'llm' ? jsonView(body.value, at, hands) : part === 'request' ? conversation(body.value, at, hands) : answer(body.value, at, hands);
  }
}

/** Any value: a text as prose with its JSON as JSON, everything else as a tree. */
export function jsonView(value: Json, at: string, hands: Hands): Child {
  return typeof value === 'string' ? richText(value, at, hands) : jsonTree(value, at, hands);
}

/** As a person would paste it: a model's answer by its text, anything else by its JSON. */
export function bodyText(body: BodyRecord): string {
  return body.kind === 'value' ? valueText(body.value) : '';
}

export function valueText(value: Json): string {
  const { text } = objectOf(value);
  return typeof value === 'string' ? value : typeof text === 'string' ? text : JSON.stringify(value, null, 2);
}

export function failureBox({ name, message, path }: ErrorRecord): VElement {
  return h('div', { class: 'failure', role: 'note' }, [icon('failed', 'error'), h('div', {}, [h('b', {}, name), message !== '' && h('p', {}, message), path !== undefined && h('p', { class: 'mono dim' }, path)])]);
}

export function dimmed(words: string): VElement {
  return h('p', { class: 'dim' }, words);
}

export function isEmptyJson(value: Json): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** A model's request by role; what else was asked for stands folded below. */
function conversation(value: Json, at: string, hands: Hands): Child {
  const { messages, ...rest } = objectOf(value);
  if (!Array.isArray(messages) || messages.length === 0) return jsonView(value, at, hands);
  return [
    (messages as readonly Json[]).map(objectOf).map(({ role, content, ...more }, index) => [
      h('p', { class: 'role' }, typeof role === 'string' ? role : 'message', { key: `role:${index}` }),
      jsonView(content ?? null, `${at}/${index}`, hands),
      !isEmptyJson(more) && jsonTree(more, `${at}/${index}/more`, hands),
    ]),
    !isEmptyJson(rest) && [h('p', { class: 'role' }, 'settings'), folded(rest, `${at}/settings`, hands)],
  ];
}

/** What a model said, and what it wants called; its usage stands in the figures. */
function answer(value: Json, at: string, hands: Hands): Child {
  const { error, text, toolCalls, finish } = objectOf(value);
  const { name, message } = objectOf(error);
  if (typeof name === 'string') return failureBox({ name, message: typeof message === 'string' ? message : '' });
  if (typeof text !== 'string') return jsonView(value, at, hands);
  return [
    text !== '' ? richText(text, at, hands) : toolCalls === undefined && dimmed('An empty answer.'),
    toolCalls !== undefined && [h('p', { class: 'role' }, 'wants called'), jsonTree(toolCalls, `${at}/calls`, hands)],
    finish === 'cut' ? cutOff('Cut off at the cap.') : finish === 'length' && cutOff('Cut off at its token limit.'),
  ];
}

function cutOff(words: string): VElement {
  return h('p', { class: 'warning s12' }, words);
}

function richText(text: string, at: string, hands: Hands): Child {
  return piecesOf(text).map((piece, index) => {
    const place = index === 0 ? at : `${at}+${index}`;
    // What stands among words is mostly a schema: there for whoever wants it.
    return piece.kind === 'words' ? h('div', { class: 'prose' }, prose(piece.text, hands.address), { key: place }) : jsonTree(piece.value, place, hands, piece.kind === 'line' ? 0 : undefined);
  });
}

/** Closed until somebody opens it. */
function folded(value: JsonObject, at: string, hands: Hands): Child {
  const open = hands.folds.has(`${at}#open`);
  return [
    h('button', { class: 'fold-line dim', 'aria-expanded': String(open) }, [icon(open ? 'down' : 'right', '', 12), counted(Object.keys(value).length, 'field')], { on: { click: () => hands.fold(`${at}#open`) } }),
    open && jsonTree(value, at, hands),
  ];
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
