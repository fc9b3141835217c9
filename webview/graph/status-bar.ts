import type { Look } from '../shared/status.ts';

export interface StatusBar {
  readonly d: string;
  readonly dashes: string | null;
  readonly width: number;
}

/** In widths of the bar: on, off. */
const DASHES: Partial<Record<Look, readonly [on: number, off: number]>> = { running: [2, 1], waiting: [0.75, 0.75], replayed: [0.5, 0.5], skipped: [2, 2] };

/**
 * The bar along a card's side that says how its node stands. Its pattern says it without its colour: themes of high contrast have few, and one of
 * them has no orange.
 */
export function statusBar(look: Look | null, x: number, from: number, to: number, width: number): StatusBar {
  // One that was halted ends half way.
  const end = look === 'halted' ? (from + to) / 2 : to;
  const line = (at: number): string => `M${at} ${from}V${end}`;
  // Two lines: one who was turned away before the door.
  if (look === 'rejected') return { d: line(x - width / 4) + line(x + (width * 3) / 4), dashes: null, width: width / 2 };
  const dashes = look === null ? undefined : DASHES[look];
  return { d: line(x), dashes: dashes === undefined ? null : dashes.map((part) => part * width).join(' '), width };
}
