/** From one place to another, that one not included. */
export type Span = readonly [start: number, end: number];

/** Every place at which something of that length is found. */
export function placesOf(next: (from: number) => number, length: number): readonly Span[] {
  const found: Span[] = [];
  for (let at = next(0); at >= 0; at = next(at + 1)) found.push([at, at + length]);
  return found;
}

/** In order; what touches or overlaps is one. */
export function joined(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last !== undefined && start <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], end)];
    else result.push([start, end]);
  }
  return result;
}
