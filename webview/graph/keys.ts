import type { ToGraphPanel } from '../../protocol/graph-panel.ts';

export type Deed = Extract<ToGraphPanel, { kind: 'do' }>['what'];

const DEEDS: ReadonlyMap<string, Deed> = new Map([['+', 'zoom-in'], ['=', 'zoom-in'], ['-', 'zoom-out'], ['0', 'fit'], ['/', 'find']]);

/** What a key does wherever the focus is; null = nothing of its own. Those with a modifier are the editor's. */
export function keyDeed(event: KeyboardEvent): Deed | 'escape' | 'none' | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return 'none';
  return event.key === 'Escape' ? 'escape' : (DEEDS.get(event.key) ?? null);
}
