import type { KeepPolicy } from './durable/context.ts';
import { isAtOrBelow } from './durable/context.ts';
import type { KeptAnswers } from './durable/ask-board.ts';
import type { EventOf, JournalEvent } from './ledger/event.ts';
import type { Ledger } from './ledger/ledger.ts';

/** The answers of another run that a fork may use instead of calling again, found by place and request hash. */
export function keptAnswers(ledger: Ledger, policy: KeepPolicy | null): KeptAnswers | null {
  if (policy === null) return null;
  const parent = ledger.read(() => ledger.runs.byId(policy.run));
  if (parent === null) return null;
  const events = ledger.read(() => ledger.journal.read(parent.key));
  const wanted = wantedOwners(events, policy);
  const asked = new Map<number, EventOf<'asked'>>();
  const kept = new Map<string, { readonly done: EventOf<'done'> }>();
  const upstream = new Map<string, EventOf<'asked'>>();
  for (const event of events) {
    if (event.kind === 'asked') asked.set(event.seq, event);
    if (event.kind !== 'done' || event.response.pruned) continue;
    const ask = asked.get(event.ref);
    if (ask === undefined || (policy.except !== null && isAtOrBelow(ask.path, policy.except))) continue;
    if (policy.before !== null && ask.seq >= policy.before) continue;
    if (wanted !== null && ask.owner !== null && !wanted.has(ask.owner)) continue;
    kept.set(keyOf(ask.path, ask.attempt, ask.request.hash), { done: event });
    if (policy.which === 'all') upstream.set(keyOf(ask.path, ask.attempt, ''), ask);
  }
  return {
    find(path, attempt, hash) {
      const found = kept.get(keyOf(path, attempt, hash));
      if (found === undefined) return null;
      const { done } = found;
      const served = { tokens: done.tokens + (done.data.served?.tokens ?? 0), micros: done.micros + (done.data.served?.micros ?? 0) };
      return { response: done.response, served, order: done.seq, wire: done.wire };
    },
    mustAsk: (path, attempt) => upstream.get(keyOf(path, attempt, '')) ?? null,
  };
}

function keyOf(path: string, attempt: number, hash: string): string {
  return `${hash} ${attempt} ${path}`;
}

/** Agent runs whose answers are kept; null = all. */
function wantedOwners(events: readonly JournalEvent[], policy: KeepPolicy): ReadonlySet<number> | null {
  if (policy.which !== 'completed') return null;
  return new Set(events.flatMap((event) => (event.kind === 'closed' && event.status === 'completed' ? [event.ref] : [])));
}
