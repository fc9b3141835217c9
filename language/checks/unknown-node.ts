/**
 * # No such node
 *
 * `depends_on`, `edges`, the branches of a classifier, `manager`, `judge`, `join`, `participants` and expressions
 * (`nodes.<id>`) name nodes of the same workflow by their `id`.
 *
 * ```yaml
 * depends_on: [reserch]
 * ```
 *
 * **Fix**: correct the id, or add the node.
 */
import type { Json } from '../../protocol/json.ts';
import { field, isList, listField, objectField, textField } from '../documents/json-access.ts';
import { once } from '../documents/once.ts';
import { didYouMean, nearestWord, worthLooking } from '../documents/nearest-word.ts';
import type { Check, DocumentContext, Finding } from './check.ts';

export const unknownNode: Check = {
  code: 'unknown-node',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    const ids = writtenIds(context);
    // One of those without a name of its own may be meant; that has been reported where it stands.
    const isPartial = once(() => hasNameless(context));
    let suggestions = 0;
    const look = (id: string, span: () => Finding['span']): void => {
      if (ids.has(id)) return;
      suggestions += 1;
      // A generated file may have thousands of mistakes among thousands of names.
      const suggestion = worthLooking(suggestions, ids.size) ? nearestWord(id, ids) : null;
      if (suggestion !== null || !isPartial()) report(findingOf(id, suggestion, span()));
    };
    const weights = textField(context.value, 'adapter_kind') === 'fusion' ? Object.keys(objectField(context.value, 'weights_prior')) : [];
    for (const id of weights) look(id, () => context.keySpan(['weights_prior', id]));
    const { nodeReferences, document: { memory } } = context;
    const lost = memory.derive(unknownNode, [nodeReferences, ids], () => nodeReferences.filter(({ id }) => !ids.has(id)));
    for (const { id, path } of lost) look(id, () => context.valueSpan(path));
    for (const { expression, path } of context.expressions) {
      for (const { id, offset, length } of expression.nodes) {
        look(id, () => context.textSpan(path, offset, length));
      }
    }
  },
};

function findingOf(id: string, suggestion: string | null, span: Finding['span']): Finding {
  const advice = suggestion === null ? ' Add it, or remove the reference.' : didYouMean(suggestion);
  return { message: `No node "${id}".${advice}`, span, ...(suggestion === null ? {} : { suggestion }) };
}

/** Malformed ids too: they have been reported where they stand. */
function writtenIds({ json, document: { memory } }: DocumentContext): ReadonlySet<string> {
  const ids = memory.row(writtenId, 'nodes', listField(json, 'nodes'), writtenId, { sameResult: Object.is });
  // A space at the end of one is a mistake of its own.
  return memory.derive(writtenIds, [ids], () => new Set(ids.filter((id) => id !== null).flatMap((id) => [id, id.trim()])));
}

/** Nodes that are no list, a node without an id that can be read, or two of one id. */
function hasNameless({ json }: DocumentContext): boolean {
  const nodes = field(json, 'nodes');
  if (!isList(nodes)) return true;
  const ids = nodes.map((node) => textField(node, 'id'));
  return ids.some((id) => id === null || !/^[A-Za-z][A-Za-z0-9_-]*$/.test(id)) || new Set(ids).size < ids.length;
}

function writtenId(node: Json): string | null {
  const id = field(node, 'id');
  return typeof id === 'object' || id === undefined ? null : String(id);
}
