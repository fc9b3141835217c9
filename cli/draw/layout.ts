import type { Topology } from './topology.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Upper left corners, by node id. */
  readonly boxes: ReadonlyMap<string, Point>;
  /** Per forward edge, in its order: from the lower side of one box to the upper side of another. */
  readonly routes: readonly (readonly Point[])[];
}

export interface Sizes {
  readonly box: { readonly width: number; readonly height: number };
  readonly gap: { readonly x: number; readonly y: number };
}

/** A box, or the place where a long edge passes a layer. */
interface Slot {
  readonly key: string;
  readonly width: number;
  x: number;
}

const SWEEPS = 8;

/** Layers from top to bottom, crossings lessened by barycentres, boxes drawn towards what they are joined to. */
export function layOut(topology: Topology, sizes: Sizes): Layout {
  const { rows, chains } = withBends(topology, sizes);
  const neighbours = neighboursOf(chains);
  for (let sweep = 0; sweep < SWEEPS; sweep++) sortRows(rows, neighbours, sweep % 2 === 0);
  place(rows, neighbours, sizes.gap.x);
  const left = rows.flat().reduce((least, slot) => Math.min(least, slot.x - slot.width / 2), Number.POSITIVE_INFINITY);
  for (const slot of rows.flat()) slot.x -= left;
  return measured(topology, rows, chains, sizes);
}

function withBends({ order, forward }: Topology, sizes: Sizes): { rows: Slot[][]; chains: readonly (readonly string[])[] } {
  const rows: Slot[][] = Array.from({ length: (order.at(-1)?.layer ?? -1) + 1 }, () => []);
  const layers = new Map(order.map(({ node, layer }) => [node.id, layer]));
  for (const { node, layer } of order) rows[layer]?.push({ key: `n:${node.id}`, width: sizes.box.width, x: 0 });
  const chains = forward.map(({ from, to }, index) => {
    const chain = [`n:${from}`];
    for (let layer = (layers.get(from) ?? 0) + 1; layer < (layers.get(to) ?? 0); layer++) {
      const key = `e:${index}:${layer}`;
      rows[layer]?.push({ key, width: sizes.gap.x, x: 0 });
      chain.push(key);
    }
    return [...chain, `n:${to}`];
  });
  return { rows, chains };
}

interface Neighbours {
  readonly above: ReadonlyMap<string, readonly string[]>;
  readonly below: ReadonlyMap<string, readonly string[]>;
}

function neighboursOf(chains: readonly (readonly string[])[]): Neighbours {
  const links = chains.flatMap((chain) => chain.slice(1).map((to, at) => ({ from: chain[at] ?? '', to })));
  const group = (key: 'from' | 'to', value: 'from' | 'to'): ReadonlyMap<string, readonly string[]> =>
    new Map([...Map.groupBy(links, (link) => link[key])].map(([name, some]) => [name, some.map((link) => link[value])]));
  return { above: group('to', 'from'), below: group('from', 'to') };
}

function sortRows(rows: Slot[][], { above, below }: Neighbours, down: boolean): void {
  const sequence = down ? rows.map((_, at) => at) : rows.map((_, at) => rows.length - 1 - at);
  for (const at of sequence) {
    const other = rows[down ? at - 1 : at + 1];
    const row = rows[at];
    if (other === undefined || row === undefined) continue;
    const places = new Map(other.map((slot, index) => [slot.key, index / Math.max(1, other.length - 1)]));
    const weight = new Map(row.map((slot, index) => {
      const beside = ((down ? above : below).get(slot.key) ?? []).flatMap((key) => places.get(key) ?? []);
      return [slot.key, beside.length === 0 ? index / Math.max(1, row.length - 1) : mean(beside)];
    }));
    row.sort((a, b) => (weight.get(a.key) ?? 0) - (weight.get(b.key) ?? 0));
  }
}

function place(rows: readonly Slot[][], { above, below }: Neighbours, gap: number): void {
  const slots = new Map(rows.flat().map((slot) => [slot.key, slot]));
  const centres = (keys: readonly string[] | undefined): number[] => (keys ?? []).flatMap((key) => slots.get(key)?.x ?? []);
  for (const row of rows) spread(row, row.map(() => 0), gap);
  for (let sweep = 0; sweep < SWEEPS * 2; sweep++) {
    const down = sweep % 2 === 0;
    for (const row of down ? rows : rows.toReversed()) {
      const wishes = row.map((slot) => {
        const beside = centres((down ? above : below).get(slot.key));
        const either = beside.length > 0 ? beside : centres((down ? below : above).get(slot.key));
        return either.length > 0 ? mean(either) : slot.x;
      });
      spread(row, wishes, gap);
    }
  }
}

/**
 * Puts each slot as near to its wish as the order and the gaps allow: neighbours that would overlap become one block,
 * which stands at the mean of its members' wishes.
 */
function spread(row: readonly Slot[], wishes: readonly number[], gap: number): void {
  const blocks: { slots: Slot[]; offsets: number[]; sum: number }[] = [];
  row.forEach((slot, index) => {
    let block = { slots: [slot], offsets: [0], sum: wishes[index] ?? 0 };
    for (let last = blocks.at(-1); last !== undefined && !fits(last, block, gap); last = blocks.at(-1)) {
      blocks.pop();
      const shift = (last.offsets.at(-1) ?? 0) + distance(last.slots.at(-1), block.slots[0], gap);
      block = {
        slots: [...last.slots, ...block.slots],
        offsets: [...last.offsets, ...block.offsets.map((offset) => offset + shift)],
        sum: last.sum + block.sum - shift * block.slots.length,
      };
    }
    blocks.push(block);
  });
  for (const { slots, offsets, sum } of blocks) {
    slots.forEach((slot, index) => {
      slot.x = sum / slots.length + (offsets[index] ?? 0);
    });
  }
}

interface Block {
  readonly slots: readonly Slot[];
  readonly offsets: readonly number[];
  readonly sum: number;
}

function fits(left: Block, right: Block, gap: number): boolean {
  const end = left.sum / left.slots.length + (left.offsets.at(-1) ?? 0);
  return right.sum / right.slots.length - end >= distance(left.slots.at(-1), right.slots[0], gap);
}

function distance(a: Slot | undefined, b: Slot | undefined, gap: number): number {
  return ((a?.width ?? 0) + (b?.width ?? 0)) / 2 + gap;
}

function measured(topology: Topology, rows: readonly Slot[][], chains: readonly (readonly string[])[], { box, gap }: Sizes): Layout {
  const top = (layer: number): number => layer * (box.height + gap.y);
  const centres = new Map(rows.flatMap((row, layer) => row.map((slot) => [slot.key, { x: slot.x, y: top(layer) }] as const)));
  const at = (key: string): Point => centres.get(key) ?? { x: 0, y: 0 };
  return {
    width: rows.flat().reduce((most, slot) => Math.max(most, slot.x + slot.width / 2), box.width),
    height: rows.length === 0 ? 0 : top(rows.length - 1) + box.height,
    boxes: new Map(topology.order.map(({ node }) => [node.id, { x: at(`n:${node.id}`).x - box.width / 2, y: at(`n:${node.id}`).y }])),
    routes: chains.map((chain) =>
      chain.flatMap((key, index) => {
        const { x, y } = at(key);
        if (index === 0) return [{ x, y: y + box.height }];
        if (index === chain.length - 1) return [{ x, y }];
        return [{ x, y }, { x, y: y + box.height }];
      }),
    ),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
