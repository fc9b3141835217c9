type Entries<T> = readonly (readonly [key: string, value: T])[];

/** Shorter objects are listed as quickly as they are looked up. */
const LONG = 64;

/** An object of more fields is a hash table to the engine, which copies it faster field by field. */
const MANY = 1000;

/** Of objects that are long: after an edit most of their entries are the very same, and so are the pairs. */
const known = new WeakMap<object, Entries<unknown>>();

/** As `Object.entries`. The pairs of a long object are the same objects each time, and in a changed copy too. */
export function entriesOf<T>(object: Readonly<Record<string, T>>): Entries<T> {
  // Nobody but this file writes here, and always the object's own.
  const kept = known.get(object) as Entries<T> | undefined;
  if (kept !== undefined) return kept;
  const entries = Object.entries(object);
  if (entries.length > LONG) known.set(object, entries);
  return entries;
}

/**
 * A copy with other values for some of the fields it has (undefined = without the field), in the same order. With each key
 * that is typed one of a thousand states changes, and `Object.fromEntries` would take as long as all that is said about it.
 */
export function withValues<T>(object: Readonly<Record<string, T>>, changed: ReadonlyMap<string, T | undefined>): Record<string, T> {
  const entries = entriesOf(object);
  const kept: (readonly [string, T])[] = [];
  for (const entry of entries) {
    const [key, before] = entry;
    const value = changed.has(key) ? changed.get(key) : before;
    if (value !== undefined) kept.push(value === before ? entry : [key, value]);
  }
  // Without a field the engine makes a hash table of it, and copies that with the rest.
  const copy: Record<string, T> = kept.length === entries.length && entries.length <= MANY ? { ...object } : {};
  for (const entry of kept) if (entries.length > MANY || kept.length < entries.length || changed.has(entry[0])) define(copy, entry[0], entry[1]);
  if (kept.length > LONG) known.set(copy, kept);
  return copy;
}

/** A key called `__proto__` is a key like any other. */
function define<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  else object[key] = value;
}
