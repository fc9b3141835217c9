export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** Differences beyond this are not worth looking for: two texts with so many are two texts. */
const MOST_EDITS = 1_500;

/**
 * What turns one text into the other, line by line, with as few changes as there can be (Myers' greedy walk). Null when
 * the two have nearly nothing in common.
 */
export function diffLines(before: string, after: string): readonly DiffLine[] | null {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const trail = walk(a, b);
  return trail === null ? null : trace(a, b, trail);
}

/** For each number of edits, how far down `a` each diagonal came. */
function walk(a: readonly string[], b: readonly string[]): readonly Int32Array[] | null {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const middle = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trail: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trail.push(furthest.slice());
    for (let k = -edits; k <= edits; k += 2) {
      let x = isDown(furthest, middle, k, edits) ? (furthest[middle + k + 1] ?? 0) : (furthest[middle + k - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[middle + k] = x;
      if (x >= a.length && x - k >= b.length) return trail;
    }
  }
  return null;
}

function isDown(furthest: Int32Array, middle: number, k: number, edits: number): boolean {
  return k === -edits || (k !== edits && (furthest[middle + k - 1] ?? 0) < (furthest[middle + k + 1] ?? 0));
}

function trace(a: readonly string[], b: readonly string[], trail: readonly Int32Array[]): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  const middle = ((trail[0]?.length ?? 3) - 1) / 2;
  let [x, y] = [a.length, b.length];
  for (let edits = trail.length - 1; edits >= 0; edits--) {
    const furthest = trail[edits] ?? new Int32Array();
    const k = x - y;
    const from = isDown(furthest, middle, k, edits) ? k + 1 : k - 1;
    const fromX = edits === 0 ? 0 : (furthest[middle + from] ?? 0);
    const fromY = edits === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      lines.push({ kind: 'same', text: a[x - 1] ?? '' });
      x--;
      y--;
    }
    if (edits === 0) break;
    if (x === fromX) lines.push({ kind: 'added', text: b[--y] ?? '' });
    else lines.push({ kind: 'removed', text: a[--x] ?? '' });
  }
  return lines.reverse();
}
