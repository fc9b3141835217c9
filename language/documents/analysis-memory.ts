/**
 * Results that depend on one JSON value and nothing else, kept as long as the value. After an edit the values it has not
 * touched are the same objects, so what was found in them is found again without looking.
 */
export class AnalysisMemory {
  readonly #results = new WeakMap<object, WeakMap<object, object>>();

  /** `rule` stands for what is asked, and must be the same object each time; `value` for what it is asked of. */
  recall<T>(rule: object, value: object, make: () => T): T {
    const table = this.table<{ readonly result: T }>(rule);
    const known = table.get(value);
    if (known !== undefined) return known.result;
    const result = make();
    table.set(value, { result });
    return result;
  }

  /** All that is remembered for a rule. */
  table<T extends object>(rule: object): WeakMap<object, T> {
    const known = this.#results.get(rule);
    // Nobody but `rule` writes here, and always the same type.
    if (known !== undefined) return known as WeakMap<object, T>;
    const table = new WeakMap<object, T>();
    this.#results.set(rule, table);
    return table;
  }
}
