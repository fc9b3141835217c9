import { describe, expect, it } from 'vitest';
import { applyEdits, rename } from '../../language/index.ts';
import type { Analysis, FileChange } from '../../language/index.ts';
import { isObject, listField, textField } from '../../language/documents/json-access.ts';
import { valueSpan } from '../../language/syntax/yaml-path.ts';
import { everyFixture } from './every-fixture.ts';
import { openFiles } from './feature-kit.ts';

/** The graph of every workflow of a file, with one id called otherwise, and the codes of what is wrong with it. */
function shape(analysis: Analysis, document: number, from: string, to: string): unknown {
  const other = (id: string): string => (id === from ? to : id);
  const workflows = analysis.documents.map((analyzed, i) => {
    if (analyzed.kind !== 'workflow') return analyzed.kind;
    const map = i === document ? other : (id: string) => id;
    return {
      nodes: analyzed.workflow.nodes.map((node) => ({ id: map(node.id), dependencies: node.dependencies.map(map), kind: node.kind.kind, work: node.work.kind })),
      edges: analyzed.workflow.edges.map((edge) => [map(edge.from), map(edge.to)]),
    };
  });
  // Where a node has no id of its own, a reference to nobody is told of only when a name is near: that goes by the names.
  const byName = analysis.documents.some((analyzed) => isObject(analyzed.document.json) && listField(analyzed.document.json, 'nodes').some((node) => textField(node, 'id') === null));
  // An expression of another tool is text, which is not renamed; it is told of where a name in it is known.
  return { workflows, codes: analysis.diagnostics.map(({ code }) => code).filter((code) => code !== 'foreign-expression' && (!byName || code !== 'unknown-node')) };
}

function apply(texts: ReadonlyMap<string, string>, changes: readonly FileChange[]): ReadonlyMap<string, string> {
  const after = new Map(texts);
  for (const change of changes) if (change.kind === 'edit') after.set(change.file, applyEdits(after.get(change.file) ?? '', change.edits));
  return after;
}

describe('renaming a node gives the same graph with another name', () => {
  it.each(everyFixture())('$name', ({ texts }) => {
    const open = openFiles(texts);
    for (const path of texts.keys()) {
      const context = open(path);
      // Two nodes of one name are one to a rename.
      if (context.analysis.diagnostics.some(({ code }) => code === 'duplicate-id')) continue;
      for (const [d, analyzed] of context.analysis.documents.entries()) {
        if (analyzed.kind !== 'workflow') continue;
        for (const node of analyzed.workflow.nodes.slice(0, 4)) {
          const { tree } = analyzed.document;
          if (tree === null) continue;
          const result = rename(context, valueSpan(tree, [...node.path, 'id']).start, 'quite-another');
          if (result.kind === 'refused') throw new Error(`${path} ${node.id}: ${result.reason}`);
          const after = openFiles(apply(texts, result.changes))(path);
          expect(shape(after.analysis, d, node.id, node.id), `${path}: ${node.id}`).toEqual(shape(context.analysis, d, node.id, 'quite-another'));
        }
      }
    }
  });
});
