import type { NodeStatus } from '../../protocol/run-records.ts';
import type { GlyphName } from './glyphs.ts';
import { h } from './vnode.ts';
import type { Child } from './vnode.ts';

/** What a node looks like in a run: its status, or that its answers were served from a record. */
export type Look = NodeStatus | 'replayed';

/** In the order of legends and tallies. */
export const LOOKS: readonly Look[] = ['completed', 'running', 'waiting', 'error', 'rejected', 'halted', 'replayed', 'skipped', 'pending'];

export function lookWord(look: Look): string {
  return look === 'replayed' ? 'replayed from record' : look;
}

/** As the state of a whole run: `Completed`; where it comes from is left out where there is little room. */
export function lookHeading(look: Look): readonly Child[] {
  return look === 'replayed' ? ['Replayed', h('span', { class: 'hide-narrow' }, ' from record')] : [capitalized(lookWord(look))];
}

/** The icon differs in outline, not only in colour. */
export function lookGlyph(look: Look): GlyphName {
  return look === 'error' ? 'failed' : look;
}

/** `Running`, as a heading. */
export function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
