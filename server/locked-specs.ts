import type { LockedSpec } from '../language/index.ts';
import type { LockedSpecRecord } from '../protocol/language-requests.ts';

/** Asks a ledger for the versions with these hashes; answers with those it holds. */
export type AskLedger = (specHashes: readonly string[]) => Promise<readonly LockedSpecRecord[]>;

/**
 * What is known of one ledger's versions. An analysis does not wait: a hash that is not known yet counts as not locked,
 * the ledger is asked, and `onFound` tells for which hashes the answer is another now. A locked version never changes, so
 * it is asked for once; what was not there is asked for again when the ledger has changed.
 */
export class LockedSpecs {
  readonly #ask: AskLedger;
  readonly #onFound: (specHashes: readonly string[]) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #known = new Map<string, LockedSpec>();
  readonly #missing = new Set<string>();
  readonly #wanted = new Set<string>();
  #asking = false;
  /** While it was asked, so the answer may be of before. */
  #changed = false;

  constructor(ask: AskLedger, on: { readonly found: (specHashes: readonly string[]) => void; readonly failure: (error: unknown) => void }) {
    this.#ask = ask;
    this.#onFound = on.found;
    this.#onFailure = on.failure;
  }

  find(specHash: string): LockedSpec | null {
    const known = this.#known.get(specHash);
    if (known !== undefined) return known;
    if (!this.#missing.has(specHash)) this.#want([specHash]);
    return null;
  }

  /** Something may have been locked since. */
  ledgerChanged(): void {
    this.#changed = this.#asking;
    const missing = [...this.#missing];
    this.#missing.clear();
    this.#want(missing);
  }

  #want(specHashes: readonly string[]): void {
    for (const specHash of specHashes) this.#wanted.add(specHash);
    if (this.#asking || this.#wanted.size === 0) return;
    this.#asking = true;
    // All that one analysis looks for is one question.
    setImmediate(() => void this.#answer());
  }

  async #answer(): Promise<void> {
    const asked = [...this.#wanted];
    this.#wanted.clear();
    try {
      const found = await this.#ask(asked);
      for (const { specHash, ...spec } of found) this.#known.set(specHash, spec);
    } catch (error) {
      this.#onFailure(error);
    }
    const found = asked.filter((specHash) => this.#known.has(specHash));
    for (const specHash of asked) if (!this.#known.has(specHash)) this.#missing.add(specHash);
    this.#asking = false;
    if (found.length > 0) this.#onFound(found);
    if (this.#changed) this.ledgerChanged();
    else this.#want([]);
  }
}
