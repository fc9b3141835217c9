import type { Problem } from '../syntax/problem.ts';
import type { LineIndex } from '../syntax/line-index.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import { checkOf, allCodes } from './registry.ts';
import { didYouMean, nearestWord } from '../documents/nearest-word.ts';

export interface Silenced {
  readonly kept: readonly Problem[];
  readonly silenced: readonly Problem[];
}

interface IgnoreComment {
  readonly code: string;
  readonly reason: string;
  readonly span: Span;
  /** The line it speaks of. */
  readonly line: number;
}

/** Applies every `# dagbook-ignore <code>: reason` of a file; one that silences nothing is a problem of its own. */
export function applyIgnores(text: string, lines: LineIndex, trees: readonly YamlNode[], problems: readonly Problem[]): Silenced {
  if (!text.includes('dagbook-ignore')) return { kept: problems, silenced: [] };
  const comments = findComments(text, lines, trees);
  const used = new Set<IgnoreComment>();
  const isSilenced = (problem: Problem): boolean => {
    const line = lines.at(problem.span.start).line;
    const comment = comments.find((candidate) => candidate.code === problem.code && candidate.line === line && candidate.reason !== '');
    if (comment === undefined || !checkOf(problem.code).ignorable) return false;
    used.add(comment);
    return true;
  };
  const silenced = problems.filter(isSilenced);
  const unused = comments.filter((comment) => !used.has(comment)).map(unusedIgnore);
  return { kept: [...problems.filter((problem) => !silenced.includes(problem)), ...unused], silenced };
}

function unusedIgnore({ code, reason, span }: IgnoreComment): Problem {
  return { code: 'unused-ignore', message: whyUnused(code, reason), span };
}

function whyUnused(code: string, reason: string): string {
  if (code === '') return 'Say what is ignored and why: # dagbook-ignore <code>: reason.';
  if (!allCodes.includes(code)) return `There is no code "${code}".${didYouMean(nearestWord(code, allCodes))}`;
  if (reason === '') return `Say why: # dagbook-ignore ${code}: reason.`;
  if (!checkOf(code).ignorable) return `"${code}" cannot be ignored, because it would break the run. Mend it.`;
  return `Nothing to ignore here: there is no "${code}" on the line it speaks of. Remove the comment.`;
}

function findComments(text: string, lines: LineIndex, trees: readonly YamlNode[]): readonly IgnoreComment[] {
  const comments: IgnoreComment[] = [];
  for (const match of text.matchAll(/(?<=^|[ \t])#[ \t]*dagbook-ignore\b[ \t]*([^\s:]*)[ \t]*:?([^\r\n]*)/gm)) {
    const start = match.index;
    if (trees.some((tree) => isInsideText(tree, start))) continue;
    const span = { start, end: start + match[0].trimEnd().length };
    comments.push({ code: match[1] ?? '', reason: (match[2] ?? '').trim(), span, line: lineSpokenOf(text, lines, start) });
  }
  return comments;
}

/** Its own line, or the next that holds more than a comment. */
function lineSpokenOf(text: string, lines: LineIndex, start: number): number {
  const own = lines.at(start).line;
  if (text.slice(lines.lineStart(own), start).trim() !== '') return own;
  for (let line = own + 1; line <= lines.lineCount; line += 1) {
    const content = text.slice(lines.lineStart(line), lines.lineStart(line + 1)).trim();
    if (content !== '' && !content.startsWith('#')) return line;
  }
  return own;
}

/** In a quoted text or a block a `#` is a character like any other. */
function isInsideText(tree: YamlNode, offset: number): boolean {
  let node = tree;
  for (;;) {
    if (node.kind === 'scalar') return node.style !== 'plain' && node.span.start < offset && offset < node.span.end;
    const children: readonly YamlNode[] = node.kind === 'seq' ? node.items : node.kind === 'map' ? node.entries.flatMap((entry) => (entry.merged ? [] : [entry.value])) : [];
    // An alias shows where its target stands; the target itself is a child of something else.
    const child = children.find(({ kind, span }) => kind !== 'alias' && span.start < offset && offset < span.end);
    if (child === undefined) return false;
    node = child;
  }
}
