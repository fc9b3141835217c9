import type { VElement, VNode } from './vnode.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** What stands in the DOM for a value. */
interface Mounted {
  vnode: VNode;
  readonly node: ChildNode;
  children: Mounted[];
}

/** Keeps the children of one element as the values it was given last. A value that is the very same object is not looked at again. */
export class View {
  readonly #parent: Element;
  #mounted: Mounted[] = [];

  constructor(parent: Element) {
    this.#parent = parent;
  }

  show(children: readonly VNode[]): void {
    this.#mounted = patchChildren(this.#parent, this.#mounted, children);
  }
}

function patchChildren(parent: Element, before: readonly Mounted[], after: readonly VNode[]): Mounted[] {
  const keyed = new Map<string, Mounted>();
  const loose: Mounted[] = [];
  for (const mounted of before) {
    const key = keyOf(mounted.vnode);
    if (key === null) loose.push(mounted);
    else keyed.set(key, mounted);
  }
  let next = 0;
  const reused = after.map((vnode) => {
    const key = keyOf(vnode);
    const candidate = key === null ? loose[next++] : keyed.get(key);
    return candidate !== undefined && alike(candidate.vnode, vnode) ? candidate : null;
  });
  const kept = new Set(reused);
  // What goes, goes first: then whatever stays in order is never moved, and a focused element never blurred.
  for (const mounted of before) if (!kept.has(mounted)) mounted.node.remove();
  let cursor = parent.firstChild;
  return after.map((vnode, index) => {
    const mounted = reused[index] ?? mount(vnode);
    if (reused[index] !== null) update(mounted, vnode);
    if (mounted.node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(mounted.node, cursor);
    return mounted;
  });
}

function keyOf(vnode: VNode): string | null {
  return typeof vnode === 'string' ? null : vnode.key;
}

function alike(a: VNode, b: VNode): boolean {
  if (typeof a === 'string' || typeof b === 'string') return typeof a === typeof b;
  return a.tag === b.tag && a.svg === b.svg;
}

function mount(vnode: VNode): Mounted {
  if (typeof vnode === 'string') return { vnode, node: document.createTextNode(vnode), children: [] };
  const element = vnode.svg ? document.createElementNS(SVG, vnode.tag) : document.createElement(vnode.tag);
  const empty: VElement = { ...vnode, attributes: {}, style: {}, on: {} };
  patchElement(element, empty, vnode);
  return { vnode, node: element, children: patchChildren(element, [], vnode.children) };
}

function update(mounted: Mounted, vnode: VNode): void {
  const before = mounted.vnode;
  if (before === vnode) return;
  mounted.vnode = vnode;
  if (typeof vnode === 'string') {
    if (before !== vnode) (mounted.node as Text).data = vnode;
    return;
  }
  const element = mounted.node as HTMLElement | SVGElement;
  patchElement(element, before as VElement, vnode);
  mounted.children = patchChildren(element, mounted.children, vnode.children);
}

function patchElement(element: HTMLElement | SVGElement, before: VElement, after: VElement): void {
  for (const [name, value] of Object.entries(after.attributes)) if (value !== before.attributes[name]) setAttribute(element, name, value);
  for (const name of Object.keys(before.attributes)) if (!(name in after.attributes)) setAttribute(element, name, null);
  for (const [name, value] of Object.entries(after.style)) if (value !== before.style[name]) element.style.setProperty(name, value);
  for (const name of Object.keys(before.style)) if (!(name in after.style)) element.style.removeProperty(name);
  if (before.on !== after.on) patchHandlers(element, before, after);
}

function patchHandlers(element: HTMLElement | SVGElement, before: VElement, after: VElement): void {
  const then = before.on as Readonly<Record<string, EventListener | undefined>>;
  const now = after.on as Readonly<Record<string, EventListener | undefined>>;
  for (const [name, handler] of Object.entries(then)) if (handler !== undefined && handler !== now[name]) element.removeEventListener(name, handler);
  for (const [name, handler] of Object.entries(now)) if (handler !== undefined && handler !== then[name]) element.addEventListener(name, handler);
}

function setAttribute(element: HTMLElement | SVGElement, name: string, value: string | number | boolean | null | undefined): void {
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
  // What a person has typed or chosen is a property; the attribute is only its beginning.
  if (name === 'value' && (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) && typeof value === 'string' && element.value !== value) element.value = value;
}
