import { glyphAt } from '../shared/glyphs.ts';
import { kindGlyph } from '../shared/kinds.ts';
import { lookGlyph } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { s } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Direction } from '../../protocol/graph-panel.ts';
import type { Box } from './diagram.ts';
import type { CardText, Footer } from './card-text.ts';
import { badgeGlyph } from './card-text.ts';
import { CARD, middleCut, snap, wordCut } from './metrics.ts';
import type { Measure, Rect } from './metrics.ts';
import { clipId, drawnHeight, outline, shapeOf } from './outline.ts';
import type { Shape } from './outline.ts';
import { beside } from './scene-beside.ts';
import { statusBar } from './status-bar.ts';

/** How one node is to be looked at just now. */
export interface NodeView {
  readonly box: Box;
  readonly rect: Rect;
  readonly text: CardText;
  readonly description: string;
  readonly tooltip: string;
  readonly selected: boolean;
  /** The cursor of the editor stands in it. */
  readonly current: boolean;
  /** The one node that Tab reaches. */
  readonly tabbable: boolean;
  /** On the path that is lit. */
  readonly lit: boolean;
  readonly direction: Direction;
}

export function nodeGroup(view: NodeView, className: string, children: Child): VElement {
  const { box, rect, selected, current, tabbable, text } = view;
  const classes = ['node', className, `k-${box.kind}`, text.look === null ? 'idle' : `s-${text.look}`, selected && 'selected', current && 'current', view.lit && 'lit'];
  const folded = text.kind === 'parallel' || text.kind === 'map' ? (box.children.length > 0 ? ', expanded' : ', collapsed') : '';
  return s(
    'g',
    {
      class: classes.filter((name) => name !== false && name !== '').join(' '), 'data-node': box.id, tabindex: tabbable ? 0 : -1,
      // Not a button: what it shows is more than its name, and it can be done more with than pressed.
      role: 'group', 'aria-roledescription': 'node', 'aria-label': box.id, 'aria-description': view.description + folded,
      'aria-current': selected ? 'true' : null, 'aria-keyshortcuts': 'Enter Space',
    },
    [s('title', {}, view.tooltip), children],
    { key: `n:${box.id}`, style: { transform: `translate(${rect.x}px, ${rect.y}px)` } },
  );
}

export function nodeCard(view: NodeView, measure: Measure): VElement {
  const { box, text, selected } = view;
  const shape = shapeOf(text.kind);
  const low = shape === 'bar' || shape === 'end';
  const closed = box.hidden > 0;
  const footer = !low && (text.footer.kind !== 'none' || closed);
  const height = drawnHeight(shape, box.height, footer);
  const path = outline(shape, box.width, height);
  return nodeGroup(view, '', [
    selected && s('path', { class: 'halo', d: path }),
    (text.kind === 'tournament' || closed) && s('path', { class: 'card back', d: `M${box.width} 8h2a4 4 0 0 1 4 4v${height - 12}a6 6 0 0 1-6 6H10a4 4 0 0 1-4-4v-2` }),
    s('path', { class: 'card', d: path }),
    stripe(text.look, shape, height),
    s('path', { class: 'border', d: path }),
    beside(box, view.direction, height),
    headline(view, measure, closed ? 56 : 36, low ? box.height / 2 : 18),
    !low && sublines(view, measure, closed ? 56 : 36),
    footer && footline(text, closed ? `${box.hidden} inside` : '', measure),
  ]);
}

function stripe(look: Look | null, shape: Shape, height: number): Child {
  if (look === null) return null;
  const clip = `url(#${clipId(shape, height)})`;
  const x = look === 'pending' ? 4.5 : look === 'skipped' ? 1 : 2;
  const bar = statusBar(look, x, 0, height, look === 'pending' ? 1 : look === 'skipped' ? 2 : 4);
  return s('g', { 'clip-path': clip }, s('path', { class: `stripe ${look}`, d: bar.d, 'stroke-width': bar.width, 'stroke-dasharray': bar.dashes }));
}

/** Glyph, id, and at the right what needs to be seen first: problem, pin, counter, status. */
function headline(view: NodeView, measure: Measure, left: number, middle: number): Child {
  const { text, box } = view;
  let right = box.width - 12;
  const marks: Child[] = [];
  if (text.look !== null) {
    marks.push(glyphAt(lookGlyph(text.look), right - 16, middle - 8, `st ${text.look}`));
    right -= 24;
  }
  if (text.problem !== null) {
    marks.push(glyphAt(text.problem, right - 16, middle - 8, `problem ${text.problem}`));
    right -= 24;
  }
  if (text.pinned) {
    marks.push(glyphAt('pin', right - 14, middle - 7, 'badge', 0.875));
    right -= 20;
  }
  if (text.counter !== '') {
    marks.push(s('text', { class: 'count', x: right, y: middle + 4, 'text-anchor': 'end' }, text.counter));
    right -= Math.ceil(measure(text.counter, 11, 600)) + 8;
  }
  return [
    left > 36 && toggle(view, 12, middle - 8, 'right'),
    glyphAt(kindGlyph(text.kind), left - 24, middle - 8, 'kind'),
    s('text', { class: 'id', x: left, y: middle + 4.5 }, middleCut(text.id, right - left, 13, 600, measure)),
    marks,
  ];
}

export function toggle(view: NodeView, x: number, y: number, glyph: 'right' | 'down'): VElement {
  return s('g', { class: 'toggle', 'data-toggle': view.box.id }, [s('rect', { class: 'reach', x: x - 4, y: y - 4, width: 24, height: 24, rx: 4 }), glyphAt(glyph, x, y, 'kind')]);
}

/** In a run the footer belongs to the figures: the first badge stands under the glyph, others where line two has room. */
function sublines({ text, box }: NodeView, measure: Measure, left: number): Child {
  const inRun = text.footer.kind === 'figures' || text.footer.kind === 'note';
  let right = box.width - 12;
  const marks: Child[] = [];
  if (inRun) {
    const wanted = measure([text.does, text.model].filter((part) => part !== '').join(' · '), 12);
    text.badges.forEach((badge, at) => {
      if (at === 0) marks.push(glyphAt(badgeGlyph(badge), 13, 55, 'badge', 0.875));
      else if (left + wanted <= right - 20) {
        marks.push(glyphAt(badgeGlyph(badge), right - 14, 29, 'badge', 0.875));
        right -= 20;
      }
    });
  }
  return [s('text', { class: 'sub', x: left, y: 40 }, subline(text, right - left, measure)), marks];
}

function subline({ does, model }: CardText, room: number, measure: Measure): string {
  if (does === '' || model === '') return wordCut(does + model, room, 12, 400, measure);
  const whole = `${does} · ${model}`;
  if (measure(whole, 12) <= room) return whole;
  const tail = measure(` · ${model}`, 12) <= room * 0.7 ? ` · ${model}` : ` · ${middleCut(model, room * 0.6, 12, 400, measure)}`;
  return wordCut(does, room - measure(tail, 12), 12, 400, measure) + tail;
}

function footline(text: CardText, inside: string, measure: Measure): Child {
  return [s('path', { class: 'rule', d: `M12 ${CARD.head}.5H${CARD.width - 12}` }), footText(text.footer, text, inside, measure)];
}

function footText(footer: Footer, text: CardText, inside: string, measure: Measure): Child {
  const at = (x: number, words: string, anchor: 'start' | 'end' = 'start', className = 'm'): VElement => s('text', { class: className, x, y: 66, 'text-anchor': anchor }, words);
  const right = CARD.width - 12;
  switch (footer.kind) {
    case 'figures': {
      // Long figures push the middle one aside rather than over its neighbours.
      const costEnd = Math.min(right - measure(footer.time, 11) - 8, Math.max(152, 36 + measure(footer.tokens, 11) + 8 + measure(footer.cost, 11)));
      return [at(36, footer.tokens), at(costEnd, footer.cost, 'end'), at(right, footer.time, 'end')];
    }
    case 'note':
      return [at(36, wordCut(footer.note, right - 36 - (footer.time === '' ? 0 : measure(footer.time, 11) + 8), 11, 400, measure)), footer.time !== '' && at(right, footer.time, 'end')];
    case 'badges':
    case 'none':
      return inside !== '' ? at(36, inside) : badgeRow(text, measure);
  }
}

function badgeRow(text: CardText, measure: Measure): Child {
  const parts: Child[] = [];
  let x = 36;
  for (const [index, badge] of text.badges.entries()) {
    const width = 18 + measure(badge.text, 11);
    const left = text.badges.length - index;
    const room = CARD.width - 12 - (left > 1 ? 24 : 0);
    if (index > 0 && x + width > room) {
      parts.push(s('text', { class: 'm', x: CARD.width - 12, y: 66, 'text-anchor': 'end' }, `+${left}`));
      break;
    }
    const words = middleCut(badge.text, room - x - 18, 11, 400, measure);
    parts.push(glyphAt(badgeGlyph(badge), x, 55, 'badge', 0.875), s('text', { class: 'm', x: x + 18, y: 66 }, words));
    x += snap(18 + measure(words, 11) + 14);
  }
  return parts;
}
