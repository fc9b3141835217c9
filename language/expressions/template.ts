import { builtinFunctions } from './builtin-functions.ts';
import { compileExpression, type CompiledExpression, type ExpressionError } from './compile.ts';
import type { NamedPlace } from './references.ts';
import { splitTemplate, wholeExpression, type Token } from './scan.ts';

/** One `{% %}` in a string. All offsets are UTF-16 offsets in that string. */
export interface EmbeddedExpression {
  /** Without its `{% %}`. */
  readonly source: string;
  /** Of the source's first character. */
  readonly offset: number;
  /** The first mistake; null when there is none. */
  readonly error: ExpressionError | null;
  /** Where `nodes.<id>` names a node: the range of the id, quotes included. */
  readonly nodes: readonly NodeReference[];
  /** Where `inputs.<name>` names an input: the range of the name, quotes included. */
  readonly inputs: readonly InputReference[];
  readonly usesClock: boolean;
  readonly usesRandom: boolean;
}

export interface NodeReference {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

export interface InputReference {
  readonly name: string;
  readonly offset: number;
  readonly length: number;
}

/** The names an expression of the nodes family may start a path with. */
export const scopeNames: readonly string[] = ['inputs', 'nodes', 'iteration', 'previous'];

const nodeFields: readonly string[] = ['output', 'status'];

/** Every expression in a template string, in order. An unclosed `{%` gives one with an error. */
export function analyzeTemplate(text: string, roots: readonly string[] = scopeNames): readonly EmbeddedExpression[] {
  if (!text.includes('{%')) return [];
  return splitTemplate(text).flatMap((segment) => {
    if (segment.kind === 'text') return [];
    if (segment.closed) return [analyze(segment.source, segment.offset, roots)];
    const gap = /% +\}/.exec(segment.source);
    const error = gap === null ? { message: 'This expression is never closed: write %} after it.', offset: segment.offset - 2, length: 2 } : { message: 'A space stands in the end of this expression. Write %}.', offset: segment.offset + gap.index, length: gap[0].length };
    return [{ ...analyze(segment.source, segment.offset, roots), error }];
  });
}

/** The expression of a field that is always one, such as `when`; its `{% %}` may be left out. */
export function analyzeExpression(source: string, roots: readonly string[] = scopeNames): EmbeddedExpression {
  const braces = /^\s*(\$?\{\{(?!%).*\}\}|<%.*%>|\$\{.*\})\s*$/s.exec(source);
  if (braces !== null) return foreign(source, braces[1] ?? '', roots);
  if (!source.trimStart().startsWith('{%')) return analyze(source, 0, roots);
  const whole = wholeExpression(splitTemplate(source));
  const first = analyzeTemplate(source, roots)[0];
  if (whole !== null && first !== undefined) return first;
  const offset = source.indexOf('{%');
  const error = { message: 'Only one expression may stand here, with nothing after its %}.', offset, length: source.trimEnd().length - offset };
  return { ...(first ?? analyze(source, 0, roots)), error };
}

/** The braces of another language around the whole of it. */
function foreign(source: string, written: string, roots: readonly string[]): EmbeddedExpression {
  const offset = source.indexOf(written);
  const inner = written.replace(/^(?:\$?\{\{|<%[=-]?|\$\{)\s*/, '').replace(/\s*(?:\}\}|%>|\})$/, '');
  const advice = inner === '' ? '' : ` Write {% ${inner} %}.`;
  return { ...analyze('', 0, roots), source, error: { message: `An expression stands in {% %}.${advice}`, offset, length: written.length } };
}

function analyze(source: string, offset: number, roots: readonly string[]): EmbeddedExpression {
  const compiled = compileExpression(source);
  const hyphen = hyphenError(source, compiled.tokens);
  const error = hyphen ?? (compiled.ok ? meaningError(compiled, roots) : compiled.error);
  const references = compiled.ok ? compiled.references : null;
  const moved = <T extends object>(place: NamedPlace, more: T): T & { offset: number; length: number } => {
    const range = rangeOf(place, compiled.tokens);
    return { ...more, offset: offset + range.offset, length: range.length };
  };
  return {
    source,
    offset,
    error: error === null ? null : { ...error, offset: offset + error.offset },
    // What stands behind such a mistake is not the id the author meant: one mistake, one message.
    nodes: hyphen === null && references?.stringFilters.length === 0 && references.numberFilters.length === 0 ? references.nodes.map((place) => moved(place, { id: place.name })) : [],
    inputs: (references?.inputs ?? []).map((place) => moved(place, { name: place.name })),
    usesClock: references?.usesClock ?? false,
    usesRandom: references?.usesRandom ?? false,
  };
}

/** Mistakes that parse, but can only ever give nothing or fail. */
function meaningError(compiled: CompiledExpression & { readonly ok: true }, roots: readonly string[]): ExpressionError | null {
  const { tokens, references } = compiled;
  const errors: ExpressionError[] = [];
  const report = (place: NamedPlace, message: string): void => {
    errors.push({ message, ...rangeOf(place, tokens) });
  };
  for (const place of references.calledNames) {
    report(place, builtinFunctions.includes(place.name) ? `Functions begin with $: write $${place.name}(…).` : `There is no function ${place.name}.`);
  }
  for (const place of references.roots) {
    if (!roots.includes(place.name)) report(place, `Unknown name "${place.name}". ${rootHint(place.name, roots)}`);
  }
  for (const place of roots.includes('nodes') ? references.nodeFields : []) {
    const near = nearest(place.name, nodeFields);
    if (!nodeFields.includes(place.name)) report(place, near === null ? `A node has "output" and "status", no "${place.name}"; what it answered is in its output.` : `A node has "output" and "status", no "${place.name}". Did you mean "${near}"?`);
  }
  for (const place of references.variables) {
    if (place.name === 'eval') report(place, '$eval is not available: an expression must be checkable before the run.');
    else if (!references.bound.has(place.name) && !builtinFunctions.includes(place.name)) report(place, roots.includes(place.name) ? `"${place.name}" is written without $ here. Did you mean "${place.name}"?` : unknownVariable(place.name));
  }
  for (const error of roots.includes('nodes') ? impossibleStatuses(compiled.source) : []) errors.push(error);
  for (const place of references.numberFilters) report(place, 'The nodes are found by their ids, not by number. Write nodes.<id>.');
  for (const place of references.stringFilters) {
    report(place, `["${place.name}"] is a filter in JSONata, not a lookup. Write .${dotted(place.name)} instead.`);
  }
  return errors.toSorted((a, b) => a.offset - b.offset)[0] ?? null;
}

const statuses: readonly string[] = ['pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted', 'skipped'];

/** `nodes.a.status = "done"`: never so. */
function impossibleStatuses(source: string): readonly ExpressionError[] {
  return [...source.matchAll(/\bnodes\.(?:\w+|`[^`]+`)\.status\s*!?=\s*(["'])([^"'\\]*)\1/g)].flatMap((match): readonly ExpressionError[] => {
    const word = match[2] ?? '';
    if (statuses.includes(word)) return [];
    const meant = /^(?:done|success|succeeded|successful|ok|complete|finished)$/i.test(word) ? 'completed' : /^(?:fail\w*|errored)$/i.test(word) ? 'error' : nearest(word, statuses);
    const message = `No node ever has the status "${word}".${meant === null ? ` There are ${statuses.join(', ')}.` : ` Did you mean "${meant}"?`}`;
    return [{ message, offset: match.index + match[0].length - word.length - 1, length: Math.max(1, word.length) }];
  });
}

function rootHint(name: string, roots: readonly string[]): string {
  if (scopeNames.includes(name) && roots.includes('nodes')) return `It is there in a node of kind loop only.`;
  const near = nearest(name, roots);
  if (near !== null) return `Did you mean "${near}"?`;
  const truth = /^(?:yes|on|True|TRUE)$/.test(name) ? 'true' : /^(?:no|off|False|FALSE)$/.test(name) ? 'false' : /^(?:None|nil|NULL|undefined)$/.test(name) ? 'null' : null;
  if (truth !== null) return `Did you mean "${truth}"?`;
  const list = roots.join(', ');
  return roots.includes('inputs') ? `An expression starts from ${list}; an input is inputs.${dotted(name)}.` : `An expression starts from ${list}.`;
}

function unknownVariable(name: string): string {
  const near = nearest(name, builtinFunctions);
  return `There is no function or variable $${name}.${near === null ? '' : ` Did you mean $${near}?`}`;
}

/** `nodes.my-node` parses as a subtraction; the id of a node is never the start of one. */
function hyphenError(source: string, tokens: readonly Token[]): ExpressionError | null {
  const shown = tokens.filter((token) => token.kind !== 'comment');
  const raw = (index: number): string => {
    const token = shown[index];
    return token === undefined ? '' : source.slice(token.start, token.end);
  };
  for (const [index, token] of shown.entries()) {
    if (token.kind !== 'name' || raw(index - 1) !== '.' || raw(index - 2) !== 'nodes') continue;
    const before = raw(index - 3);
    if (before === '.' && raw(index - 4) !== '$' && raw(index - 4) !== '$$') continue;
    const id = /^[A-Za-z]\w*(?:-\w+)+/.exec(source.slice(token.start))?.[0];
    if (id === undefined) continue;
    const message = `A hyphen is a minus sign in JSONata. Write nodes.\`${id}\` instead.`;
    return { message, offset: token.start, length: id.length };
  }
  return null;
}

function dotted(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}

function rangeOf(place: NamedPlace, tokens: readonly Token[]): { readonly offset: number; readonly length: number } {
  const token = tokens.find((candidate) => candidate.end === place.end);
  if (token === undefined) return { offset: Math.max(0, place.end - place.name.length), length: place.name.length };
  return { offset: token.start, length: token.end - token.start };
}

/** The candidate a typing slip away, if any. */
function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = name.length < 5 ? 2 : 3;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
