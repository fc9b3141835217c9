import { findInLines, type FindInLine, type FoundInLines, type InLine } from './find-in-lines.ts';

/** What was made of each of a row of values. */
interface Row<V, T> {
  readonly values: readonly V[];
  readonly results: readonly T[];
  readonly basis: object | null;
}

interface RowOptions<V, T> {
  /** What the results depend on besides the values: when it is another object, all are made anew. */
  readonly basis?: object;
  /** When two values give the same result; else they have to be the same object. */
  readonly sameValue?: (a: V, b: V) => boolean;
  /** When two results say the same. Where all do, the row is the very one it was before, and so is what is derived from it. */
  readonly sameResult?: (a: T, b: T) => boolean;
  /** Whether a result depends on the index of its value too: behind a value that came or went, all are made anew. */
  readonly byIndex?: boolean;
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
    const basis = options.basis ?? null;
    const results = known?.basis === basis ? again(known, values, make, options, this.#stretch(known.values, values, options)) : values.map(make);
    rows.delete(place);
    rows.set(place, { values, results, basis });
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

  /** What a rule finds in the lines of the document; only lines that are not as they were are searched. */
  lines<T>(rule: object, text: string, find: FindInLine<T>): readonly InLine<T>[] {
    // Nobody but `rule` writes here, and always the same type.
    const found = findInLines((this.#found.get(rule) as FoundInLines<T> | undefined) ?? null, text, find);
    this.#found.set(rule, found);
    return found.found;
  }

  /** The one stretch in which two rows of values differ. */
  #stretch<V, T>(before: readonly V[], values: readonly V[], { sameValue = Object.is }: RowOptions<V, T>): Stretch {
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

const STRETCHES = 4;

function differing<V>(before: readonly V[], values: readonly V[], sameValue: (a: V, b: V) => boolean): Stretch {
  const shorter = Math.min(before.length, values.length);
  let from = 0;
  while (from < shorter && sameValue(before[from] as V, values[from] as V)) from += 1;
  let tail = 0;
  while (tail < shorter - from && sameValue(before[before.length - 1 - tail] as V, values[values.length - 1 - tail] as V)) tail += 1;
  return { from, tail };
}

/** The results before, but for the one stretch in which the values differ. */
function again<V, T>(before: Row<V, T>, values: readonly V[], make: (value: V, index: number) => T, { sameResult, byIndex = false }: RowOptions<V, T>, { from, tail: same }: Stretch): readonly T[] {
  const asLong = values.length === before.values.length;
  const tail = byIndex && !asLong ? 0 : same;
  const made = values.slice(from, values.length - tail).map((value, i) => make(value, from + i));
  if (asLong && made.every((result, i) => sameResult?.(before.results[from + i] as T, result) === true)) return before.results;
  return [...before.results.slice(0, from), ...made, ...before.results.slice(before.results.length - tail)];
}
