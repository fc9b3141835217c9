/** How much a word that comes again counts, and how much a long text is held against it: the usual values. */
const SATURATION = 1.2;
const LENGTH = 0.75;

/**
 * The texts whose words fit a question best, best first; those that share no word with it are left out. Okapi BM25: a word
 * counts the more the fewer texts have it. Equal texts keep their order.
 */
export function rankByWords<T>(question: string, items: readonly T[], textOf: (item: T) => string, most: number): readonly T[] {
  const texts = items.map((item) => countWords(textOf(item)));
  const average = texts.reduce((sum, { length }) => sum + length, 0) / Math.max(1, texts.length);
  const wanted = [...countWords(question).counts.keys()].map((word) => {
    const having = texts.filter(({ counts }) => counts.has(word)).length;
    return { word, weight: Math.log(1 + (texts.length - having + 0.5) / (having + 0.5)) };
  });
  const scored = texts.map(({ counts, length }, index) => {
    const score = wanted.reduce((sum, { word, weight }) => {
      const count = counts.get(word) ?? 0;
      return sum + (weight * count * (SATURATION + 1)) / (count + SATURATION * (1 - LENGTH + (LENGTH * length) / Math.max(1, average)));
    }, 0);
    return { index, score };
  });
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, most)
    .map(({ index }) => items[index] as T);
}

/** Scripts that set no spaces between words stand apart from those that do. */
const WORD = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}ー]+|(?:(?![\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}ー])[\p{L}\p{N}]){2,}/gu;
const JOINED = /^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}ー]/u;

/** Every two characters that follow one another: the usual stand-in for words where nobody says where they end. */
function pairsOf(text: string): readonly string[] {
  const characters = Array.from(text);
  return characters.length === 1 ? characters : characters.slice(1).map((character, i) => `${characters[i] ?? ''}${character}`);
}

function countWords(text: string): { readonly counts: ReadonlyMap<string, number>; readonly length: number } {
  const counts = new Map<string, number>();
  let length = 0;
  for (const [word] of text.toLowerCase().normalize('NFKC').matchAll(WORD)) {
    for (const each of JOINED.test(word) ? pairsOf(word) : [word]) {
      counts.set(each, (counts.get(each) ?? 0) + 1);
      length += 1;
    }
  }
  return { counts, length };
}
