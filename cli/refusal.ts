import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { DocumentsInvalid } from '../runtime/index.ts';
import { findingsOf } from './check-files.ts';
import { printText, summary } from './formats/text.ts';
import type { VerbContext } from './verb.ts';

/** A document that cannot be locked is shown as `check` shows it, on stderr; what is left to say is one line. */
export async function explainingRefusals<T>({ err, cwd }: Pick<VerbContext, 'err' | 'cwd'>, workspace: DiskWorkspace, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DocumentsInvalid)) throw error;
    const findings = findingsOf(workspace, error.diagnostics, cwd);
    printText(err, findings);
    const files = new Set(findings.map(({ file }) => file)).size;
    throw new DagbookError(error.code, `Nothing was locked and nothing was run: ${summary(findings, files)}.`, error.place);
  }
}
