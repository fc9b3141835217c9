import { builtinFunctions } from './builtin-functions.ts';
import { compileExpression, type CompiledExpression, type ExpressionError } from './compile.ts';
import type { JsonPath, PathSegment } from './path-parts.ts';
import type { NamedPlace } from './references.ts';
import type { Token } from './scan.ts';

/** A `{% %}` of a JSONata state. All offsets are UTF-16 offsets in the text it stands in. */
export interface StatesExpression {
  /** Without its `{% %}`. */
  readonly source: string;
  /** The first mistake; null when there is none. */
  readonly error: (ExpressionError & { readonly unknown?: { readonly name: string; readonly known: readonly string[] } }) | null;
  /** Variables it reads and does not bind itself, `$states` and functions left out. The range covers the `$`. */
  readonly variables: readonly { readonly name: string; readonly offset: number; readonly length: number }[];
  /** What it reads of `$states.context`, field by field as far as names go. */
  readonly contextPaths: readonly JsonPath[];
}

/** What Step Functions adds to JSONata's own functions. */
const addedFunctions: readonly string[] = ['hash', 'parse', 'partition', 'range', 'uuid'];

export const statesFunctions: readonly string[] = [...builtinFunctions, ...addedFunctions].sort();

/** What stands under `$states`. */
export const statesFields: readonly string[] = ['input', 'context', 'result', 'errorOutput'];

/** Whether a text is an expression in a JSONata state: it then begins with `{%` and ends with `%}`, to the character. */
export function isStatesExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4;
}

/** Reads a text of which `isStatesExpression` holds. */
export function analyzeStatesExpression(text: string): StatesExpression {
  const source = text.slice(2, -2);
  const compiled = compileExpression(source);
  const error = mistakeIn(compiled);
  const variables = !compiled.ok || error !== null ? [] : compiled.references.variables.filter(({ name }) => isFree(name, compiled.references.bound)).map((place) => ({ name: place.name, ...moved(rangeOf(place, compiled.tokens)) }));
  const contextPaths = !compiled.ok || error !== null || compiled.references.bound.has('states') ? [] : contextPathsIn(source, compiled.tokens);
  return { source, error: error === null ? null : { ...error, ...moved(error) }, variables, contextPaths };
}

function isFree(name: string, bound: ReadonlySet<string>): boolean {
  return name !== '' && name !== '$' && name !== 'states' && !bound.has(name) && !statesFunctions.includes(name);
}

function moved({ offset, length }: { readonly offset: number; readonly length: number }): { readonly offset: number; readonly length: number } {
  return { offset: offset + 2, length };
}

function mistakeIn(compiled: CompiledExpression): StatesExpression['error'] {
  if (compiled.source.trim() === '') return { message: 'This expression is empty. Write one, such as {% $states.input %}.', offset: 0, length: compiled.source.length };
  if (!compiled.ok) return compiled.error;
  const { references, tokens } = compiled;
  for (const place of references.calledNames) {
    return { message: statesFunctions.includes(place.name) ? `Functions begin with $: write $${place.name}(…).` : `There is no function ${place.name}.`, ...rangeOf(place, tokens) };
  }
  for (const place of references.variables) {
    if (place.name === 'eval') return { message: '$eval is not available: an expression must be checkable before the run.', ...rangeOf(place, tokens) };
  }
  for (const place of references.roots) {
    return { message: `"${place.name}" stands for nothing here. Write $states.input.${place.name} for a field of the input, $${place.name} for a variable.`, ...rangeOf(place, tokens) };
  }
  return unknownStatesField(compiled.source, tokens);
}

/** `$states.` and a name that is not one of its fields. */
function unknownStatesField(source: string, tokens: readonly Token[]): StatesExpression['error'] {
  const shown = tokens.filter((token) => token.kind !== 'comment');
  const raw = (token: Token | undefined): string => (token === undefined ? '' : source.slice(token.start, token.end));
  for (const [i, token] of shown.entries()) {
    const field = shown[i + 2];
    if (token.kind !== 'variable' || raw(token) !== '$states' || raw(shown[i + 1]) !== '.' || field?.kind !== 'name') continue;
    const name = raw(field);
    if (statesFields.includes(name)) continue;
    return { message: `$states has no field "${name}", but ${statesFields.join(', ')}.`, offset: field.start, length: name.length, unknown: { name, known: statesFields } };
  }
  return null;
}

function contextPathsIn(source: string, tokens: readonly Token[]): readonly JsonPath[] {
  if (!source.includes('$states')) return [];
  const shown = tokens.filter((token) => token.kind !== 'comment');
  return shown.flatMap((token, i): readonly JsonPath[] => {
    if (token.kind !== 'variable' || source.slice(token.start, token.end) !== '$states') return [];
    const [first, ...segments] = namesAfter(source, shown, i + 1);
    return first?.name === 'context' && segments.length > 0 ? [{ root: { kind: 'context' }, segments }] : [];
  });
}

/** The names that follow one another after dots, from a token on. */
function namesAfter(source: string, tokens: readonly Token[], from: number): readonly (PathSegment & { readonly kind: 'field' })[] {
  const names: (PathSegment & { readonly kind: 'field' })[] = [];
  for (let i = from; ; i += 2) {
    const [dot, token] = [tokens[i], tokens[i + 1]];
    if (dot === undefined || token === undefined || source.slice(dot.start, dot.end) !== '.' || (token.kind !== 'name' && token.kind !== 'quoted-name')) return names;
    const quote = token.kind === 'quoted-name' ? 1 : 0;
    const [start, end] = [token.start + quote, token.end - quote];
    names.push({ kind: 'field', name: source.slice(start, end), ...moved({ offset: start, length: end - start }) });
  }
}

function rangeOf(place: NamedPlace, tokens: readonly Token[]): { readonly offset: number; readonly length: number } {
  const token = tokens.find((candidate) => candidate.end === place.end);
  if (token === undefined) return { offset: Math.max(0, place.end - place.name.length), length: place.name.length };
  return { offset: token.start, length: token.end - token.start };
}
