/** Which text each run started from this window was locked from: whether a picture still is the one that ran. */
export class LockedTexts {
  readonly #texts = new Map<string, string>();

  remember(run: string, text: string): void {
    this.#texts.set(run, text);
    // The last few hundred are plenty, and bound what is held.
    const [oldest] = this.#texts.keys();
    if (this.#texts.size > 300 && oldest !== undefined) this.#texts.delete(oldest);
  }

  of(run: string): string | null {
    return this.#texts.get(run) ?? null;
  }
}
