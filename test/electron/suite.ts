import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { CASES } from './cases.ts';

export interface CaseResult {
  readonly name: string;
  /** Null = it held. */
  readonly error: string | null;
}

/**
 * What an extension host calls for its tests: every case in turn, so that one that fails hides none. Where DAGBOOK_SUITE_REPORT names a file,
 * the results are written there as JSON. Throws when one failed.
 */
export async function run(): Promise<void> {
  const results: CaseResult[] = [];
  for (const { name, run: hold } of CASES) {
    const error = await hold(vscode).then(() => null, (reason: unknown) => (reason instanceof Error ? reason.stack ?? reason.message : String(reason)));
    results.push({ name, error });
    // eslint-disable-next-line no-console -- the extension host's console is what the person who started it sees
    console.log(`${error === null ? 'ok    ' : 'FAILED'} ${name}${error === null ? '' : `\n${error}`}`);
  }
  const report = process.env['DAGBOOK_SUITE_REPORT'] ?? '';
  if (report !== '') writeFileSync(report, JSON.stringify(results));
  const failed = results.filter(({ error }) => error !== null);
  if (failed.length > 0) throw new Error(`${failed.length} of ${results.length} failed: ${failed.map(({ name }) => name).join('; ')}`);
}
