/**
 * Holds what comes through a window's door against the shape it must have. A panel shows what documents and models
 * wrote, so it takes no message on trust, not even from its own extension of another version.
 */
export type Shape = (value: unknown) => string | null;

/** Where a value differs (`.run.id: not a text`), or null when it fits. */
export function misfit(shape: Shape, value: unknown): string | null {
  return shape(value);
}

export const text: Shape = (value) => (typeof value === 'string' ? null : ': not a text');
export const number: Shape = (value) => (typeof value === 'number' && Number.isFinite(value) ? null : ': not a number');
export const flag: Shape = (value) => (typeof value === 'boolean' ? null : ': not a boolean');
/** Any JSON: it crossed a process, so it is one; it is shown as text only. */
export const anything: Shape = () => null;

export function oneOf(...words: readonly string[]): Shape {
  const known = new Set<unknown>(words);
  return (value) => (known.has(value) ? null : `: not one of ${words.join(', ')}`);
}

export function orNull(shape: Shape): Shape {
  return (value) => (value === null ? null : shape(value));
}

export function orAbsent(shape: Shape): Shape {
  return (value) => (value === undefined ? null : shape(value));
}

export function list(item: Shape): Shape {
  return (value) => {
    if (!Array.isArray(value)) return ': not a list';
    for (const [index, one] of value.entries()) {
      const wrong = item(one);
      if (wrong !== null) return `[${index}]${wrong}`;
    }
    return null;
  };
}

/** Fields beyond those named are left alone: a newer extension may send more. */
export function record(fields: Readonly<Record<string, Shape>>): Shape {
  const entries = Object.entries(fields);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return ': not an object';
    for (const [name, shape] of entries) {
      const wrong = shape((value as Readonly<Record<string, unknown>>)[name]);
      if (wrong !== null) return `.${name}${wrong}`;
    }
    return null;
  };
}

/** A union told apart by its `kind`. */
export function byKind(kinds: Readonly<Record<string, Shape>>): Shape {
  return (value) => {
    const kind: unknown = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
    const shape = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return shape === undefined ? `.kind: unknown (${String(kind).slice(0, 40)})` : shape(value);
  };
}
