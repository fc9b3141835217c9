/** Sizes of what is drawn, in px at 100 %. Everything stands on a grid of 4. */
export const GRID = 4;
export const CARD = { width: 216, head: 52, full: 72 } as const;
export const BAR = { width: 216, height: 28 } as const;
export const ROUND = { width: 160, height: 36 } as const;
export const START = 16;
export const CONTAINER = { top: 40, side: 12, bottom: 12 } as const;
export const LABEL_HEIGHT = 16;

/** Below this zoom the smaller text would be under 6 px high: a card becomes a block of its status. */
export const FAR = 0.5;

/** Width in px of a text at a size, in weight 400 or 600. */
export type Measure = (text: string, size: number, weight?: 400 | 600) => number;

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** Ellipsis in the middle: the end of an id tells as much as its start. Cut by code points, never through one. */
export function middleCut(text: string, room: number, size: number, weight: 400 | 600, measure: Measure): string {
  return fitted(text, room, size, weight, measure, (points, kept) => `${points.slice(0, Math.ceil(kept / 2)).join('')}…${points.slice(points.length - Math.floor(kept / 2)).join('')}`);
}

/** Words are read from their start, and end where there is no more room; a name is cut in the middle. */
export function wordCut(text: string, room: number, size: number, weight: 400 | 600, measure: Measure): string {
  if (!/\s/.test(text.trim())) return middleCut(text, room, size, weight, measure);
  return fitted(text, room, size, weight, measure, (points, kept) => `${points.slice(0, kept).join('').trimEnd()}…`);
}

/** The longest cut that has room. `shorten`: with so many code points kept. */
function fitted(text: string, room: number, size: number, weight: 400 | 600, measure: Measure, shorten: (points: readonly string[], kept: number) => string): string {
  if (measure(text, size, weight) <= room) return text;
  const points = Array.from(text);
  let [low, high] = [1, points.length - 1];
  const cut = (kept: number): string => shorten(points, kept);
  while (low < high) {
    const kept = Math.ceil((low + high) / 2);
    if (measure(cut(kept), size, weight) <= room) low = kept;
    else high = kept - 1;
  }
  return cut(low);
}

/** The letters of the theme's own font, measured once each: a card has a fixed width and fonts do not. */
export function measureByCanvas(family: string): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, size, weight = 400) => {
    if (context === null) return estimate(text, size);
    const key = `${weight} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (known.size > 20_000) known.clear();
      context.font = `${weight} 100px ${family}`;
      // Figures are tabular where they are drawn: each as wide as a nought.
      width = context.measureText(text.replaceAll(/\d/g, '0')).width / 100;
      known.set(key, width);
    }
    return width * size;
  };
}

/** Where nothing can be measured: the widths of a common sans-serif, rather too wide. */
export function estimate(text: string, size: number): number {
  return Array.from(text).reduce((sum, letter) => sum + (/[iljt.,:;'|!()[\] ]/.test(letter) ? 0.33 : /[mwMW@%]/.test(letter) ? 0.9 : 0.6), 0) * size;
}
