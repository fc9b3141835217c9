import type { CST } from 'yaml';
import type { Problem } from './problem.ts';
import type { Span } from './span.ts';

/** An error as the library reports it. */
export interface ParserError {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** What the parser found, at the place that has to be mended, in words that say how. */
export function syntaxProblem(error: ParserError, tokens: readonly CST.Token[], text: string): Problem {
  const opening = isUnclosed(error) ? lastUnclosed(tokens, error.pos[1]) : null;
  if (opening !== null) {
    const span = { start: opening.offset, end: opening.offset + 1 };
    return { code: 'yaml-syntax', message: `This ${opening.character} is never closed.`, span };
  }
  const span = place(error, text);
  return { code: 'yaml-syntax', ...(inContext(error, span, text) ?? { message: syntaxMessage(error), span }) };
}

/** What the lines around it tell. */
function inContext(error: ParserError, span: Span, text: string): { readonly message: string; readonly span: Span } | null {
  const lineStart = text.lastIndexOf('\n', span.start - 1) + 1;
  const before = text.slice(Math.max(0, span.start - 2000), span.start);
  const above = text.slice(Math.max(0, lineStart - 2000), lineStart).trimEnd();
  if (error.message.includes('at node end')) {
    const quote = /["']$/.exec(before)?.[0];
    if (quote !== undefined) return { message: `The text ends with the ${quote} before this. Inside of it write ${quote === '"' ? '\\"' : "''"}, or use the other quotes around it.`, span };
    const alias = /(?:^|[\s,[{])(\*[^\s,[\]{}]*)[ \t]+$/.exec(before);
    if (alias !== null) return { message: 'A value that begins with * is an alias, and nothing comes after it. Quote the value if the * is meant as text.', span: { start: span.start - (alias[0].length - alias[0].indexOf('*')), end: span.end } };
  }
  // The text of a block begins in the column of its key.
  if (/(?:^|\s)[|>][+-]?$/.test(above) && span.start === lineStart) return { message: `The text after ${/[|>][+-]?$/.exec(above)?.[0] ?? '|'} stands deeper than its key. Indent it.`, span };
  const line = /^[^\r\n]*/.exec(text.slice(span.start))?.[0] ?? '';
  const glued = /^(?:- +)*(?:"[^"]*"|'[^']*'|[A-Za-z_][\w-]*):(?=[^\s/:])/.exec(line);
  if (error.code === 'MULTILINE_IMPLICIT_KEY' && glued !== null) return { message: 'A space is missing after the `:`.', span: { start: span.start, end: span.start + line.trimEnd().length } };
  // Inside braces a second key on one line: the comma before it was forgotten.
  const second = error.code === 'BLOCK_IN_FLOW' ? /^(?:"[^"]*"|'[^']*'|[^\s"',:[\]{}]+)[ \t]+(?=[A-Za-z_][\w-]*:\s)/.exec(line) : null;
  if (second !== null && !line.startsWith('- ')) return { message: 'A comma is missing here.', span: { start: span.start + second[0].length, end: span.start + second[0].length + 1 } };
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY') return null;
  if (/^- /.test(line)) return { message: 'An item of a list stands among the fields of a mapping. Indent it below the list it belongs to.', span: { start: span.start, end: span.start + line.trimEnd().length } };
  const dash = /^-(?=[A-Za-z_])/.exec(text.slice(lineStart).trimStart());
  if (dash !== null) {
    const start = lineStart + (/^[ \t]*/.exec(text.slice(lineStart))?.[0].length ?? 0);
    return { message: 'A space is missing after the dash.', span: { start, end: start + 1 } };
  }
  if (/:(?:\s|$)/.test(line)) return null;
  const next = /^(?:\r?\n[ \t]*)*\r?\n([ \t]*)([^\r\n]*)/.exec(text.slice(span.start + line.length));
  if (next === null || (next[2] ?? '') === '') return null;
  const start = span.start + line.length + next[0].length - (next[2]?.length ?? 0);
  return { message: 'This line is indented deeper than the one above it, which has its value already. Align it with that one.', span: { start, end: start + (next[2]?.trimEnd().length ?? 1) } };
}

/** Past the indentation, which is nothing to look at. */
function place(error: ParserError, text: string): Span {
  const [start, end] = error.pos;
  const blank = error.code === 'TAB_AS_INDENT' ? 0 : (/^[ \t]*/.exec(text.slice(start, start + 200))?.[0].length ?? 0);
  const from = /[\r\n]/.test(text[start + blank] ?? '\n') ? start : start + blank;
  return { start: from, end: Math.max(end, from + 1) };
}

function isUnclosed({ message }: ParserError): boolean {
  return /(?:must|and) end with an? [\]}]|^Missing closing ["']/.test(message);
}

interface Opening {
  readonly offset: number;
  readonly character: string;
}

/** The parser complains at the end of the text; what is missing its end is the last thing that was opened. */
function lastUnclosed(tokens: readonly CST.Token[], before: number): Opening | null {
  let last: Opening | null = null;
  const stack: CST.Token[] = [...tokens];
  for (let token = stack.pop(); token !== undefined; token = stack.pop()) {
    const character = unclosedCharacter(token);
    if (character !== null && token.offset <= before && (last === null || token.offset > last.offset)) last = { offset: token.offset, character };
    if (token.type === 'document' && token.value !== undefined) stack.push(token.value);
    if ('items' in token) {
      for (const item of token.items) {
        if (item.key) stack.push(item.key);
        if (item.value !== undefined) stack.push(item.value);
      }
    }
  }
  return last;
}

function unclosedCharacter(token: CST.Token): string | null {
  switch (token.type) {
    case 'flow-collection': {
      const [open, close] = token.start.type === 'flow-seq-start' ? ['[', 'flow-seq-end'] : ['{', 'flow-map-end'];
      return token.end.some((end) => end.type === close) ? null : open;
    }
    case 'double-quoted-scalar':
    case 'single-quoted-scalar': {
      const quote = token.source.charAt(0);
      return token.source.length > 1 && token.source.endsWith(quote) ? null : quote;
    }
    default:
      return null;
  }
}

/** Its own words where ours would say no more. */
function syntaxMessage({ code, message }: ParserError): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'YAML cannot be indented with tabs. Use spaces.';
    case 'BAD_INDENT':
      return 'The indentation fits nothing above. Align it with the lines it belongs to.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second `: ` on one line. Quote the value, or put the nested mapping on lines of its own.';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'A key must stand on one line and be followed by `:`. Is a `:` or a quote missing?';
    case 'MISSING_CHAR':
      return missingCharacter(message);
    case 'BLOCK_IN_FLOW':
      return 'Inside [ ] and { } values are separated by commas, not by lines and dashes.';
    case 'BAD_SCALAR_START':
      return 'A plain value cannot begin with this character. Quote the value.';
    case 'BAD_DQ_ESCAPE':
      return 'No such escape in double quotes. Write `\\\\` for a backslash, or use single quotes.';
    case 'BAD_ALIAS':
      return 'An alias is `*` and a name. Quote the value if the * or & is meant as text.';
    case 'ALIAS_PROPS':
      return 'An alias carries no anchor or tag of its own. Remove it.';
    case 'MULTIPLE_ANCHORS':
      return 'A value can have one anchor only. Remove the other.';
    case 'MULTIPLE_TAGS':
      return 'A value can have one tag only. Remove the other.';
    case 'MULTIPLE_DOCS':
      return 'A second document begins here without `---`.';
    case 'KEY_OVER_1024_CHARS':
      return 'The `:` stands more than 1,024 characters after its key. Shorten the key.';
    case 'UNEXPECTED_TOKEN':
      return unexpected(message);
    default:
      return sentence(message);
  }
}

function missingCharacter(message: string): string {
  if (message.startsWith('Sequence item without -')) return 'The indentation fits nothing above. Align it with the fields it belongs to, or begin a list item with "- ".';
  if (message.startsWith('Implicit map keys need')) return 'After a key comes `: ` and its value. Add the `:`, or indent the line if it goes on with the text above.';
  if (message.startsWith('Missing , or :') || message.startsWith('Missing ,')) return 'A comma is missing here.';
  if (message.startsWith('Missing space after :')) return 'A space is missing after the `:`.';
  if (message.startsWith('Comments must be separated')) return 'A space is missing before the #. Quote the text if the # belongs to it.';
  if (message.startsWith('Tags and anchors must be separated')) return 'A space is missing after the anchor or tag.';
  return sentence(message);
}

function unexpected(message: string): string {
  const token = /: "(.+)"$/s.exec(message)?.[1] ?? /Unexpected ([,\]}]) in/.exec(message)?.[1];
  if (token === ']' || token === '}') return `Nothing above opens this ${token}. Remove it.`;
  if (token === ',') return 'One comma too many. Remove it.';
  if (message.includes('at node end')) return 'The value before this has ended. Quote the whole text if it belongs together, or put a comma or a line break between.';
  return token === undefined ? sentence(message) : 'This fits nothing above. Quote the text it belongs to, or correct the indentation.';
}

function sentence(message: string): string {
  const text = message.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
