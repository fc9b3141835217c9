import { valueSpan, locate } from '../syntax/yaml-path.ts';
import type { FeatureContext, IndexedDocument, Place } from './feature-context.ts';
import { findOccurrences, isLocal } from './find-occurrences.ts';
import { documentAt } from './document-at.ts';
import { pathAt } from '../syntax/path-at.ts';
import { referencedAs } from '../documents/document-kind.ts';
import { parsePath } from '../documents/references/parse-reference.ts';
import { namedAs } from './referenced-documents.ts';
import { symbolAt, type SymbolAt } from './symbol-at.ts';

export interface Definition {
  /** What is asked about: the name under the cursor. */
  readonly origin: Place;
  /** Several where a name is ambiguous or an id is there twice. */
  readonly targets: readonly Place[];
}

/** Where the name under the cursor is defined; null where there is no name, or nothing it leads to. */
export function definition(context: FeatureContext, offset: number): Definition | null {
  const symbol = symbolAt(context, offset);
  const found = symbol === null ? otherTarget(context, offset) : { origin: { file: context.file, span: symbol.span }, targets: definitionsOf(context, symbol) };
  return found === null || found.targets.length === 0 ? null : found;
}

export function definitionsOf(context: FeatureContext, symbol: SymbolAt): readonly Place[] {
  if (isLocal(symbol)) {
    return findOccurrences(context, symbol)
      .filter(({ role }) => role === 'definition')
      .map(({ span }) => ({ file: context.file, span }));
  }
  return documentsMeant(context, symbol).map(({ path, nameSpan }) => ({ file: path, span: nameSpan }));
}

/** The documents of the workspace that a name, a path or a digest stands for. */
export function documentsMeant({ workspace, file }: FeatureContext, symbol: SymbolAt): readonly IndexedDocument[] {
  if (symbol.role === 'definition') return workspace.at(file).filter(({ kind, name }) => referencedAs(kind) === symbol.kind && name === symbol.name);
  const resolution = symbol.document.references.find(({ path }) => path.length === symbol.path.length && path.every((segment, i) => segment === symbol.path[i]))?.resolution ?? null;
  if (resolution?.kind === 'document') {
    const { path, name } = resolution.document;
    return workspace.at(path).filter((document) => referencedAs(document.kind) === symbol.kind && document.name === name);
  }
  if (resolution?.kind === 'locked') return workspace.at(resolution.spec.sourcePath ?? '').filter(({ name }) => name === resolution.spec.name);
  return symbol.kind === 'agent' || symbol.kind === 'workflow' ? namedAs(workspace, symbol.kind, symbol.name) : [];
}

/** From an alias to its anchor, and from a path of a JSON Schema to its file. */
function otherTarget(context: FeatureContext, offset: number): Definition | null {
  const analyzed = documentAt(context.analysis, offset);
  const tree = analyzed?.document.tree ?? null;
  if (analyzed === null || tree === null) return null;
  const place = pathAt(tree, offset);
  if (place.on === 'key') return null;
  if (place.node.kind === 'alias') return { origin: { file: context.file, span: place.node.span }, targets: [{ file: context.file, span: place.node.target.span }] };
  const reference = analyzed.references.find(({ kind, path }) => kind === 'schema' && path.join('\n') === place.path.join('\n'));
  if (reference === undefined || locate(tree, reference.path) === null) return null;
  const parsed = parsePath(reference.reference, /^\.\.?\//.test(reference.reference) ? context.file : null);
  return parsed.kind === 'outside' ? null : { origin: { file: context.file, span: valueSpan(tree, reference.path) }, targets: [{ file: parsed.path, span: { start: 0, end: 0 } }] };
}
