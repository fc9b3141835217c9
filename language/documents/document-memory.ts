import { textChange, type TextChange } from '../syntax/text-change.ts';
import { findInLines, type FindInLine, type FoundInLines, type InLine } from './find-in-lines.ts';

/** What was made of each of a row of values. */
interface Row<V, T> {
  readonly values: readonly V[];
  readonly besides: Columns;
  readonly results: readonly T[];
  readonly basis: object | null;
}

/** Rows of the same length as the values. */
type Columns = readonly (readonly unknown[])[];

interface RowOptions<V, T> {
  /** What the results depend on besides the values: when it is another object, all are made anew. */
  readonly basis?: object;
  /** When two values give the same result; else they have to be the same object. */
  readonly sameValue?: (a: V, b: V) => boolean;
  /** When two results say the same. Where all do, the row is the very one it was before, and so is what is derived from it. */
  readonly sameResult?: (a: T, b: T) => boolean;
  /** Whether a result depends on the index of its value too: behind a value that came or went, all are made anew. */
  readonly byIndex?: boolean;
  /** What each result is made from besides its value, at the same index; it has to be the same object. */
  readonly besides?: Columns;
}

/** Rows that are shorter are made anew as quickly as remembered. */
const SHORT = 12;

/** Rows that are kept of one rule. A document has few long ones, and one that was not asked for lately may be made anew. */
const KEPT = 24;

/**
 * What was last worked out about a document, by rule and place. After an edit the values that it has not touched are the
 * same objects, so what was made of them holds. A result may depend on what it is made from and on nothing else.
 */
export class DocumentMemory {
  readonly #rows = new Map<object, Map<string, Row<unknown, unknown>>>();
  readonly #derived = new Map<object, { readonly from: readonly unknown[]; readonly result: unknown }>();
  readonly #found = new Map<object, FoundInLines<unknown>>();
  readonly #flat = new WeakMap<readonly unknown[], readonly unknown[]>();
  readonly #steady = new Map<object, { readonly value: unknown }>();
  #lastChange: { readonly before: string; readonly after: string; readonly change: TextChange | null } | null = null;
  /** Where rows were last found to differ: many rules ask about the same values. */
  readonly #stretches: KnownStretch[] = [];

  /**
   * What each of many values gives. In front of what has changed since this was last asked about the place, and behind
   * it, nothing is made again. `rule` stands for the question, and must be the same object each time.
   */
  row<V, T>(rule: object, place: string, values: readonly V[], make: (value: V, index: number) => T, options: RowOptions<V, T> = {}): readonly T[] {
    if (values.length < SHORT) return values.map(make);
    const rows = this.#rowsOf<V, T>(rule);
    const known = rows.get(place);
    const { basis = null, besides = none } = options;
    const results = known?.basis === basis ? again(known, values, make, options, this.#stretch(known, values, options)) : values.map(make);
    rows.delete(place);
    rows.set(place, { values, besides, results, basis });
    // A map is in the order of insertion: the first is the one that was not asked for the longest.
    const [oldest] = rows.keys();
    if (rows.size > KEPT && oldest !== undefined) rows.delete(oldest);
    return results;
  }

  /** One result, found again as long as all it is made from are the same objects. */
  derive<T>(rule: object, from: readonly unknown[], make: () => T): T {
    const known = this.#derived.get(rule);
    // Nobody but `rule` writes here, and always the same type.
    if (known?.from.length === from.length && from.every((value, i) => value === known.from[i])) return known.result as T;
    const result = make();
    this.#derived.set(rule, { from, result });
    return result;
  }

  /** The items of all lists of a row, in one list: the very same one for the same row. Where one list has all of them, it is that. */
  flat<T>(lists: readonly (readonly T[])[]): readonly T[] {
    if (lists.length < SHORT) return joined(lists);
    // Nobody but this function writes here, and always the items of the key.
    const known = this.#flat.get(lists) as readonly T[] | undefined;
    if (known !== undefined) return known;
    const items = joined(lists);
    this.#flat.set(lists, items);
    return items;
  }

  /** The value as it was the last time, where the two say the same: so that what is derived from it is not worked out again. */
  steady<T>(rule: object, value: T, same: (a: T, b: T) => boolean): T {
    // Nobody but `rule` writes here, and always the same type.
    const known = this.#steady.get(rule) as { readonly value: T } | undefined;
    if (known !== undefined && same(known.value, value)) return known.value;
    this.#steady.set(rule, { value });
    return value;
  }

  /** What a rule finds in the lines of the document; only lines that are not as they were are searched. */
  lines<T>(rule: object, text: string, find: FindInLine<T>): readonly InLine<T>[] {
    // Nobody but `rule` writes here, and always the same type.
    const found = findInLines((this.#found.get(rule) as FoundInLines<T> | undefined) ?? null, text, find, (before, after) => this.#change(before, after));
    this.#found.set(rule, found);
    return found.found;
  }

  /** Every rule that searches lines asks about the same two texts. */
  #change(before: string, after: string): TextChange | null {
    const known = this.#lastChange;
    if (known?.before === before && known.after === after) return known.change;
    const change = textChange(before, after);
    this.#lastChange = { before, after, change };
    return change;
  }

  /** The one stretch in which a row differs from what it was, in its values or in what stands besides them. */
  #stretch<V, T>(before: Row<V, T>, values: readonly V[], { sameValue = Object.is, besides = none }: RowOptions<V, T>): Stretch {
    const stretches = [this.#differing(before.values, values, sameValue), ...besides.map((column, i) => this.#differing(before.besides[i] ?? [], column, Object.is))];
    const from = Math.min(...stretches.map((stretch) => stretch.from));
    return { from, tail: Math.min(Math.min(before.values.length, values.length) - from, ...stretches.map(({ tail }) => tail)) };
  }

  #differing<V>(before: readonly V[], values: readonly V[], sameValue: (a: V, b: V) => boolean): Stretch {
    const known = this.#stretches.find((stretch) => stretch.before === before && stretch.values === values && stretch.sameValue === sameValue);
    if (known !== undefined) return known;
    const stretch = { before, values, sameValue, ...differing(before, values, sameValue) };
    this.#stretches.unshift(stretch);
    if (this.#stretches.length > STRETCHES) this.#stretches.pop();
    return stretch;
  }

  #rowsOf<V, T>(rule: object): Map<string, Row<V, T>> {
    const known = this.#rows.get(rule);
    // Nobody but `rule` writes here, and always the same types.
    if (known !== undefined) return known as Map<string, Row<V, T>>;
    const rows = new Map<string, Row<V, T>>();
    this.#rows.set(rule, rows);
    return rows;
  }
}

/** A `sameResult` for lists: two in which there is nothing say the same. */
export function areNone(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === 0 && b.length === 0;
}

interface Stretch {
  /** As many values at the beginning are the same. */
  readonly from: number;
  /** And as many at the end. */
  readonly tail: number;
}

interface KnownStretch extends Stretch {
  readonly before: readonly unknown[];
  readonly values: readonly unknown[];
  readonly sameValue: unknown;
}

const STRETCHES = 8;

const none: Columns = [];

function differing<V>(before: readonly V[], values: readonly V[], sameValue: (a: V, b: V) => boolean): Stretch {
  if (before === values) return { from: values.length, tail: values.length };
  const shorter = Math.min(before.length, values.length);
  let from = 0;
  while (from < shorter && sameValue(before[from] as V, values[from] as V)) from += 1;
  let tail = 0;
  while (tail < shorter - from && sameValue(before[before.length - 1 - tail] as V, values[values.length - 1 - tail] as V)) tail += 1;
  return { from, tail };
}

function joined<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const filled = lists.filter((list) => list.length > 0);
  return filled.length === 1 && filled[0] !== undefined ? filled[0] : filled.flat();
}

/** The results before, but for the one stretch in which the values differ. */
function again<V, T>(before: Row<V, T>, values: readonly V[], make: (value: V, index: number) => T, { sameResult = Object.is, byIndex = false }: RowOptions<V, T>, { from, tail: same }: Stretch): readonly T[] {
  const asLong = values.length === before.values.length;
  const tail = byIndex && !asLong ? 0 : same;
  const made = values.slice(from, values.length - tail).map((value, i) => make(value, from + i));
  if (asLong && made.every((result, i) => sameResult(before.results[from + i] as T, result))) return before.results;
  return before.results.slice(0, from).concat(made, before.results.slice(before.results.length - tail));
}
