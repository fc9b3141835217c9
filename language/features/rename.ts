import { parseReference } from '../documents/references/parse-reference.ts';
import type { Span } from '../syntax/span.ts';
import { dotted } from './complete-expression.ts';
import { documentsMeant } from './definition.ts';
import { usesOfDocument } from './describe.ts';
import type { FeatureContext, FileChange, TextEdit } from './feature-context.ts';
import { findOccurrences, isLocal } from './find-occurrences.ts';
import { namedAs } from './referenced-documents.ts';
import { sitesOf } from './reference-sites.ts';
import { renameFile } from './rename-file.ts';
import { symbolAt, type SymbolAt } from './symbol-at.ts';
import { uniqueEdits } from './apply-edits.ts';
import { sameQuotes } from './write-scalar.ts';

export type RenameTarget = { readonly kind: 'ok'; readonly span: Span; readonly placeholder: string } | { readonly kind: 'refused'; readonly reason: string };

export type Rename = { readonly kind: 'ok'; readonly changes: readonly FileChange[] } | { readonly kind: 'refused'; readonly reason: string };

/** What would be renamed at an offset, before a new name is asked for. */
export function prepareRename(context: FeatureContext, offset: number): RenameTarget {
  const symbol = symbolAt(context, offset);
  if (symbol === null) return { kind: 'refused', reason: 'Nothing here has a name that can be changed: only nodes, run inputs, agents, workflows and their files.' };
  if (isLocal(symbol)) return findOccurrences(context, symbol).some(({ role }) => role === 'definition') ? { kind: 'ok', span: inner(context, symbol), placeholder: symbol.name } : { kind: 'refused', reason: `No ${symbol.kind} "${symbol.name}" is defined here.` };
  const [document, second] = documentsMeant(context, symbol);
  if (document === undefined) return { kind: 'refused', reason: `No ${symbol.kind} "${symbol.name}" is in the workspace.` };
  if (second !== undefined) return { kind: 'refused', reason: `Several ${symbol.kind}s are called "${symbol.name}": ${document.path} and ${second.path}. Rename one of them there.` };
  if (symbol.role === 'use' && parseReference(symbol.name, context.file).kind === 'digest') return { kind: 'refused', reason: 'A digest names one version for ever. Rename the agent where it is defined.' };
  return { kind: 'ok', span: inner(context, symbol), placeholder: symbol.name };
}

/** The changes that give the thing under the cursor another name, in every file that names it. */
export function rename(context: FeatureContext, offset: number, newName: string): Rename {
  const prepared = prepareRename(context, offset);
  const symbol = symbolAt(context, offset);
  if (prepared.kind === 'refused') return prepared;
  if (symbol === null || newName === symbol.name) return { kind: 'ok', changes: [] };
  const isPath = symbol.role === 'use' && !isLocal(symbol) && parseReference(symbol.name, context.file).kind === 'path';
  if (isPath) return renamePath(context, symbol, newName);
  const refusal = refuseName(context, symbol, newName);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  if (isLocal(symbol)) return { kind: 'ok', changes: [{ kind: 'edit', file: context.file, edits: findOccurrences(context, symbol).map((place) => editName(context.text, place, newName)) }] };
  return { kind: 'ok', changes: renameDocument(context, symbol, newName) };
}

function refuseName(context: FeatureContext, symbol: SymbolAt, newName: string): string | null {
  const sites = sitesOf(symbol.kind);
  if (sites === null || !sites.form.test(newName)) return `"${newName}" cannot be the name of ${/^[ai]/.test(symbol.kind) ? 'an' : 'a'} ${symbol.kind}: that is ${sites?.formInWords ?? 'something else'}.`;
  if (isLocal(symbol)) {
    const taken = findOccurrences(context, { ...symbol, name: newName }).some(({ role }) => role === 'definition');
    return taken ? `There is a ${symbol.kind} "${newName}" already.` : null;
  }
  if (parseReference(newName, context.file).kind !== 'name') return `"${newName}" would be read as a path or a digest, not as a name.`;
  const [other] = namedAs(context.workspace, symbol.kind === 'agent' ? 'agent' : 'workflow', newName);
  return other === undefined ? null : `${other.path} is called "${newName}" already.`;
}

/** The name where it is defined, and every reference by name. References by path stay as they are. */
function renameDocument(context: FeatureContext, symbol: SymbolAt, newName: string): readonly FileChange[] {
  const [document] = documentsMeant(context, symbol);
  if (document === undefined) return [];
  const places = [{ path: document.path, span: document.nameSpan }, ...usesOfDocument(context, document).filter(({ reference }) => reference === document.name)];
  return [...Map.groupBy(places, ({ path }) => path)].flatMap(([path, group]): readonly FileChange[] => {
    const text = path === context.file ? context.text : context.workspace.open(path)?.text;
    if (text === undefined) return [];
    const edits = uniqueEdits(group.map(({ span }) => ({ span, newText: sameQuotes(text.slice(span.start, span.end), newName) })));
    return [{ kind: 'edit', file: path, edits }];
  });
}

function renamePath(context: FeatureContext, symbol: SymbolAt, newName: string): Rename {
  const [document] = documentsMeant(context, symbol);
  const parsed = parseReference(newName, context.file);
  if (document === undefined || parsed.kind !== 'path' || !/\.ya?ml$/.test(newName)) return { kind: 'refused', reason: `"${newName}" is no path of a YAML file in the workspace.` };
  if (context.workspace.paths.includes(parsed.path)) return { kind: 'refused', reason: `There is a file ${parsed.path} already.` };
  return { kind: 'ok', changes: [...renameFile(context.workspace, document.path, parsed.path), { kind: 'rename', from: document.path, to: parsed.path }] };
}

/** The name in the spelling of its place: quotes stay, and in an expression backticks stand around what needs them. */
function editName(text: string, { span, on }: SymbolAt, newName: string): TextEdit {
  return { span, newText: on === 'expression' ? dotted(newName) : sameQuotes(text.slice(span.start, span.end), newName) };
}

/** What the editor selects: the name without its quotes. */
function inner({ text }: FeatureContext, { span }: SymbolAt): Span {
  const quoted = /^["'`]/.test(text.charAt(span.start)) && span.end - span.start >= 2;
  return quoted ? { start: span.start + 1, end: span.end - 1 } : span;
}
