import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import type { LockedSpecRecord } from '../protocol/language-requests.ts';
import type { LedgerPlace, LedgerPort } from '../server/ledger-port.ts';

const LIMIT_MS = 60_000;
const LONGEST_OUTPUT = 256 * 1024 * 1024;

interface VersionRow {
  readonly kind: 'agent' | 'workflow';
  readonly name: string;
  readonly spec_hash: string;
  readonly source_path: string | null;
}

/**
 * The ledgers that the language server asks for versions, each question a `dagbook ledger sql` in a process of its own:
 * the server then lives on whatever the database driver does. `ledger` = the file of `--ledger`, before the setting.
 */
export function ledgerOfEditor(program: string, ledger: string | null): LedgerPort {
  const fileOf = ({ file }: LedgerPlace): string => ledger ?? file;
  const ask = async (place: LedgerPlace, query: string, values: readonly string[]): Promise<readonly VersionRow[]> => {
    const words = ['ledger', 'sql', query, ...values, '--json', '-C', place.root, '--ledger', fileOf(place)];
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...words], { timeout: LIMIT_MS, maxBuffer: LONGEST_OUTPUT, windowsHide: true });
    return JSON.parse(stdout) as readonly VersionRow[];
  };
  const stamp: LedgerPort['stamp'] = (place) => {
    const file = statSync(fileOf(place), { throwIfNoEntry: false });
    // What was committed last stands beside the file until a checkpoint.
    const log = statSync(`${fileOf(place)}-wal`, { throwIfNoEntry: false });
    return file === undefined ? null : `${file.ino} ${file.size} ${file.mtimeMs} ${log?.size ?? 0} ${log?.mtimeMs ?? 0}`;
  };
  return {
    stamp,
    specs: async (place, specHashes) => {
      if (stamp(place) === null || specHashes.length === 0) return [];
      const marks = specHashes.map(() => '?').join(', ');
      const rows = await ask(place, bothKinds('kind, name, spec_hash, source_path, content', `WHERE spec_hash IN (${marks})`), [...specHashes, ...specHashes]);
      return (rows as readonly (VersionRow & { readonly content: string })[]).map((row): LockedSpecRecord => ({ ...version(row), content: row.content }));
    },
    versions: async (place) => (stamp(place) === null ? [] : (await ask(place, `${bothKinds('kind, name, spec_hash, source_path, created_at', '')} ORDER BY created_at DESC`, [])).map(version)),
  };
}

function bothKinds(columns: string, where: string): string {
  const one = (kind: string): string => `SELECT ${columns.replace('kind', `'${kind}' AS kind`)} FROM ${kind}_spec_versions ${where}`;
  return `${one('agent')} UNION ALL ${one('workflow')}`;
}

function version({ kind, name, spec_hash, source_path }: VersionRow): Omit<LockedSpecRecord, 'content'> {
  return { kind, name, specHash: spec_hash, sourcePath: source_path };
}
