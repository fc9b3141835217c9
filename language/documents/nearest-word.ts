/** The candidate a typo most likely means, or null when none is near. Case, `_` and `-` count for little; the opposite is not near. */
export function nearestWord(word: string, candidates: Iterable<string>): string | null {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const plain = simplify(word);
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate !== word && candidate === word.trim()) return candidate;
    if (candidate === word || plain === `un${simplify(candidate)}` || Math.abs(candidate.length - word.length) > limit + 2) continue;
    const simplified = simplify(candidate);
    const distance = simplified === plain ? 0 : editDistance(plain, simplified, limit);
    if (distance <= limit && distance < bestDistance && distance < simplified.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Whether the next of many words is worth looking for: nobody reads a hundred suggestions, and a person waits for all of them. */
export function worthLooking(looked: number, candidates: number): boolean {
  return looked <= 100 && looked * candidates <= 200_000;
}

export function didYouMean(suggestion: string | null): string {
  return suggestion === null ? '' : ` Did you mean "${suggestion}"?`;
}

/** `a`, `a or b`, `a, b or c`. */
export function orList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

function simplify(word: string): string {
  return word.toLowerCase().replace(/[_-]/g, '');
}

/** Damerau-Levenshtein (adjacent letters swapped count once), given up beyond `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return Infinity;
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? Infinity;
}
