import type { FileChange, WorkspaceIndex } from './feature-context.ts';
import { relativePath } from './relative-path.ts';
import { sameQuotes } from './write-scalar.ts';
import { uniqueEdits } from './apply-edits.ts';

/** The references to rewrite when a file moves: those of others to it, and its own relative ones. The file itself is not moved. */
export function renameFile(workspace: WorkspaceIndex, from: string, to: string): readonly FileChange[] {
  const others = workspace.usesOf(from).filter(({ path, reference }) => path !== from && isPath(reference));
  const inward = [...Map.groupBy(others, ({ path }) => path)].flatMap(([path, uses]): readonly FileChange[] => {
    const text = workspace.open(path)?.text;
    if (text === undefined) return [];
    const edits = uses.map(({ span, reference }) => ({ span, newText: sameQuotes(text.slice(span.start, span.end), writeReference(reference, path, to)) }));
    return [{ kind: 'edit', file: path, edits: uniqueEdits(edits) }];
  });
  const own = workspace.at(from).flatMap(({ uses }) => uses).filter(({ reference, target }) => target !== null && /^\.\.?\//.test(reference));
  const text = workspace.open(from)?.text ?? '';
  const outward = own.map(({ span, target }) => ({ span, newText: sameQuotes(text.slice(span.start, span.end), relativePath(to, target === from ? to : (target ?? ''))) }));
  return outward.length === 0 ? inward : [...inward, { kind: 'edit', file: from, edits: uniqueEdits(outward) }];
}

function isPath(reference: string): boolean {
  return !reference.includes('@sha256:') && (reference.includes('/') || /\.ya?ml$/.test(reference));
}

/** Relative stays relative. */
function writeReference(old: string, path: string, to: string): string {
  if (/^\.\.?\//.test(old)) return relativePath(path, to);
  return to.includes('/') || /\.ya?ml$/.test(to) ? to : `./${to}`;
}
