import { openSqlite } from '../../../runtime/ledger/sqlite.ts';
import type { SqliteDriver } from '../../../runtime/ledger/sqlite.ts';

/** A process of its own that opens ledgers that are not there yet, each at an agreed moment, and says which it could not. */

const [folder = '', driver = '', start = '0', count = '0'] = process.argv.slice(2);
const GAP_MS = 15;

const faults: string[] = [];
for (let i = 0; i < Number(count); i++) {
  const moment = Number(start) + i * GAP_MS;
  // Nothing in the way between the moment and the opening: all who wait for it are to be at it at once.
  while (Date.now() < moment);
  try {
    openSqlite(`${folder}/${String(i)}.db`, { synchronous: 'NORMAL', driver: { kind: driver as SqliteDriver['kind'] } }).close();
  } catch (error) {
    faults.push(`${String(i)}: ${String(error)}`);
  }
}
process.stdout.write(JSON.stringify(faults));
