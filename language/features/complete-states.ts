import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import type { Shape } from '../documents/states/data-shape.ts';
import { scanExpression } from '../expressions/scan.ts';
import type { Span } from '../syntax/span.ts';
import { dotted, pathBefore } from './complete-expression.ts';
import { completePath, fieldsReadIn } from './complete-path.ts';
import type { Proposal } from './completion-item.ts';
import type { CursorPlace } from './cursor-place.ts';
import type { FeatureContext } from './feature-context.ts';
import { signatureOf, statesFunctionDocs } from './function-docs.ts';
import { errorOutput, readingOf, stateScopeAt, type StateReading, type StateScopeAt } from './state-scope.ts';
import { writeInside } from './write-scalar.ts';

export interface StateCompletion {
  readonly proposals: readonly Proposal[];
  readonly replace: Span;
}

/** What may be written in a path, a call or an expression of a state; null where the cursor stands in none. */
export function completeStateText(context: FeatureContext, analyzed: AnalyzedDocument, root: SchemaCursor, place: CursorPlace, offset: number): StateCompletion | null {
  if (analyzed.document.kind !== 'states' || place.position !== 'value') return null;
  const reading = readingOf(root, analyzed.document.json, place.path);
  const scope = reading === null ? null : stateScopeAt(analyzed, place.path);
  if (reading === null || scope === null) return null;
  const written = context.text.slice(place.scalarStart, offset).replace(/^["']/, '');
  return reading === 'jsonata' ? completeJsonata(context, scope, place, written, offset) : completeJsonPath(context, scope, place, written, offset, reading);
}

function completeJsonPath(context: FeatureContext, scope: StateScopeAt, place: CursorPlace, written: string, offset: number, reading: StateReading): StateCompletion {
  const writes = reading === 'reference';
  const { proposals, length } = completePath(written, {
    input: scope.seen,
    context: writes ? null : scope.context,
    variables: () => (writes ? [] : scope.variables),
    readElsewhere: () => (readsInput(scope) && !writes ? fieldsReadIn(context.text) : []),
    calls: reading === 'value',
  });
  const isWhole = length === written.length;
  const space = place.needsSpace ? ' ' : '';
  const texts = proposals.map((proposal) => (isWhole ? { ...proposal, insertText: space + quoted(proposal, place) } : place.quote === "'" ? { ...proposal, insertText: proposal.insertText.replaceAll("'", "''") } : proposal));
  return { proposals: texts, replace: { start: offset - length, end: offset + wordAfter(context.text, offset) } };
}

/** Whether `$` is of what the run was given, and not what an agent has answered. */
function readsInput({ below }: StateScopeAt): boolean {
  return below[0] !== 'resultSelector' && below[0] !== 'assign' && below[0] !== 'catch';
}

/** A snippet keeps its stops, so its quotes are put around it; in block text a call needs none. */
function quoted({ insertText, snippet }: Proposal, { quote, flow }: CursorPlace): string {
  if (snippet === true) return flow && quote === null ? `"${insertText}"` : insertText;
  return writeInside(insertText, quote);
}

function completeJsonata(context: FeatureContext, scope: StateScopeAt, place: CursorPlace, written: string, offset: number): StateCompletion | null {
  const here = (length: number): Span => ({ start: offset - length, end: offset + wordAfter(context.text, offset) });
  const open = written.startsWith('{%') ? 2 : -1;
  if (open < 0) {
    if (written !== '') return null;
    const text = place.quote === null ? '"{% $1 %}"' : '{% $1 %}';
    return { proposals: [{ label: '{% … %}', kind: 'snippet', detail: 'an expression', insertText: (place.needsSpace ? ' ' : '') + text, snippet: true, retrigger: true, rank: 2 }], replace: place.typed };
  }
  const source = written.slice(open);
  if (scanExpression(source, 0, true).closed) return null;
  const { tokens } = scanExpression(source, 0, false);
  const last = tokens.at(-1);
  if (last?.kind === 'string' && !last.closed) return { proposals: [], replace: here(0) };
  const { segments, typed } = pathBefore(source, tokens);
  return { proposals: segments === null ? [] : namesAfter(scope, segments), replace: here(typed) };
}

function namesAfter(scope: StateScopeAt, [root, part, ...below]: readonly string[]): readonly Proposal[] {
  if (root === undefined) return [...scopeNames(scope), ...functions];
  if (root !== '$states') return [];
  const names = statesFieldsAt(scope);
  if (part === undefined) return [...names].map(([label, { detail }]) => ({ label, kind: 'name', detail, insertText: label, commitCharacters: ['.'] }));
  const shape = below.reduce<Shape | null>((at, name) => at?.fields.get(name) ?? null, names.get(part)?.shape ?? null);
  return [...(shape?.fields.keys() ?? [])].map((name) => ({ label: name, kind: 'field', insertText: dotted(name), commitCharacters: ['.'] }));
}

function scopeNames({ variables }: StateScopeAt): readonly Proposal[] {
  const name = (label: string, detail: string, rank: number): Proposal => ({ label, kind: 'name', detail, insertText: label, rank, commitCharacters: ['.'] });
  return [name('$states', 'the input, the result and the context of this state', 1), ...variables.map((variable) => name(`$${variable}`, 'variable', 2))];
}

/** A result is there once there is one, an error where one was caught. */
function statesFieldsAt({ input, answer, context, state, below }: StateScopeAt): ReadonlyMap<string, { readonly detail: string; readonly shape: Shape }> {
  const caught = below[0] === 'catch';
  const works = state.type === 'Task' || state.type === 'Parallel' || state.type === 'Map';
  return new Map([
    ['input', { detail: 'what the states before hand over', shape: input }],
    ...(works && !caught && below[0] !== 'arguments' ? [['result', { detail: 'what the state has done', shape: answer }] as const] : []),
    ...(caught ? [['errorOutput', { detail: 'the error that was caught', shape: errorOutput }] as const] : []),
    ['context', { detail: 'the run and this state', shape: context }],
  ]);
}

const functions: readonly Proposal[] = statesFunctionDocs.map((doc) => ({ label: `$${doc.name}`, kind: 'function', detail: signatureOf(doc), insertText: `$${doc.name}(`, resolve: { kind: 'function', name: doc.name } }));

function wordAfter(text: string, offset: number): number {
  return /^\w*/.exec(text.slice(offset, offset + 100))?.[0].length ?? 0;
}
