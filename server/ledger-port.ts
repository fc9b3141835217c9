import type { LedgerNews, LockedSpecRecord } from '../protocol/language-requests.ts';

/** Which ledger is meant. */
export interface LedgerPlace {
  /** Absolute path of the workspace folder. */
  readonly root: string;
  /** Absolute path of the ledger, as the settings of the folder have it; it may not be there. */
  readonly file: string;
}

/**
 * Looks into ledgers where the editor has no runtime of ours to ask. The server itself opens none: a native fault must
 * not take it down, and it starts without the database driver.
 */
export interface LedgerPort {
  /** Another text whenever the ledger has changed; null where there is none. Cheap: it is asked every few seconds. */
  stamp(place: LedgerPlace): string | null;
  /** Those of the versions that are locked there. Rejects where the ledger cannot be read. */
  specs(place: LedgerPlace, specHashes: readonly string[]): Promise<readonly LockedSpecRecord[]>;
  /** Every version, latest first. */
  versions(place: LedgerPlace): Promise<LedgerNews['versions']>;
}
