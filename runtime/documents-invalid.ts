import { LineIndex } from '../language/index.ts';
import type { Diagnostic, Workspace } from '../language/index.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';

/** A document that cannot be locked or run, with every reason. The message and the place are those of the first. */
export class DocumentsInvalid extends DagbookError {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[], workspace: Workspace) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === 'error');
    const first = errors[0] ?? diagnostics[0];
    if (first === undefined) throw new Error('unreachable: refused without a reason');
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    const read = workspace.read(first.file);
    const at = read.kind === 'text' ? new LineIndex(read.text).at(first.span.start) : { line: 1, column: 1 };
    super(first.code === 'not-runnable-yet' ? 'not-runnable-yet' : 'document-invalid', `${first.code === 'not-runnable-yet' ? '' : `[${first.code}] `}${first.message}${more}`, { file: first.file, ...at });
    this.diagnostics = diagnostics;
  }
}
