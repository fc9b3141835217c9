/**
 * Results that depend on one JSON value and nothing else, kept as long as the value. After an edit the values it has not
 * touched are the same objects, so what was found in them is found again without looking.
 */
export class AnalysisMemory {
  readonly #results = new WeakMap<object, WeakMap<object, unknown>>();

  /** `rule` stands for what is asked, and must be the same object each time; `value` for what it is asked of. */
  recall<T>(rule: object, value: object, make: () => T): T {
    let known = this.#results.get(rule);
    if (known === undefined) {
      known = new WeakMap();
      this.#results.set(rule, known);
    }
    // Nobody but `rule` writes here, and always the same type.
    const found = known.get(value) as { readonly result: T } | undefined;
    if (found !== undefined) return found.result;
    const result = make();
    known.set(value, { result });
    return result;
  }
}
