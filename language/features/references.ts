import { documentsMeant } from './definition.ts';
import { usesOfDocument } from './describe.ts';
import type { FeatureContext, Place } from './feature-context.ts';
import { findOccurrences, isLocal } from './find-occurrences.ts';
import { symbolAt, type SymbolAt } from './symbol-at.ts';

/** Every place that means what the name under the cursor means, in this file or in the workspace. */
export function references(context: FeatureContext, offset: number, includeDefinition: boolean): readonly Place[] {
  const symbol = symbolAt(context, offset);
  return symbol === null ? [] : placesOf(context, symbol, includeDefinition);
}

export function placesOf(context: FeatureContext, symbol: SymbolAt, includeDefinition: boolean): readonly Place[] {
  if (isLocal(symbol)) {
    return findOccurrences(context, symbol)
      .filter(({ role }) => includeDefinition || role === 'use')
      .map(({ span }) => ({ file: context.file, span }));
  }
  return documentsMeant(context, symbol).flatMap((document) => [
    ...(includeDefinition ? [{ file: document.path, span: document.nameSpan }] : []),
    ...usesOfDocument(context, document).map(({ path, span }) => ({ file: path, span })),
  ]);
}
