import type { PictureNode } from '../../protocol/picture.ts';
import { glyphAt } from '../shared/glyphs.ts';
import { lookGlyph } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { h, s } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
import { isMatch } from './node-run.ts';
import type { NodeRun } from './node-run.ts';
import { isOpen } from '../shared/run-state.ts';

interface Slot {
  readonly label: string;
  readonly look: Look;
  readonly y: number;
  readonly round: number;
  /** Slots of the round before that lead here. */
  readonly from: readonly number[];
}

const ROW = 28;
const COLUMN = 96;
const SLOT = { width: 76, height: 20 } as const;

/**
 * Entrants and pairwise judgements, round by round; the odd one out goes on with a bye, after the winners. Judgements are
 * taken in the order they were made, which is the order of the rounds.
 */
export function bracketOf(entrants: number, run: NodeRun): readonly (readonly Slot[])[] {
  const entries = run.agentRuns.filter((record) => !isMatch(record));
  const matches = run.agentRuns.filter(isMatch);
  const over = !isOpen(run.status);
  const ifNone: Look = over ? 'skipped' : 'pending';
  let round: Slot[] = Array.from({ length: entrants }, (_, at) => ({ label: `entrant ${at + 1}`, look: entries[at]?.status ?? (over ? run.look : ifNone), y: at * ROW, round: 0, from: [] }));
  const rounds: (readonly Slot[])[] = [round];
  let judged = 0;
  while (round.length > 1) {
    const next: Slot[] = [];
    for (let at = 0; at + 1 < round.length; at += 2) {
      const [a, b] = [round[at], round[at + 1]] as [Slot, Slot];
      const record = matches[judged];
      judged += 1;
      next.push({ label: round.length === 2 ? 'winner' : `match ${judged}`, look: record?.status ?? (matches.length === 0 && over ? run.look : ifNone), y: (a.y + b.y) / 2, round: rounds.length, from: [at, at + 1] });
    }
    const odd = round.length % 2 === 1 ? round.at(-1) : undefined;
    if (odd !== undefined) next.push({ label: 'bye', look: odd.look, y: odd.y, round: rounds.length, from: [round.length - 1] });
    rounds.push(next);
    round = next;
  }
  return rounds;
}

export function bracket(node: PictureNode, run: NodeRun): VElement {
  const entrants = Math.min(64, node.count ?? Math.max(2, run.agentRuns.filter((record) => !isMatch(record)).length));
  const rounds = bracketOf(entrants, run);
  const [width, height] = [(rounds.length - 1) * COLUMN + SLOT.width + 2, entrants * ROW];
  const lines = rounds.slice(1).flatMap((round, before) =>
    round.flatMap((slot) => slot.from.map((at) => {
      const from = rounds[before]?.[at]?.y ?? 0;
      const [x1, x2] = [before * COLUMN + SLOT.width, (before + 1) * COLUMN];
      return s('path', { class: 'line', d: `M${x1} ${from + 10}H${(x1 + x2) / 2}V${slot.y + 10}H${x2}` });
    })));
  const slots = rounds.flat().map((slot) =>
    s('g', { class: `slot ${slot.look}`, transform: `translate(${slot.round * COLUMN} ${slot.y})` }, [
      s('title', {}, `${slot.label}: ${slot.look}`), s('rect', { x: 0.5, y: 0.5, width: SLOT.width, height: SLOT.height - 1, rx: 4 }),
      glyphAt(lookGlyph(slot.look), 4, 4, '', 0.75), s('text', { x: 20, y: 14 }, slot.label),
    ]));
  return h('div', { class: 'bracket' }, s('svg', { width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `Bracket of ${entrants} entrants` }, [s('g', { class: 'edge' }, lines), slots]));
}
