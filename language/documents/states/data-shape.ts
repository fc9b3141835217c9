import type { Json } from '../../../protocol/json.ts';
import type { JsonPath, PathSegment } from '../../expressions/path-parts.ts';
import { isList, isObject } from '../json-access.ts';
import { ShapeFields } from './shape-fields.ts';

/**
 * What is known of a value before a run: the fields that something may have written into it. Never less than what may be
 * there, so that what is missing here is missing in every run.
 */
export interface Shape {
  readonly fields: ShapeFields<Shape>;
  /** Whether it may have other fields too, or be no object: the input of a run, an agent's answer. */
  readonly open: boolean;
  /** Fields in all, those inside fields counted. */
  readonly size: number;
  readonly depth: number;
}

export const anything: Shape = { fields: new ShapeFields([], []), open: true, size: 0, depth: 0 };
export const nothing: Shape = { fields: new ShapeFields([], []), open: false, size: 0, depth: 0 };

/** What is larger or deeper is taken for anything, so that loops come to rest and the cost stays small. */
const maxSize = 64;
const maxDepth = 6;

export function objectShape(fields: Iterable<readonly [string, Shape]>): Shape {
  return makeShape(ShapeFields.of(fields), false);
}

export function makeShape(fields: ShapeFields<Shape>, open: boolean): Shape {
  let size = fields.size;
  let depth = 0;
  for (const field of fields.shapes) {
    size += field.size;
    if (field.depth >= depth) depth = field.depth + 1;
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
  const names = a.fields.names.slice();
  const shapes = a.fields.shapes.slice();
  if (b.open) {
    for (const [i, own] of a.fields.shapes.entries()) if (b.fields.indexOf(names[i] ?? '', i) < 0) shapes[i] = union(own, anything);
  }
  for (const [i, other] of b.fields.shapes.entries()) {
    const name = b.fields.names[i] ?? '';
    const at = a.fields.indexOf(name, i);
    const own = a.fields.shapes[at];
    if (own !== undefined) {
      if (own !== other) shapes[at] = union(own, other);
      continue;
    }
    names.push(name);
    shapes.push(a.open ? union(anything, other) : other);
  }
  return makeShape(new ShapeFields(names, shapes), a.open || b.open);
}

/** Whether joining `b` to `a` would tell nothing new. */
export function covers(a: Shape, b: Shape): boolean {
  if (a === b) return true;
  if (b.open && !a.open) return false;
  const { names, shapes } = b.fields;
  for (let i = 0; i < names.length; i += 1) {
    const at = a.fields.indexOf(names[i] ?? '', i);
    const own = a.fields.shapes[at];
    const field = shapes[i];
    if (own === undefined || field === undefined || (own !== field && !covers(own, field))) return false;
  }
  if (!b.open) return true;
  return a.fields.shapes.every((field, i) => b.fields.indexOf(a.fields.names[i] ?? '', i) >= 0 || covers(field, anything));
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
  return makeShape(shape.fields.with(segment.name, withValue(inside, rest, value)), shape.open);
}
