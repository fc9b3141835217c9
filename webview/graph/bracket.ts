import type { PictureNode } from '../../protocol/picture.ts';
import { tournamentPath, tournamentPlace } from '../../protocol/tournament.ts';
import type { TournamentPlace } from '../../protocol/tournament.ts';
import { glyphAt } from '../shared/glyphs.ts';
import { lookGlyph } from '../shared/status.ts';
import type { Look } from '../shared/status.ts';
import { h, s } from '../shared/vnode.ts';
import type { VElement } from '../shared/vnode.ts';
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
 * Entrants and pairwise judgements, round by round, each at the place its path names; the odd one out goes on with a bye,
 * after the winners.
 */
export function bracketOf(node: PictureNode, entrants: number, run: NodeRun): readonly (readonly Slot[])[] {
  const at = new Map(run.agentRuns.map((record) => [record.path, record.status]));
  // What has no row of its own did what the node did, or nothing.
  const ifNone: Look = isOpen(run.status) ? 'pending' : run.agentRuns.every(({ path }) => tournamentPlace(node.path, path) === null) ? run.look : 'skipped';
  const lookAt = (place: TournamentPlace): Look => at.get(tournamentPath(node.path, place)) ?? ifNone;
  let round: Slot[] = Array.from({ length: entrants }, (_, index) => ({ label: `entrant ${index + 1}`, look: lookAt({ kind: 'entrant', entrant: index + 1 }), y: index * ROW, round: 0, from: [] }));
  const rounds: (readonly Slot[])[] = [round];
  let matches = 0;
  while (round.length > 1) {
    const next: Slot[] = [];
    for (let first = 0; first + 1 < round.length; first += 2) {
      const [a, b] = [round[first], round[first + 1]] as [Slot, Slot];
      matches += 1;
      next.push({ label: round.length === 2 ? 'winner' : `match ${matches}`, look: lookAt({ kind: 'judgement', round: rounds.length, match: first / 2 + 1 }), y: (a.y + b.y) / 2, round: rounds.length, from: [first, first + 1] });
    }
    const odd = round.length % 2 === 1 ? round.at(-1) : undefined;
    if (odd !== undefined) next.push({ label: 'bye', look: odd.look, y: odd.y, round: rounds.length, from: [round.length - 1] });
    rounds.push(next);
    round = next;
  }
  return rounds;
}

export function bracket(node: PictureNode, run: NodeRun): VElement {
  const entered = run.agentRuns.flatMap(({ path }) => { const place = tournamentPlace(node.path, path); return place?.kind === 'entrant' ? [place.entrant] : []; });
  const entrants = Math.min(64, node.count ?? Math.max(2, ...entered));
  const rounds = bracketOf(node, entrants, run);
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
