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
  const byPlace = new Map(comments.toReversed().flatMap((comment) => (comment.reason === '' ? [] : [[`${comment.code} ${comment.line}`, comment] as const])));
  const used = new Set<IgnoreComment>();
  const kept: Problem[] = [];
  const silenced: Problem[] = [];
  for (const problem of problems) {
    const comment = checkOf(problem.code).ignorable ? byPlace.get(`${problem.code} ${lines.at(problem.span.start).line}`) : undefined;
    if (comment !== undefined) used.add(comment);
    (comment === undefined ? kept : silenced).push(problem);
  }
  return { kept: [...kept, ...comments.filter((comment) => !used.has(comment)).map(unusedIgnore)], silenced };
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
  const texts = trees.flatMap(quotedTexts);
  let next = 0;
  for (const match of text.matchAll(/(?<=^|[ \t])#[ \t]*dagbook-ignore\b[ \t]*([^\s:]*)[ \t]*:?([^\r\n]*)/gm)) {
    const start = match.index;
    while ((texts[next]?.end ?? Infinity) <= start) next += 1;
    // In a quoted text or a block a `#` is a character like any other.
    if ((texts[next]?.start ?? Infinity) < start) continue;
    const span = { start, end: start + match[0].trimEnd().length };
    comments.push({ code: match[1] ?? '', reason: (match[2] ?? '').trim(), span, line: lines.at(start).line });
  }
  return spokenOf(text, lines, comments);
}

/** Each with the line it speaks of: its own, or the next that holds more than a comment. */
function spokenOf(text: string, lines: LineIndex, comments: readonly IgnoreComment[]): readonly IgnoreComment[] {
  const placed: IgnoreComment[] = [];
  // From the last to the first: of many comments below one another each would look for the same line.
  let below = lines.lineCount + 1;
  let content: number | null = null;
  for (const comment of comments.toReversed()) {
    const own = comment.line;
    for (below -= 1; below > own; below -= 1) if (holdsContent(text, lines, below)) content = below;
    below = own + 1;
    const besides = text.slice(lines.lineStart(own), comment.span.start).trim() !== '';
    placed.push({ ...comment, line: besides ? own : (content ?? own) });
    if (besides) content = own;
  }
  return placed.toReversed();
}

function holdsContent(text: string, lines: LineIndex, line: number): boolean {
  const content = text.slice(lines.lineStart(line), lines.lineStart(line + 1)).trim();
  return content !== '' && !content.startsWith('#');
}

/** Where the texts stand that are not plain, in the order of the document. An alias shows where its target stands; the target is a child of something else. */
function quotedTexts(root: YamlNode): readonly Span[] {
  const spans: Span[] = [];
  const open: YamlNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind === 'scalar' && node.style !== 'plain') spans.push(node.span);
    else if (node.kind === 'seq') for (const item of node.items) open.push(item);
    else if (node.kind === 'map') for (const entry of node.entries) if (!entry.merged) open.push(entry.value);
  }
  return spans.sort((a, b) => a.start - b.start);
}
