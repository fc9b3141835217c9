import type { Frame } from '../../protocol/frame.ts';

/** Since when something waits: milliseconds since the epoch. Only frames tell it. */
export interface Waits {
  /** By agent run: the first wait inside it. */
  readonly inside: ReadonlyMap<string, number>;
  /** By node: a pause or a timer before its agent run began. */
  readonly before: ReadonlyMap<string, number>;
}

export const NO_WAITS: Waits = { inside: new Map(), before: new Map() };

/** Frames may come twice: the first time counts. */
export function foldWaits(known: Waits, frames: readonly Frame[]): Waits {
  const waiting = frames.filter(({ stage, node_id: node }) => node !== undefined && stage.startsWith('node.') && stage.endsWith('.waiting'));
  if (waiting.length === 0) return known;
  const [inside, before] = [new Map(known.inside), new Map(known.before)];
  for (const { agent_run_id: agentRun, node_id: node, timestamp } of waiting) {
    const at = timestamp * 1_000;
    if (agentRun !== undefined) inside.set(agentRun, Math.min(inside.get(agentRun) ?? at, at));
    else if (node !== undefined) before.set(node, Math.min(before.get(node) ?? at, at));
  }
  return { inside, before };
}
