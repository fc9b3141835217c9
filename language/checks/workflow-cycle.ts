/**
 * # Workflows that call one another
 *
 * A node with `workflow:` runs another workflow as a child run. If that one calls this one, directly or through others,
 * the runs would never end, and their spec hashes would need each other.
 *
 * **Fix**: remove one of the calls.
 */
import type { ParsedDocument } from '../documents/parse-documents.ts';
import { documentReferences } from '../documents/references/document-references.ts';
import { resolveReference } from '../documents/references/resolve-reference.ts';
import { schemaOf } from '../documents/validate.ts';
import type { Check, WorkflowContext } from './check.ts';

export const workflowCycle: Check = {
  code: 'workflow-cycle',
  severity: 'error',
  ignorable: false,
  workflow: (context, report) => {
    for (const { resolution, path } of context.references) {
      if (resolution?.kind !== 'document' || resolution.document.kind !== 'workflow') continue;
      const route = routeBack(context, resolution.document);
      if (route === null) continue;
      const names = [context.document, ...route, context.document].map((document) => document.name ?? document.path);
      report({ message: `This workflow would run itself: ${names.join(' → ')}. Remove one of the calls.`, span: context.valueSpan(path) });
    }
  },
};

/** The documents from `start` to one that calls the checked document, or null. */
function routeBack({ document, library }: WorkflowContext, start: ParsedDocument): readonly ParsedDocument[] | null {
  const cameFrom = new Map<ParsedDocument, ParsedDocument | null>([[start, null]]);
  const open = [start];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    if (isSame(at, document)) return trace(cameFrom, at).slice(0, -1);
    for (const child of childrenOf(at, library)) {
      if (cameFrom.has(child)) continue;
      cameFrom.set(child, at);
      open.push(child);
    }
  }
  return null;
}

function trace(cameFrom: ReadonlyMap<ParsedDocument, ParsedDocument | null>, last: ParsedDocument): readonly ParsedDocument[] {
  const route: ParsedDocument[] = [];
  for (let at: ParsedDocument | null = last; at !== null; at = cameFrom.get(at) ?? null) route.push(at);
  return route.toReversed();
}

function childrenOf(document: ParsedDocument, library: WorkflowContext['library']): readonly ParsedDocument[] {
  const validated = library.validated(document);
  if (validated === null) return [];
  const span = document.span;
  return documentReferences(validated.value, schemaOf(validated.schemaName)).flatMap(({ kind, reference }) => {
    if (kind !== 'workflow') return [];
    const resolution = resolveReference({ reference, wanted: 'workflow', from: document, span }, { library, byHash: () => null });
    return resolution.kind === 'document' ? [resolution.document] : [];
  });
}

function isSame(a: ParsedDocument, b: ParsedDocument): boolean {
  return a.path === b.path && a.span.start === b.span.start;
}
