/**
 * What should be on the screen, as plain values. `patch.ts` makes the DOM so; `svg-text.ts` writes it out. A text is a
 * text node and an attribute an attribute: nothing here is ever read as markup.
 */
export type VNode = VElement | string;

export interface VElement {
  readonly tag: string;
  readonly svg: boolean;
  /** Tells siblings apart; an element keeps its DOM node (and focus) as long as its key stays among them. */
  readonly key: string | null;
  readonly attributes: Attributes;
  readonly style: Readonly<Record<string, string>>;
  readonly on: Handlers;
  readonly children: readonly VNode[];
}

/** `true` = present and empty; `false`, null and undefined = absent. */
export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Handlers = { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };
export type Child = VNode | null | undefined | false | readonly Child[];

export interface Options {
  readonly key?: string;
  readonly style?: Readonly<Record<string, string>>;
  readonly on?: Handlers;
}

/** An HTML element. */
export function h(tag: string, attributes: Attributes = {}, children: Child = [], options: Options = {}): VElement {
  return make(tag, false, attributes, children, options);
}

/** An SVG element. */
export function s(tag: string, attributes: Attributes = {}, children: Child = [], options: Options = {}): VElement {
  return make(tag, true, attributes, children, options);
}

const NONE = {};

function make(tag: string, svg: boolean, attributes: Attributes, children: Child, { key, style, on }: Options): VElement {
  return { tag, svg, key: key ?? null, attributes, style: style ?? NONE, on: on ?? NONE, children: flat(children) };
}

function flat(child: Child): readonly VNode[] {
  if (child === null || child === undefined || child === false) return [];
  if (!isList(child)) return [child];
  return child.every((one) => typeof one === 'string' || (typeof one === 'object' && one !== null && !isList(one))) ? (child as readonly VNode[]) : child.flatMap(flat);
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}
