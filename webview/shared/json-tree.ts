import type { Json } from '../../protocol/json.ts';
import { counted } from './format.ts';
import { icon } from './glyphs.ts';
import { h } from './vnode.ts';
import type { Child, VElement } from './vnode.ts';

export interface Folding {
  /** Values that stand otherwise than they do by themselves. */
  readonly folds: ReadonlySet<string>;
  fold(key: string): void;
}

/** Deeper values, and longer ones, are folded until somebody opens them. */
const OPEN_DEPTH = 3;
const OPEN_ITEMS = 40;
/** More items or characters of one value are shown on demand only. */
const MOST_ITEMS = 200;
const MOST_CHARACTERS = 4_000;

/** A JSON value as a tree, every text of it as text. `at`: what tells this tree from others; `openDepth`: folded from there on. */
export function jsonTree(value: Json, at: string, folding: Folding, openDepth = OPEN_DEPTH): VElement {
  return h('div', { class: 'json', role: 'group' }, line({ name: null, value, at, depth: 0, last: true }, folding, openDepth));
}

interface Place {
  readonly name: string | null;
  readonly value: Json;
  readonly at: string;
  readonly depth: number;
  readonly last: boolean;
}

export function isContainer(value: Json): value is readonly Json[] | { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null;
}

function line({ name, value, at, depth, last }: Place, folding: Folding, openDepth: number): Child {
  const comma = last ? '' : ',';
  const label: Child = name === null ? null : [h('span', { class: 'jk' }, JSON.stringify(name)), ': '];
  if (!isContainer(value)) return h('div', { class: 'jl' }, [label, scalar(value, at, folding), comma], { key: at, style: indent(depth) });
  const entries: readonly (readonly [string | null, Json])[] = Array.isArray(value) ? (value as readonly Json[]).map((item) => [null, item] as const) : Object.entries(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  if (entries.length === 0) return h('div', { class: 'jl' }, [label, `${open}${close}${comma}`], { key: at, style: indent(depth) });
  const byItself = depth < openDepth && entries.length <= OPEN_ITEMS;
  const isOpen = folding.folds.has(at) ? !byItself : byItself;
  const summary = Array.isArray(value) ? counted(entries.length, 'item') : counted(entries.length, 'field');
  const all = folding.folds.has(`${at}#all`);
  const shown = all ? entries : entries.slice(0, MOST_ITEMS);
  const head = h('div', { class: 'jl' }, [
    h('button', { class: 'fold', 'aria-expanded': String(isOpen), 'aria-label': `${name ?? 'value'}, ${summary}` }, icon(isOpen ? 'down' : 'right', '', 12), { on: { click: () => folding.fold(at) } }),
    label, open, !isOpen && [h('span', { class: 'dim' }, ` ${summary} `), `${close}${comma}`],
  ], { key: at, style: indent(depth) });
  if (!isOpen) return head;
  return [
    head,
    shown.map(([key, child], index) => line({ name: key, value: child, at: `${at}/${index}`, depth: depth + 1, last: index === entries.length - 1 }, folding, Math.max(openDepth, OPEN_DEPTH))),
    shown.length < entries.length && h('div', { class: 'jl' }, h('button', { class: 'link' }, `${entries.length - shown.length} more`, { on: { click: () => folding.fold(`${at}#all`) } }), { key: `${at}#more`, style: indent(depth + 1) }),
    h('div', { class: 'jl' }, `${close}${comma}`, { key: `${at}#end`, style: indent(depth) }),
  ];
}

function scalar(value: null | boolean | number | string, at: string, folding: Folding): Child {
  if (typeof value === 'number') return h('span', { class: 'jn' }, String(value));
  if (typeof value !== 'string') return h('span', { class: 'jb' }, String(value));
  const whole = value.length <= MOST_CHARACTERS || folding.folds.has(`${at}#all`);
  const quoted = JSON.stringify(whole ? value : value.slice(0, MOST_CHARACTERS));
  return [
    h('span', { class: 'js' }, whole ? quoted : `${quoted.slice(0, -1)}…`),
    !whole && [' ', h('button', { class: 'link' }, `${value.length - MOST_CHARACTERS} more characters`, { on: { click: () => folding.fold(`${at}#all`) } })],
  ];
}

function indent(depth: number): Readonly<Record<string, string>> {
  return { 'padding-left': `${20 + depth * 16}px` };
}
