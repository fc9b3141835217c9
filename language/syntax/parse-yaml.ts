import { Composer, Lexer, Parser, type CST, type Document, type YAMLError } from 'yaml';
import { composeTree, type ComposedTree } from './compose-tree.ts';
import { limits } from './limits.ts';
import type { Problem } from './problem.ts';
import type { Span } from './span.ts';
import { syntaxProblem, type ParserError } from './syntax-problem.ts';
import { treeToJson, type MutableJson } from './tree-json.ts';
import type { YamlNode } from './yaml-tree.ts';

export interface YamlDocument {
  /** As far as it could be read; null = nothing but comments. */
  readonly tree: YamlNode | null;
  /** The tree as a JSON value; null where there is no tree. */
  readonly json: MutableJson;
  readonly span: Span;
  readonly problems: readonly Problem[];
  /** Whether the text could not be read to its end: what the tree lacks may be there, so nothing is said about it. */
  readonly broken: boolean;
}

const composerOptions = {
  version: '1.2',
  schema: 'core',
  merge: true,
  // Quadratic in the library; composeTree does it in one pass.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** A text as it was read, with what reading it again after an edit needs to know. */
export interface YamlStream {
  readonly text: string;
  /** At least as many as the lexer finds in it. */
  readonly lexemes: number;
  readonly documents: readonly YamlDocument[];
  readonly readings: readonly DocumentReading[];
}

/** What was found in one document, before a syntax error hides some of it. */
export interface DocumentReading {
  readonly tree: YamlNode | null;
  readonly json: MutableJson;
  readonly span: Span;
  readonly problems: readonly Problem[];
  readonly mistake: SyntaxMistake | null;
  /** Whether a part of it depends on another: anchors, aliases, merge keys, directives. */
  readonly linked: boolean;
}

export interface SyntaxMistake {
  readonly problem: Problem;
  /** From the first to the last place that it shows itself in. */
  readonly reach: Span;
}

/**
 * Reads a text as YAML 1.2 (core schema, merge keys): one entry per document of the stream. Never throws; size, depth
 * and alias expansion are bounded.
 */
export function parseYaml(text: string): readonly YamlDocument[] {
  return readYaml(text).documents;
}

export function readYaml(text: string): YamlStream {
  if (text.length > limits.characters) return unread(text, tooLarge(text, `The file has ${text.length} characters; documents are read up to ${limits.characters}. Move data out of it.`));
  if (holdsTooManyDocuments(text)) return unread(text, tooLarge(text, `The file has more than ${limits.documents} documents. Divide it into several files.`));
  return withoutStacks(() => readDocuments(text));
}

/** The library makes an error of every mistake, of which a text may have a hundred thousand; nobody looks at their stacks. */
function withoutStacks<T>(read: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return read();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

/** One text in two characters at most: a mark stands before each plain value. */
const LEXEMES_PER_CHARACTER = 2;

/** At most one more than are read. */
export function countLexemes(text: string): number {
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme !== '') count += 1;
    if (count > limits.lexemes) break;
  }
  return count;
}

function readDocuments(text: string): YamlStream {
  // Before anything is made of them: of two million characters it takes a fifth of a second to see that they are too many.
  if (text.length > limits.lexemes / LEXEMES_PER_CHARACTER && countLexemes(text) > limits.lexemes) {
    return unread(text, tooLarge(text, `The file has more than ${limits.lexemes} keys, values and marks; documents are read up to that. Move data out of it.`));
  }
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme !== '') lexemes += 1;
    for (const token of parser.next(lexeme)) tokens.push(token);
    // The document, its value, and what lies in that. Further in there may be a million more.
    if (parser.stack.length > limits.depth + 2) return unread(text, broken(text, tooDeep(parser.stack.at(-1)?.offset ?? 0)));
  }
  tokens.push(...parser.end());
  const deep = firstTooDeep(tokens);
  if (deep !== null) return unread(text, broken(text, tooDeep(deep.offset)));
  const composer = new Composer(composerOptions);
  const readings: DocumentReading[] = [];
  const directives = /^%/m.test(text);
  // An empty text is one empty document.
  for (const document of composer.compose(tokens, true, text.length)) {
    const read = readDocument(document, tokens, text);
    // The comments before a document are its own.
    const start = readings.at(-1)?.span.end ?? 0;
    readings.push({ ...read, linked: read.linked || directives, span: { start, end: Math.max(start, read.span.end) } });
  }
  return { text, lexemes, documents: readings.map(documentOf), readings };
}

function unread(text: string, document: YamlDocument): YamlStream {
  return { text, lexemes: 0, documents: [document], readings: [] };
}

function readDocument(document: Document.Parsed, tokens: readonly CST.Token[], text: string): DocumentReading {
  const [start, , end] = document.range;
  const first = firstError(document.errors);
  const { tree, problems, linked } = document.contents === null ? noTree : composeTree(document.contents);
  const tags = document.warnings.filter((warning) => warning.code === 'TAG_RESOLVE_FAILED').map(unknownTag);
  return {
    tree,
    json: tree === null ? null : treeToJson(tree),
    span: { start, end },
    problems: [...problems, ...tags],
    mistake: first === null ? null : mistakeOf(syntaxProblem(first, tokens, text), document.errors),
    linked: linked || tags.length > 0,
  };
}

const noTree: Omit<ComposedTree, 'tree'> & { readonly tree: null } = { tree: null, problems: [], linked: false };

/** After a syntax error the library guesses; only what it read before is worth repeating. */
export function documentOf({ tree, json, span, problems, mistake }: DocumentReading): YamlDocument {
  const kept = problems.filter((problem) => mistake === null || problem.span.end <= mistake.problem.span.start);
  if (mistake !== null) kept.push(mistake.problem);
  return {
    tree,
    json,
    span,
    problems: kept.sort((a, b) => a.span.start - b.span.start),
    broken: mistake !== null || kept.some((problem) => problem.code === 'too-deep'),
  };
}

/** The one that stands first: the others are what it leads to. */
function firstError(errors: readonly ParserError[]): ParserError | null {
  return errors.toSorted((a, b) => a.pos[0] - b.pos[0])[0] ?? null;
}

/** There may be a hundred thousand errors: too many for the arguments of one call. */
function mistakeOf(problem: Problem, errors: readonly ParserError[]): SyntaxMistake {
  // What is never closed stands before all that is complained about.
  let { start, end } = problem.span;
  for (const { pos } of errors) {
    start = Math.min(start, pos[0]);
    end = Math.max(end, pos[1]);
  }
  return { problem, reach: { start, end } };
}

function unknownTag(warning: YAMLError): Problem {
  return {
    code: 'unknown-tag',
    message: 'Tags have no meaning here. Remove the tag; quote the value if it must stay text.',
    span: { start: warning.pos[0], end: warning.pos[1] },
  };
}

function firstTooDeep(tokens: readonly CST.Token[]): CST.Token | null {
  for (const token of tokens) {
    const deep = tooDeepToken(token);
    if (deep !== null) return deep;
  }
  return null;
}

/** The token that lies too deep. Looking for it goes no deeper than that; the composer would. */
function tooDeepToken(token: CST.Token, depth = 0): CST.Token | null {
  if (depth > limits.depth) return token;
  if (token.type === 'document') return token.value === undefined ? null : tooDeepToken(token.value, depth);
  if (!('items' in token)) return null;
  for (const { key, value } of token.items) {
    const deep = (key ? tooDeepToken(key, depth + 1) : null) ?? (value === undefined ? null : tooDeepToken(value, depth + 1));
    if (deep !== null) return deep;
  }
  return null;
}

function tooDeep(offset: number): Problem {
  return {
    code: 'too-deep',
    message: `Nested more than ${limits.depth} levels deep. Flatten it, or move the data into a file of its own.`,
    span: { start: offset, end: offset + 1 },
  };
}

function holdsTooManyDocuments(text: string): boolean {
  let left: number = limits.documents;
  for (let at = text.indexOf('\n---'); at >= 0 && left >= 0; at = text.indexOf('\n---', at + 4)) left -= 1;
  return left < 0;
}

function tooLarge(text: string, message: string): YamlDocument {
  const span = { start: 0, end: Math.max(1, text.slice(0, 200).search(/[\r\n]|$/)) };
  return { tree: null, json: null, span: { start: 0, end: text.length }, problems: [{ code: 'file-too-large', message, span }], broken: true };
}

function broken(text: string, problem: Problem): YamlDocument {
  return { tree: null, json: null, span: { start: 0, end: text.length }, problems: [problem], broken: true };
}
