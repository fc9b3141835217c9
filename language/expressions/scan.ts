/**
 * Splits JSONata source into tokens by the rules of jsonata's own tokenizer, but keeps where each token starts and
 * never fails: jsonata reports only where a token ends, and an editor needs the whole range. It also finds the `%}`
 * that ends an embedded expression, which only a tokenizer can tell from one inside a string.
 */
export interface Token {
  readonly kind: 'name' | 'quoted-name' | 'variable' | 'string' | 'number' | 'regex' | 'comment' | 'operator';
  readonly start: number;
  readonly end: number;
  /** False for a string, quoted name, comment or regex that runs to the end of the text. */
  readonly closed: boolean;
}

export interface Scan {
  readonly tokens: readonly Token[];
  /** Where the expression ends: the `%}` where one was looked for and found, else the end of the text. */
  readonly end: number;
  /** Whether that `%}` was found. */
  readonly closed: boolean;
}

const whitespace = ' \t\n\r\v';
const operatorCharacters = '.[]{}(),@#;:?+-*/%|=<>^&!~';
const doubleOperators = ['..', ':=', '!=', '>=', '<=', '**', '~>', '?:', '??'];
const numberPattern = /(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?/y;

/** Reads tokens from `start`; with `untilClose`, up to the first `%}` that is not inside a token. */
export function scanExpression(text: string, start: number, untilClose: boolean): Scan {
  const tokens: Token[] = [];
  let position = start;
  let expectsOperand = true;
  while (position < text.length) {
    if (whitespace.includes(text.charAt(position))) {
      position++;
      continue;
    }
    if (untilClose && text.startsWith('%}', position)) return { tokens, end: position, closed: true };
    const token = nextToken(text, position, expectsOperand);
    tokens.push(token);
    position = token.end;
    if (token.kind !== 'comment') expectsOperand = wantsOperandAfter(text.slice(token.start, token.end), token, expectsOperand);
  }
  return { tokens, end: text.length, closed: false };
}

function nextToken(text: string, start: number, expectsOperand: boolean): Token {
  const character = text.charAt(start);
  const pair = text.slice(start, start + 2);
  if (pair === '/*') return until(text, 'comment', start, text.indexOf('*/', start + 2), 2);
  if (character === '/' && expectsOperand) return regexToken(text, start);
  if (doubleOperators.includes(pair)) return { kind: 'operator', start, end: start + 2, closed: true };
  if (operatorCharacters.includes(character)) return { kind: 'operator', start, end: start + 1, closed: true };
  if (character === '"' || character === "'") return until(text, 'string', start, closingQuote(text, start), 1);
  numberPattern.lastIndex = start;
  const number = numberPattern.exec(text);
  if (number !== null) return { kind: 'number', start, end: start + number[0].length, closed: true };
  if (character === '`') return until(text, 'quoted-name', start, text.indexOf('`', start + 1), 1);
  let end = start + 1;
  while (end < text.length && !whitespace.includes(text.charAt(end)) && !operatorCharacters.includes(text.charAt(end))) end++;
  return { kind: character === '$' ? 'variable' : 'name', start, end, closed: true };
}

function until(text: string, kind: Token['kind'], start: number, close: number, closeLength: number): Token {
  if (close < 0) return { kind, start, end: text.length, closed: false };
  return { kind, start, end: close + closeLength, closed: true };
}

function closingQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  for (let position = start + 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '\\') position++;
    else if (character === quote) return position;
  }
  return -1;
}

/** A regex ends at the first `/` outside all brackets and not escaped; jsonata counts brackets in the same naive way. */
function regexToken(text: string, start: number): Token {
  let depth = 0;
  for (let position = start + 1; position < text.length; position++) {
    const character = text.charAt(position);
    if (character === '\\') position++;
    else if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === '/' && depth === 0) {
      let end = position + 1;
      while (text.charAt(end) === 'i' || text.charAt(end) === 'm') end++;
      return { kind: 'regex', start, end, closed: true };
    }
  }
  return { kind: 'regex', start, end: text.length, closed: false };
}

/** Whether a `/` after this token would start a regex (true) or divide (false). */
function wantsOperandAfter(raw: string, token: Token, expectedOperand: boolean): boolean {
  if (token.kind === 'name' && (raw === 'and' || raw === 'or' || raw === 'in')) return !expectedOperand;
  if (token.kind !== 'operator') return false;
  if (raw === ')' || raw === ']' || raw === '}') return false;
  // In operand position these three are the wildcards and the parent, not multiplication and modulus.
  if (raw === '*' || raw === '**' || raw === '%') return !expectedOperand;
  return true;
}

export type TemplateSegment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly source: string; readonly offset: number; readonly closed: boolean };

/** The text and the `{% %}` expressions of a template string, in order. */
export function splitTemplate(text: string): readonly TemplateSegment[] {
  const segments: TemplateSegment[] = [];
  let position = 0;
  for (;;) {
    const open = text.indexOf('{%', position);
    if (open < 0) break;
    if (open > position) segments.push({ kind: 'text', text: text.slice(position, open) });
    const offset = open + 2;
    const end = expressionEnd(text, offset);
    segments.push({ kind: 'expression', source: text.slice(offset, end ?? text.length), offset, closed: end !== null });
    if (end === null) return segments;
    position = end + 2;
  }
  if (position < text.length) segments.push({ kind: 'text', text: text.slice(position) });
  return segments;
}

function expressionEnd(text: string, start: number): number | null {
  const scan = scanExpression(text, start, true);
  if (scan.closed) return scan.end;
  // The `%}` was swallowed by a string or regex that never ends. Ending there lets the parser point at that token,
  // and the rest of the template is still read.
  const open = scan.tokens.find((token) => !token.closed);
  const swallowed = open === undefined ? -1 : text.indexOf('%}', open.start);
  return swallowed < 0 ? null : swallowed;
}

/** The single expression a string consists of, ignoring white space around it; null when there is text or another one. */
export function wholeExpression(segments: readonly TemplateSegment[]): Extract<TemplateSegment, { kind: 'expression' }> | null {
  let found: Extract<TemplateSegment, { kind: 'expression' }> | null = null;
  for (const segment of segments) {
    if (segment.kind === 'text') {
      if (segment.text.trim() !== '') return null;
    } else if (found !== null) {
      return null;
    } else {
      found = segment;
    }
  }
  return found;
}
