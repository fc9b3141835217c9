import type { EventOf, JournalEvent } from './ledger/event.ts';

/** Questions of a run that wait for an answer. */
export function openQuestions(events: readonly JournalEvent[]): readonly EventOf<'asked'>[] {
  // Answered, or asked by an agent run that is over: nobody listens any more (a timeout).
  const over = new Set(events.flatMap((event) => (event.kind === 'done' || event.kind === 'closed' ? [event.ref] : [])));
  return events.flatMap((event) => (event.kind === 'asked' && event.leaf === 'ask' && !over.has(event.seq) && (event.owner === null || !over.has(event.owner)) ? [event] : []));
}
