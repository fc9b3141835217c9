import { DagbookError } from '../../protocol/dagbook-error.ts';
import { bodiesOf } from './event.ts';
import type { DoneData, JournalEvent } from './event.ts';

export interface CopyOptions {
  /** Events from this one on are left out; null = all that the adapter did. */
  readonly before: number | null;
  readonly at: number;
  readonly by: string;
  readonly newId: () => string;
  /** Keep the waits of the original, so that a recorded replay has the same frames. */
  readonly keepStatus: boolean;
}

/**
 * A parent's journal as the beginning of another run's: same walk, same answers, new ids, nothing charged. What the
 * engine wrote for itself (reservations, lost calls, forced closings) is the parent's own account and stays there.
 * Throws body-pruned.
 */
export function copyRecord(events: readonly JournalEvent[], options: CopyOptions): JournalEvent[] {
  const { at } = options;
  const copied: JournalEvent[] = [{ kind: 'started', seq: 0, at, data: { by: options.by } }];
  const moved = new Map<number, number>();
  const here = (seq: number): number => moved.get(seq) ?? -1;
  const owner = (seq: number | null): number | null => (seq === null ? null : here(seq));
  for (const event of events) {
    if (options.before !== null && event.seq >= options.before) break;
    if (bodiesOf(event).some((body) => body?.pruned === true)) throw new DagbookError('body-pruned', `What the run asked and was answered has been pruned (row ${event.seq} of its journal), so it can be looked at, but not taken over. Replay it live instead, or run the workflow again.`);
    const seq = copied.length;
    switch (event.kind) {
      case 'opened':
        copied.push({ ...event, seq, at, id: options.newId() });
        break;
      case 'asked':
        copied.push({ ...event, seq, at, owner: owner(event.owner) });
        break;
      case 'note':
        copied.push({ ...event, seq, at, owner: here(event.owner) });
        break;
      case 'done':
        copied.push({ ...event, seq, at, ref: here(event.ref), owner: owner(event.owner), tokens: 0, micros: 0, data: servedData(event) });
        break;
      case 'closed': {
        if (event.data.forced === true) continue;
        const served = { tokens: event.tokens + (event.data.served?.tokens ?? 0), micros: event.micros + (event.data.served?.micros ?? 0) };
        const { served: _old, ...data } = event.data;
        copied.push({ ...event, seq, at, ref: here(event.ref), tokens: 0, micros: 0, data: served.tokens > 0 || served.micros > 0 ? { served, ...data } : data });
        break;
      }
      case 'status':
        if (!options.keepStatus) continue;
        copied.push({ ...event, seq, at });
        break;
      case 'started':
        if (event.data.resumed !== true || !options.keepStatus) continue;
        copied.push({ ...event, seq, at, data: { by: options.by, resumed: true } });
        break;
      case 'reserved':
      case 'lost':
      case 'ended':
        continue;
    }
    moved.set(event.seq, seq);
  }
  return copied;
}

function servedData(event: Extract<JournalEvent, { kind: 'done' }>): DoneData {
  const { reserved: _reserved, estimated: _estimated, provider_claimed: _claimed, served, ...rest } = event.data;
  const tokens = event.tokens + (served?.tokens ?? 0);
  const micros = event.micros + (served?.micros ?? 0);
  return tokens > 0 || micros > 0 || served !== undefined ? { served: { tokens, micros }, ...rest } : rest;
}
