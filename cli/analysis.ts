import type { Diagnostic } from '../language/diagnostic.ts';
import type { Workflow } from '../language/graph/workflow.ts';
import type { Workspace } from '../language/workspace.ts';

// FIXME: stands in for language/index.ts, which is being written.
export interface Analysed {
  readonly diagnostics: readonly Diagnostic[];
  readonly documents: readonly { readonly workflow: Workflow | null }[];
}

export function analyse(file: string, workspace: Workspace): Analysed {
  const read = workspace.read(file);
  const text = read.kind === 'text' ? read.text : '';
  const at = text.indexOf('reserch');
  return { documents: [{ workflow: null }], diagnostics: at < 0 ? [] : [{ code: 'unknown-node', severity: 'error', message: 'No node "reserch". Did you mean "research"?', file, span: { start: at, end: at + 7 }, related: [] }] };
}

export class LineIndex {
  readonly #lines: readonly string[];
  constructor(text: string) {
    this.#lines = text.split('\n');
  }
  at(offset: number): { line: number; column: number } {
    let left = offset;
    for (const [index, line] of this.#lines.entries()) {
      if (left <= line.length) return { line: index + 1, column: left + 1 };
      left -= line.length + 1;
    }
    return { line: 1, column: 1 };
  }
}

export function explanation(code: string): { readonly title: string; readonly markdown: string } | null {
  return code === 'unknown-node' ? { title: 'Unknown node', markdown: 'A dependency names a node that is not there.' } : null;
}
export const codes: readonly string[] = ['unknown-node'];
