import jsonata from 'jsonata';
import type { AstNode } from './jsonata-ast.ts';
import { guardExpression } from './evaluation-guard.ts';
import { compileRegex, type LinearRegex } from './linear-regex.ts';
import { findReferences, type References } from './references.ts';
import { UnsupportedRegex } from './regex-syntax.ts';
import { scanExpression, type Token } from './scan.ts';
import { findTypographicQuotes, quotesMistake } from './typographic-quotes.ts';

/** A mistake in an expression, relative to its source. */
export interface ExpressionError {
  readonly message: string;
  readonly offset: number;
  readonly length: number;
}

export type CompiledExpression =
  | {
      readonly ok: true;
      readonly source: string;
      readonly tokens: readonly Token[];
      readonly references: References;
      /** What each regular expression of the source is matched with. */
      readonly regexes: ReadonlyMap<RegExp, LinearRegex>;
      readonly expression: jsonata.Expression;
    }
  | { readonly ok: false; readonly source: string; readonly tokens: readonly Token[]; readonly error: ExpressionError };

/** Remembers compiled expressions by their source; one per process or per run, handed to whoever evaluates. */
export interface ExpressionCache {
  get(source: string): CompiledExpression;
}

/** @param limit most expressions kept; the one unused for longest is dropped first */
export function createExpressionCache(limit = 1000): ExpressionCache {
  const kept = new Map<string, CompiledExpression>();
  return {
    get(source) {
      const compiled = kept.get(source) ?? compileExpression(source);
      kept.delete(source);
      kept.set(source, compiled);
      for (const oldest of kept.keys()) {
        if (kept.size <= limit) break;
        kept.delete(oldest);
      }
      return compiled;
    },
  };
}

// jsonata's parser is recursive, and copies the left side of `?:` and `??`: both must be bounded before it runs.
const maxSourceLength = 32_768;
const maxNesting = 128;
const maxDefaultOperators = 16;
/** Longest array that ranges and paths may build. */
const maxSequence = 200_000;

export function compileExpression(source: string): CompiledExpression {
  const { tokens } = scanExpression(source, 0, false);
  const unread = sizeError(source, tokens) ?? quotesError(source, tokens);
  if (unread !== null) return { ok: false, source, tokens, error: unread };
  try {
    const expression = jsonata(source, { sequence: maxSequence });
    const ast = expression.ast() as unknown as AstNode;
    const references = findReferences(ast);
    const regexes = new Map<RegExp, LinearRegex>();
    for (const { regex, end } of references.regexes) {
      const compiled = compileSafely(regex);
      if (typeof compiled === 'string') return { ok: false, source, tokens, error: at(tokens.find((token) => token.end === end) ?? null, compiled) };
      regexes.set(regex, compiled);
    }
    guardExpression(expression, ast);
    return { ok: true, source, tokens, references, regexes, expression };
  } catch (thrown) {
    return { ok: false, source, tokens, error: syntaxError(source, tokens, thrown) };
  }
}

/** They would be the beginning of a name. */
function quotesError(source: string, tokens: readonly Token[]): ExpressionError | null {
  if (!tokens.some((token) => token.kind === 'name' && /^[“”„‟‘’‚‛]/.test(source.slice(token.start, token.start + 1)))) return null;
  const found = findTypographicQuotes(source);
  return found === null ? null : quotesMistake(found);
}

function compileSafely(regex: RegExp): LinearRegex | string {
  try {
    return compileRegex(regex);
  } catch (thrown) {
    if (thrown instanceof UnsupportedRegex) return `This regular expression cannot be used: ${thrown.message}.`;
    throw thrown;
  }
}

function sizeError(source: string, tokens: readonly Token[]): ExpressionError | null {
  if (source.length > maxSourceLength) {
    return { message: `This expression is too long: ${source.length} characters, at most ${maxSourceLength} are read.`, offset: 0, length: source.length };
  }
  let depth = 0;
  let defaults = 0;
  for (const token of tokens) {
    const raw = token.kind === 'operator' ? source.slice(token.start, token.end) : '';
    if (raw === '(' || raw === '[' || raw === '{') depth++;
    if (raw === ')' || raw === ']' || raw === '}') depth--;
    if (raw === '?:' || raw === '??') defaults++;
    if (depth > maxNesting) return at(token, `This expression is nested too deeply: at most ${maxNesting} levels of brackets are read.`);
    if (defaults > maxDefaultOperators) return at(token, `This expression uses ?: and ?? too often: at most ${maxDefaultOperators} times.`);
  }
  return null;
}

function syntaxError(source: string, tokens: readonly Token[], thrown: unknown): ExpressionError {
  const code = readString(thrown, 'code');
  const open = tokens.find((token) => !token.closed);
  const unclosed = { S0101: 'string', S0105: 'quoted name', S0106: 'comment', S0302: 'regular expression' }[code];
  if (unclosed !== undefined && open !== undefined) return at(open, `This ${unclosed} is never closed.`);
  const message = readString(thrown, 'message');
  // A regex that JavaScript refuses is thrown as it is, without a position.
  if (code === '') return at(tokens.find((token) => token.kind === 'regex') ?? null, message || 'This expression cannot be parsed.');

  const position = readNumber(thrown, 'position') ?? 0;
  const shown = tokens.filter((token) => token.kind !== 'comment');
  const last = shown.at(-1);
  if (readString(thrown, 'token') === '(end)') {
    if (last === undefined) return { message: 'This expression is empty. Write one, such as {% inputs.name %}.', offset: 0, length: source.length };
    const missing = code === 'S0203' ? ` "${readString(thrown, 'value')}" is missing.` : '';
    return at(last, `The expression ends too early, after ${quote(source, last)}.${missing}`);
  }
  const ending = shown.find((token) => token.end === position) ?? shown.find((token) => token.start <= position && position < token.end) ?? last;
  const foreign = foreignOperator(source);
  if (foreign !== null && (code === 'S0201' || code === 'S0211' || code === 'S0204')) return foreign;
  if (ending !== undefined && (code === 'S0201' || code === 'S0211')) return at(ending, `Unexpected ${quote(source, ending)}.`);
  return at(ending ?? null, `${message}.`);
}

/** What most other languages write. */
const foreignOperators: Readonly<Record<string, string>> = { '===': '=', '==': '=', '!==': '!=', '&&': 'and', '||': 'or' };

function foreignOperator(source: string): ExpressionError | null {
  // Not inside quotes, comments and regular expressions.
  for (const match of source.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\/\*[^]*?\*\/|===?|!==|&&|\|\|/g)) {
    const meant = foreignOperators[match[0]];
    if (meant !== undefined) return { message: `JSONata has no "${match[0]}". Did you mean "${meant}"?`, offset: match.index, length: match[0].length };
  }
  return null;
}

function at(token: Token | null, message: string): ExpressionError {
  return { message, offset: token?.start ?? 0, length: token === null ? 1 : token.end - token.start };
}

function quote(source: string, token: Token): string {
  const raw = source.slice(token.start, token.end);
  return raw.includes('"') ? raw : `"${raw}"`;
}

function readString(thrown: unknown, key: string): string {
  const value = readField(thrown, key);
  return typeof value === 'string' ? value : '';
}

function readNumber(thrown: unknown, key: string): number | null {
  const value = readField(thrown, key);
  return typeof value === 'number' ? value : null;
}

// jsonata throws plain objects.
function readField(thrown: unknown, key: string): unknown {
  return typeof thrown === 'object' && thrown !== null ? (thrown as Readonly<Record<string, unknown>>)[key] : undefined;
}
