type Entries<T> = readonly (readonly [key: string, value: T])[];

/** An object of more fields is a hash table to the engine: listing and copying it by itself takes a hundred times as long. */
const MANY = 1000;

/** Of objects that are long: after an edit most of their entries are the very same, and so are the pairs. */
const known = new WeakMap<object, Entries<unknown>>();

/** As `Object.entries`. The pairs of a long object are the same objects each time, and in a changed copy too. */
export function entriesOf<T>(object: Readonly<Record<string, T>>): Entries<T> {
  // Nobody but this file writes here, and always the object's own.
  const kept = known.get(object) as Entries<T> | undefined;
  if (kept !== undefined) return kept;
  const entries = Object.entries(object);
  if (entries.length > MANY) known.set(object, entries);
  return entries;
}

/**
 * A copy with other values for some of the fields it has (undefined = without the field), in the same order. With each key
 * that is typed one of a thousand states changes, and `Object.fromEntries` would take as long as all that is said about it.
 */
export function withValues<T>(object: Readonly<Record<string, T>>, changed: ReadonlyMap<string, T | undefined>): Record<string, T> {
  const entries = entriesOf(object);
  if (entries.length <= MANY) return changeIn({ ...object }, changed);
  const copied: (readonly [string, T])[] = [];
  const copy: Record<string, T> = {};
  for (const entry of entries) {
    const [key, before] = entry;
    const value = changed.has(key) ? changed.get(key) : before;
    if (value === undefined) continue;
    define(copy, key, value);
    copied.push(value === before ? entry : [key, value]);
  }
  known.set(copy, copied);
  return copy;
}

function changeIn<T>(copy: Record<string, T>, changed: ReadonlyMap<string, T | undefined>): Record<string, T> {
  for (const [key, value] of changed) {
    if (value === undefined) Reflect.deleteProperty(copy, key);
    else if (Object.hasOwn(copy, key)) define(copy, key, value);
  }
  return copy;
}

/** A key called `__proto__` is a key like any other. */
function define<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
