import { h } from './vnode.ts';
import type { Child, VElement } from './vnode.ts';

/**
 * What a model writes, as far as its marks are plain: paragraphs, headings, lists, fences, code, emphasis. Made while it
 * is still being written, so nothing needs an end; no link is a link and no markup is markup.
 */
export function prose(text: string): readonly VElement[] {
  const blocks: VElement[] = [];
  let lines: string[] = [];
  let fence: string[] | null = null;
  const flush = (): void => {
    if (lines.length > 0) blocks.push(...block(lines));
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) {
      if (fence === null) {
        flush();
        fence = [];
      } else {
        blocks.push(h('pre', {}, fence.join('\n')));
        fence = null;
      }
    } else if (fence !== null) fence.push(line);
    else if (line.trim() === '') flush();
    else lines.push(line);
  }
  flush();
  if (fence !== null) blocks.push(h('pre', {}, fence.join('\n')));
  return blocks;
}

const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+/;
const HEADING = /^#{1,6}\s+/;

function block(lines: readonly string[]): readonly VElement[] {
  const blocks: VElement[] = [];
  let items: string[] = [];
  /** The number a list begins with; null = it has none. */
  let first: string | null = null;
  let words: string[] = [];
  const flush = (): void => {
    if (words.length > 0) blocks.push(h('p', {}, words.flatMap((line, at) => (at > 0 ? [h('br'), inline(line)] : [inline(line)]))));
    if (items.length > 0) blocks.push(h(first === null ? 'ul' : 'ol', { start: first }, items.map((item) => h('li', {}, inline(item)))));
    [words, items] = [[], []];
  };
  for (const line of lines) {
    if (HEADING.test(line)) {
      flush();
      blocks.push(h('p', {}, h('strong', {}, line.replace(HEADING, ''))));
    } else if (ITEM.test(line)) {
      const number = ITEM.exec(line)?.[1] ?? null;
      if (words.length > 0 || (items.length > 0 && (number === null) !== (first === null))) flush();
      if (items.length === 0) first = number;
      items.push(line.replace(ITEM, ''));
    } else if (items.length > 0) items.push(`${items.pop() ?? ''} ${line.trim()}`);
    else words.push(line);
  }
  flush();
  return blocks;
}

function inline(line: string): Child {
  return line.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) =>
    part.startsWith('`') && part.length > 2 ? h('code', {}, part.slice(1, -1)) : part.startsWith('**') && part.length > 4 ? h('strong', {}, part.slice(2, -2)) : part);
}
