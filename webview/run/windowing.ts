/** The part of a long list that is to be drawn: rows `from` up to `to`, and the room of those before and after. Pixels. */
export interface Visible {
  readonly from: number;
  readonly to: number;
  readonly above: number;
  readonly below: number;
}

/** Drawn beyond either edge, so that scrolling does not show bare ground: pixels. */
const MARGIN = 240;

/** @param heights of every row, in order */
export function visiblePart(heights: readonly number[], top: number, height: number): Visible {
  let above = 0;
  let from = 0;
  for (; from < heights.length && above + (heights[from] ?? 0) < top - MARGIN; from++) above += heights[from] ?? 0;
  let shown = above;
  let to = from;
  for (; to < heights.length && shown < top + height + MARGIN; to++) shown += heights[to] ?? 0;
  const total = heights.reduce((sum, one) => sum + one, 0);
  return { from, to, above, below: Math.max(0, total - shown) };
}

/** Where a list must be scrolled to for one row to be seen whole; null = it is. */
export function scrollTo(heights: readonly number[], row: number, top: number, height: number): number | null {
  const above = heights.slice(0, row).reduce((sum, one) => sum + one, 0);
  const own = heights[row] ?? 0;
  if (above < top) return above;
  return above + own > top + height ? above + own - height : null;
}
