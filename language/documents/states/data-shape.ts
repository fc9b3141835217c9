import type { Json } from '../../../protocol/json.ts';
import type { JsonPath, PathSegment } from '../../expressions/path-parts.ts';
import { isList, isObject } from '../json-access.ts';

/**
 * What is known of a value before a run: the fields that something may have written into it. Never less than what may be
 * there, so that what is missing here is missing in every run.
 */
export interface Shape {
  readonly fields: ReadonlyMap<string, Shape>;
  /** Whether it may have other fields too, or be no object: the input of a run, an agent's answer. */
  readonly open: boolean;
  /** Fields in all, those inside fields counted. */
  readonly size: number;
  readonly depth: number;
}

export const anything: Shape = { fields: new Map(), open: true, size: 0, depth: 0 };
export const nothing: Shape = { fields: new Map(), open: false, size: 0, depth: 0 };

/** What is larger or deeper is taken for anything, so that loops come to rest and the cost stays small. */
const maxSize = 64;
const maxDepth = 6;

export function objectShape(fields: Iterable<readonly [string, Shape]>): Shape {
  return makeShape(new Map(fields), false);
}

export function makeShape(fields: ReadonlyMap<string, Shape>, open: boolean): Shape {
  let size = fields.size;
  let depth = 0;
  for (const field of fields.values()) {
    size += field.size;
    depth = Math.max(depth, field.depth + 1);
  }
  return size > maxSize || depth > maxDepth ? anything : { fields, open, size, depth };
}

/** Of a value as written; `shapeOfText` says what a text in it stands for. */
export function literalShape(value: Json, shapeOfText: (text: string) => Shape = () => nothing): Shape {
  if (typeof value === 'string') return shapeOfText(value);
  if (isList(value)) return anything;
  return isObject(value) ? objectShape(Object.entries(value).map(([name, item]) => [name, literalShape(item, shapeOfText)])) : nothing;
}

/** What is true of either. */
export function union(a: Shape, b: Shape): Shape {
  if (covers(a, b)) return a;
  const fields = new Map(a.fields);
  for (const [name, own] of b.open ? a.fields : []) if (!b.fields.has(name)) fields.set(name, union(own, anything));
  for (const [name, other] of b.fields) {
    const own = a.fields.get(name) ?? (a.open ? anything : null);
    fields.set(name, own === null ? other : union(own, other));
  }
  return makeShape(fields, a.open || b.open);
}

/** Whether joining `b` to `a` would tell nothing new. */
export function covers(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (b.open && !a.open) return false;
  for (const [name, field] of a.fields) {
    if (b.open && !b.fields.has(name) && !covers(field, anything)) return false;
  }
  for (const [name, field] of b.fields) {
    const own = a.fields.get(name);
    if (own === undefined || !covers(own, field)) return false;
  }
  return true;
}

/** What a path of the input leads to; anything where that is not known, or not there. */
export function shapeAt(shape: Shape, { root, segments }: JsonPath): Shape {
  if (root.kind !== 'input') return anything;
  let current = shape;
  for (const segment of segments) {
    const field = segment.kind === 'field' ? current.fields.get(segment.name) : undefined;
    if (field === undefined) return anything;
    current = field;
  }
  return current;
}

/** The first field of a path that the shape does not have, with the shape it was looked for in. */
export function missingAt(shape: Shape, { root, segments }: JsonPath): { readonly shape: Shape; readonly segment: PathSegment & { readonly kind: 'field' }; readonly depth: number } | null {
  if (root.kind !== 'input') return null;
  let current = shape;
  for (const [depth, segment] of segments.entries()) {
    if (segment.kind !== 'field') return null;
    const field = current.fields.get(segment.name);
    if (field === undefined) return { shape: current, segment, depth };
    current = field;
  }
  return null;
}

/** The shape with a value put at a place. */
export function withValue(shape: Shape, segments: readonly PathSegment[], value: Shape): Shape {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (segment.kind !== 'field') return anything;
  const inside = shape.fields.get(segment.name) ?? (shape.open ? anything : nothing);
  return makeShape(new Map(shape.fields).set(segment.name, withValue(inside, rest, value)), shape.open);
}
