import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import { completeExpression, expressionAt } from './complete-expression.ts';
import { completeKeys } from './complete-keys.ts';
import { completeStateText } from './complete-states.ts';
import { completeValues } from './complete-values.ts';
import { completionItems, type CompletionItem } from './completion-item.ts';
import { cursorPlaces, type CursorPlace } from './cursor-place.ts';
import { schemaOfDocument } from './document-schema.ts';
import { documentSkeletons } from './document-skeletons.ts';
import type { FeatureContext } from './feature-context.ts';
import { documentAt } from './document-at.ts';

/** What can be written at an offset, best first. Empty where nothing of ours is. */
export function complete(context: FeatureContext, offset: number): readonly CompletionItem[] {
  const analyzed = documentAt(context.analysis, offset) ?? context.analysis.documents.at(-1) ?? null;
  if (analyzed === null) return [];
  const root = schemaOfDocument(analyzed.document.kind, analyzed.document.json);
  const places = cursorPlaces(context.text, offset);
  const items = places.flatMap((place) => completeAt(context, offset, analyzed, root, place));
  const seen = new Set<string>();
  return items.filter(({ kind, label }) => !seen.has(`${kind} ${label}`) && seen.add(`${kind} ${label}`));
}

function completeAt(context: FeatureContext, offset: number, analyzed: AnalyzedDocument, root: SchemaCursor, place: CursorPlace): readonly CompletionItem[] {
  const { text } = context;
  const stateText = completeStateText(context, analyzed, root, place, offset);
  if (stateText !== null) return completionItems(stateText.proposals, stateText.replace);
  const expression = expressionAt(text, offset, root, analyzed.document.json, place);
  if (expression !== null) {
    const { proposals, length } = completeExpression(context, analyzed, place, expression);
    return completionItems(proposals, { start: offset - length, end: offset + wordAfter(text, offset) });
  }
  switch (place.position) {
    case 'key': {
      const skeletons = isEmpty(text) ? documentSkeletons(analyzed.document.kind, context.file) : [];
      return completionItems([...skeletons, ...completeKeys(root, analyzed, place)], place.typed);
    }
    case 'value':
    case 'item':
      return completionItems(completeValues({ context, analyzed, root, place, line: lineAt(text, offset) }), place.typed);
  }
}

function isEmpty(text: string): boolean {
  return text.length < 2000 && text.split('\n').filter((line) => !/^\s*(#|---|$)/.test(line)).every((line) => /^[\w]*\s*$/.test(line));
}

function wordAfter(text: string, offset: number): number {
  return /^\w*/.exec(text.slice(offset, offset + 100))?.[0].length ?? 0;
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? text.length : end);
}
