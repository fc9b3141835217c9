import { h, s } from './vnode.ts';
import type { Attributes, VElement } from './vnode.ts';

/**
 * 16 × 16 glyphs of our own. Kinds are strokes of 1.25; status icons differ in outline. `solid` is filled with the
 * colour of the text, `cut` is drawn in the colour of what lies behind.
 */
type Part = readonly [tag: 'path' | 'circle' | 'rect', attributes: Attributes];

const path = (d: string, more: Attributes = {}): Part => ['path', { d, ...more }];
const circle = (cx: number, cy: number, r: number, more: Attributes = {}): Part => ['circle', { cx, cy, r, ...more }];
const rect = (x: number, y: number, width: number, height: number, rx: number, more: Attributes = {}): Part => ['rect', { x, y, width, height, rx, ...more }];
const solid = { class: 'solid' };
const cut = { class: 'cut' };
const ring = circle(8, 8, 5.75);
const disc = circle(8, 8, 6.5, solid);
const clockHands = path('M8 4.75V8l2.25 1.5');
const turn = path('M12.9 6.2A5.25 5.25 0 1 0 13.25 8.6M13.25 2.75v3.5h-3.5');

const KINDS = {
  spawn: [rect(2.75, 5.25, 10.5, 7.5, 2), path('M8 2.5v2.75M6 8.25v1.5M10 8.25v1.5')],
  loop: [turn],
  classify: [path('M8 2v4M8 6 3.5 9.5V14M8 6v8M8 6l4.5 3.5V14')],
  choice: [path('M8 1.9 14.1 8 8 14.1 1.9 8ZM8 5.4v3M8 10.4v.2')],
  tournament: [path('M2.5 3.5h4.75v9H2.5M7.25 8H13.5')],
  reduce: [path('M3.5 2v4.5L8 10M12.5 2v4.5L8 10M8 2v12')],
  parallel: [path('M3.5 2.75v10.5M8 2.75v10.5M12.5 2.75v10.5')],
  map: [rect(2.5, 5.5, 8, 8, 1.5), path('M5.5 5.25V4c0-.8.7-1.5 1.5-1.5h5c.8 0 1.5.7 1.5 1.5v5c0 .8-.7 1.5-1.5 1.5h-1.25')],
  human: [circle(8, 5, 2.5), path('M2.75 13.5c.4-3 2.4-4.5 5.25-4.5s4.85 1.5 5.25 4.5')],
  wait: [ring, clockHands],
  execution: [circle(8, 8, 2), circle(8, 8, 4.5), path('M8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M3.4 12.6l1.4-1.4M11.2 4.8l1.4-1.4')],
  succeed: [ring, circle(8, 8, 2.5, solid)],
  fail: [ring, path('M4 12 12 4')],
  pass: [path('M2.5 8h10M9.25 4.75 12.5 8l-3.25 3.25')],
  template: [path('M4 2.5h5.5L12 5v8.5H4ZM9.25 2.75V5.5h2.5M6 8.25h4M6 10.75h4')],
  workflow: [rect(5.75, 1.75, 4.5, 3.5, 1), rect(1.75, 10.75, 4.5, 3.5, 1), rect(9.75, 10.75, 4.5, 3.5, 1), path('M8 5.25V8M4 10.75V8h8v2.75')],
} as const satisfies Record<string, readonly Part[]>;

const STATUSES = {
  pending: [ring],
  running: [path('M8 2.25A5.75 5.75 0 1 1 2.25 8'), circle(8, 8, 2.25, solid)],
  waiting: [ring, clockHands],
  completed: [disc, path('M5 8.25 7.1 10.3 11 5.9', cut)],
  failed: [disc, path('M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8', cut)],
  rejected: [path('M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3Z', solid), path('M4.75 8h6.5', cut)],
  halted: [rect(2.5, 2.5, 11, 11, 2, solid)],
  skipped: [circle(8, 8, 5.75, { 'stroke-dasharray': '2.2 2.3' }), path('M6 5.75 8.25 8 6 10.25M9 5.75 11.25 8 9 10.25', { transform: 'translate(-.6 0)' })],
  replayed: [path('M3.6 5.1A5.25 5.25 0 1 1 2.8 8.9M3.1 2v3.4h3.4'), circle(8, 8, 1.75, solid)],
} as const satisfies Record<string, readonly Part[]>;

const INTERFACE = {
  error: [ring, path('M8 4.75v4M8 10.9v.2')],
  warning: [path('M8 2.2 14.3 13.3H1.7ZM8 6.25v3.25M8 11.3v.2')],
  chain: [path('M6.6 9.4a2.6 2.6 0 0 0 3.7 0l2.4-2.4A2.6 2.6 0 1 0 9 3.3l-.7.7M9.4 6.6a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 1 0 7 12.7l.7-.7')],
  shield: [path('M8 1.9 13 3.7v4c0 3-2 5.2-5 6.4-3-1.2-5-3.4-5-6.4v-4Z')],
  lock: [rect(3.25, 7, 9.5, 6.5, 1.25), path('M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2')],
  branch: [circle(4.5, 3.75, 1.6), circle(4.5, 12.25, 1.6), circle(11.5, 5.25, 1.6), path('M4.5 5.4v5.2M11.5 6.9c0 2.4-7 1.6-7 3.7')],
  schema: [path('M5.5 2.5c-2 0-1.75 1.5-1.75 2.75S3.5 8 2.25 8c1.25 0 1.5 1.5 1.5 2.75S3.5 13.5 5.5 13.5M10.5 2.5c2 0 1.75 1.5 1.75 2.75S12.5 8 13.75 8c-1.25 0-1.5 1.5-1.5 2.75s.25 2.75-1.75 2.75')],
  role: [path('M2.75 4.25h10.5v7.5H2.75ZM5.25 7h2.5M5.25 9.25h5.5')],
  budget: [path('M3 12.5a5.75 5.75 0 1 1 10 0M8 9.5l2.75-3.25'), circle(8, 9.75, 1, solid)],
  key: [circle(5.25, 8, 2.75), path('M8 8h5.75M11.5 8v2.5M13.75 8v1.75')],
  gate: [path('M3 3v10M13 3v10M3 5.5h6.5M3 10.5h6.5M9.5 5.5 12 8l-2.5 2.5')],
  retry: [turn],
  play: [path('M4.5 2.75v10.5L13 8Z')],
  stop: [rect(3.5, 3.5, 9, 9, 1.5, solid)],
  pause: [path('M5.5 3v10M10.5 3v10')],
  fork: [circle(4.5, 3.5, 1.6), circle(11.5, 3.5, 1.6), circle(8, 12.5, 1.6), path('M4.5 5.1c0 2.9 3.5 2.4 3.5 5.8M11.5 5.1c0 2.9-3.5 2.4-3.5 5.8')],
  until: [path('M2.5 8h7.5M7 5l3 3-3 3M13.25 3v10')],
  minus: [path('M3.5 8h9')],
  plus: [path('M3.5 8h9M8 3.5v9')],
  fit: [path('M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10')],
  search: [circle(7, 7, 4.25), path('M10.2 10.2 13.5 13.5')],
  list: [path('M2.5 4h1M6 4h7.5M2.5 8h1M6 8h7.5M2.5 12h1M6 12h7.5')],
  close: [path('M4 4l8 8M12 4l-8 8')],
  more: [path('M3.5 8h.1M8 8h.1M12.5 8h.1', { 'stroke-width': 2 })],
  down: [path('M4 6.5 8 10.5l4-4')],
  right: [path('M6.5 4 10.5 8l-4 4')],
  'arrow-down': [path('M8 2.5v10.5M4.5 9.75 8 13.25l3.5-3.5')],
  'arrow-right': [path('M2.5 8h10.5M9.75 4.5 13.25 8l-3.5 3.5')],
  critical: [path('M2 9.5h2.75L7 3.5l2.75 9 1.75-4.5H14')],
  save: [path('M8 2.5v7.5M4.75 7 8 10.25 11.25 7M2.75 12.75h10.5')],
  copy: [rect(5.25, 5.25, 8, 8.5, 1.25), path('M10.75 5.25V3.5c0-.7-.55-1.25-1.25-1.25H4c-.7 0-1.25.55-1.25 1.25v6.25c0 .7.55 1.25 1.25 1.25h1.25')],
  open: [path('M9.5 2.5h4v4M13.5 2.5 8 8M6.5 3.5h-3c-.55 0-1 .45-1 1v8c0 .55.45 1 1 1h8c.55 0 1-.45 1-1v-3')],
  pin: [path('M8 10.5v3.5M5 2.5h6M6 2.5v4.25L4.25 10.5h7.5L10 6.75V2.5')],
  llm: [path('M2.75 4.25c0-.85.65-1.5 1.5-1.5h7.5c.85 0 1.5.65 1.5 1.5v5c0 .85-.65 1.5-1.5 1.5H7.5l-3 2.75v-2.75h-.25c-.85 0-1.5-.65-1.5-1.5Z')],
  tool: [path('M9.5 6.5 4 12a1.4 1.4 0 0 1-2-2l5.5-5.5M13.5 4.5a3.1 3.1 0 0 1-4 4M7.5 6.5a3.1 3.1 0 0 1 4-4L9.75 4.25l2 2 1.75-1.75')],
  rag: [path('M3 3.25h3.5c.85 0 1.5.65 1.5 1.5v8.5c0-.85-.65-1.5-1.5-1.5H3ZM13 3.25H9.5c-.85 0-1.5.65-1.5 1.5v8.5c0-.85.65-1.5 1.5-1.5H13Z')],
  output: [path('M2.5 8h8M7.5 4.75 10.75 8 7.5 11.25M13.5 3v10')],
} as const satisfies Record<string, readonly Part[]>;

const GLYPHS = { ...KINDS, ...STATUSES, ...INTERFACE };

export type GlyphName = keyof typeof GLYPHS;

function parts(name: GlyphName): readonly VElement[] {
  return (GLYPHS[name] as readonly Part[]).map(([tag, attributes]) => s(tag, attributes));
}

/** Among HTML: a small picture of its own. What it means is said beside it. */
export function icon(name: GlyphName, className = '', size = 16): VElement {
  return h('span', { class: `icon ${className}`.trim(), 'aria-hidden': 'true' }, [s('svg', { class: 'g', width: size, height: size, viewBox: '0 0 16 16' }, parts(name))]);
}

/** Within a drawing: its upper left corner at x, y. */
export function glyphAt(name: GlyphName, x: number, y: number, className = '', scale = 1): VElement {
  return s('g', { class: `g ${className}`.trim(), transform: `translate(${x} ${y})${scale === 1 ? '' : ` scale(${scale})`}` }, parts(name));
}
