import type { Direction } from '../../protocol/graph-panel.ts';
import { s } from '../shared/vnode.ts';
import type { Child } from '../shared/vnode.ts';
import type { Box } from './diagram.ts';
import { CARD } from './metrics.ts';

/** What leads from a card back to itself: the arrow of a loop, the dashed one of a retry with its words. */
export function beside(box: Box, direction: Direction, height: number): Child {
  if (box.retry !== null) return retryLoop(box, box.retry, direction, height);
  if (box.kind !== 'loop') return null;
  if (direction === 'right') {
    const x = box.width - 28;
    return s('g', { class: 'return' }, [s('path', { d: `M${x} 0v-4a8 8 0 0 0-8-8h-20a8 8 0 0 0-8 8v1` }), s('path', { class: 'head', d: `M${x - 36} 0l-4-7h8Z` })]);
  }
  return s('g', { class: 'return' }, [s('path', { d: `M${box.width} ${CARD.head - 8}h4a8 8 0 0 0 8-8V24a8 8 0 0 0-8-8h-1` }), s('path', { class: 'head', d: `M${box.width + 1} 16l6-4v8Z` })]);
}

function retryLoop(box: Box, retry: { readonly title: string; readonly detail: string }, direction: Direction, height: number): Child {
  const words = (x: number, y: number): Child => s('g', { class: 'elabel beside' }, [s('text', { class: 'strong', x, y }, retry.title), s('text', { class: 'dimmed', x, y: y + 16 }, retry.detail)]);
  if (direction === 'right') {
    return [
      s('g', { class: 'edge catch' }, [s('path', { class: 'line', d: 'M56 0v-16a8 8 0 0 0-8-8H32a8 8 0 0 0-8 8v9' }), s('path', { class: 'head', d: 'M24 0l-4-8h8Z' })]),
      words(68, -20),
    ];
  }
  const { width } = box;
  const low = Math.min(60, height - 8);
  return [
    s('g', { class: 'edge catch' }, [s('path', { class: 'line', d: `M${width} ${low}h16a8 8 0 0 0 8-8V28a8 8 0 0 0-8-8h-9` }), s('path', { class: 'head', d: `M${width} 20l8-4v8Z` })]),
    words(width + 36, 36),
  ];
}
