import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { SqliteDriver } from '../ledger/sqlite.ts';
import { tryDriver } from '../ledger/sqlite.ts';

/** The Node-API version the native driver is built for. On an older Node, loading it ends the process without a word. */
const NAPI = 10;

export interface LoadedDriver {
  readonly driver: SqliteDriver;
  /** `better-sqlite3, SQLite 3.51.0` */
  readonly name: string;
  /** Why it is not the usual one; null = it is. */
  readonly instead: string | null;
}

/** The native driver; where it cannot be loaded, Node's own SQLite; else an error that says what to do. */
export function loadDriver(nativeBinding: string | undefined): LoadedDriver {
  const native: SqliteDriver = { kind: 'better-sqlite3', ...(nativeBinding === undefined ? {} : { nativeBinding }) };
  const own: SqliteDriver = { kind: 'node:sqlite' };
  let reason: string;
  try {
    if (Number(process.versions['napi']) < NAPI) throw new Error(`it needs Node-API ${NAPI}, and Node ${process.versions.node} has ${process.versions['napi'] ?? 'none'}`);
    return { driver: native, name: tryDriver(native), instead: null };
  } catch (error) {
    reason = wordsOf(error);
  }
  try {
    return { driver: own, name: tryDriver(own), instead: `The native database driver cannot be loaded on ${process.platform}-${process.arch} (${reason}). Node's own SQLite stands in for it; it is slower.` };
  } catch (error) {
    throw new DagbookError(
      'driver-unavailable',
      `The ledger's database driver cannot be loaded on ${process.platform}-${process.arch}: ${reason}; and ${wordsOf(error)}. Update VS Code to 1.101 or newer, install the extension built for this platform, or run \`dagbook\` in a terminal with Node 22.`,
    );
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
