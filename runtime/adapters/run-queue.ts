/** Ready nodes, best first: longest remaining path, widest fan-out, oldest, id (rule 6). */
export interface RunQueue {
  push(id: string): void;
  shift(): string | undefined;
}

export interface Rank {
  /** Nodes on the longest way from here to a sink. */
  readonly remaining: number;
  readonly fanOut: number;
}

export function createRunQueue(rankOf: (id: string) => Rank): RunQueue {
  const waiting: { readonly id: string; readonly rank: Rank; readonly age: number }[] = [];
  let pushed = 0;
  type Entry = (typeof waiting)[number];
  const before = (a: Entry, b: Entry): boolean => {
    if (a.rank.remaining !== b.rank.remaining) return a.rank.remaining > b.rank.remaining;
    if (a.rank.fanOut !== b.rank.fanOut) return a.rank.fanOut > b.rank.fanOut;
    if (a.age !== b.age) return a.age < b.age;
    return a.id < b.id;
  };
  // A binary heap: ten thousand nodes may become ready at once.
  const swap = (i: number, j: number): void => {
    const a = waiting[i] as Entry;
    waiting[i] = waiting[j] as Entry;
    waiting[j] = a;
  };
  const rise = (from: number): void => {
    for (let i = from; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (!before(waiting[i] as Entry, waiting[parent] as Entry)) return;
      swap(i, parent);
      i = parent;
    }
  };
  const sink = (): void => {
    for (let i = 0; ; ) {
      let best = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < waiting.length && before(waiting[child] as Entry, waiting[best] as Entry)) best = child;
      if (best === i) return;
      swap(i, best);
      i = best;
    }
  };
  return {
    push(id) {
      waiting.push({ id, rank: rankOf(id), age: pushed++ });
      rise(waiting.length - 1);
    },
    shift() {
      const first = waiting[0];
      const last = waiting.pop();
      if (first === undefined || last === undefined) return undefined;
      if (waiting.length > 0) {
        waiting[0] = last;
        sink();
      }
      return first.id;
    },
  };
}
