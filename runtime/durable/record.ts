import type { Body, EventOf, JournalEvent } from '../ledger/event.ts';
import { differenceWords } from './difference-words.ts';

/** What an adapter does of its own accord; the same walk does it again, in the same order. */
export type Emitted = EventOf<'opened'> | EventOf<'asked'> | EventOf<'note'> | EventOf<'closed'>;

export function isEmitted(event: JournalEvent): event is Emitted {
  return event.kind === 'opened' || event.kind === 'asked' || event.kind === 'note' || event.kind === 'closed';
}

/** The journal that a walk must follow before it may go on live. */
export class RecordCursor {
  readonly #events: readonly JournalEvent[];
  #at = 0;

  constructor(events: readonly JournalEvent[]) {
    this.#events = events;
  }

  get exhausted(): boolean {
    return this.#at >= this.#events.length;
  }

  peek(): JournalEvent | undefined {
    return this.#events[this.#at];
  }

  next(): JournalEvent | undefined {
    return this.#events[this.#at++];
  }
}

/** A walk that does not follow its record: a changed adapter, agent or library, or a bug. Never a silent live call. */
export class Divergence extends Error {
  override readonly name = 'Dagbook.ReplayDiverged';
  readonly path: string;
  constructor(path: string, message: string) {
    super(message);
    this.path = path;
  }
}

/** Null when `now` is what the record says; otherwise why not. */
export function compareToRecord(recorded: JournalEvent, now: Emitted): Divergence | null {
  const place = placeOf(now);
  if (recorded.kind !== now.kind) {
    return new Divergence(place, `The record has ${describe(recorded)} here, but this walk does ${describe(now)}.`);
  }
  switch (now.kind) {
    case 'asked': {
      const then = recorded as EventOf<'asked'>;
      if (then.path === now.path && then.attempt === now.attempt && then.leaf === now.leaf && isSame(then.request, now.request)) return null;
      return new Divergence(place, `The record asked ${describe(then)} with request ${then.request.hash}, this walk asks ${describe(now)} with request ${now.request.hash}.${differenceWords(then.request, now.request)}`);
    }
    case 'opened': {
      const then = recorded as EventOf<'opened'>;
      if (then.path === now.path && then.attempt === now.attempt && isSame(then.inputs, now.inputs)) return null;
      return new Divergence(place, `The record opened ${describe(then)} with inputs ${then.inputs.hash}, this walk opens ${describe(now)} with inputs ${now.inputs.hash}.${differenceWords(then.inputs, now.inputs)}`);
    }
    case 'note': {
      const then = recorded as EventOf<'note'>;
      if (then.owner === now.owner && then.path === now.path && isSame(then.request, now.request) && isSame(then.response, now.response)) return null;
      return new Divergence(place, `The record has ${describe(then)} with result ${then.response?.hash ?? 'none'}, this walk has ${describe(now)} with result ${now.response?.hash ?? 'none'}.${differenceWords(then.request, now.request)}${differenceWords(then.response, now.response)}`);
    }
    case 'closed': {
      const then = recorded as EventOf<'closed'>;
      if (then.ref === now.ref && then.status === now.status && isSame(then.response, now.response)) return null;
      return new Divergence(place, `The record closed row ${then.ref} as ${then.status} with output ${then.response?.hash ?? 'none'}, this walk closes row ${now.ref} as ${now.status} with output ${now.response?.hash ?? 'none'}.${differenceWords(then.response, now.response)}`);
    }
  }
}

/** A pruned body without a hash of its own can be anything: a record stops at its first pruned answer anyhow. */
function isSame(then: Body | null, now: Body | null): boolean {
  if (then === null || now === null) return then === now;
  if (then.pruned) return then.hash === '' || then.hash === now.hash;
  return then.text === now.text;
}

function placeOf(event: Emitted): string {
  return event.kind === 'closed' ? `row ${event.ref}` : event.path;
}

/** An event in words, for messages. */
export function describe(event: JournalEvent): string {
  switch (event.kind) {
    case 'asked':
      return `${event.leaf} at ${event.path} (attempt ${event.attempt})`;
    case 'opened':
      return `node run ${event.path} (attempt ${event.attempt})`;
    case 'note':
      return `${event.step} check at ${event.path}`;
    case 'closed':
      return `the end of row ${event.ref}`;
    default:
      return `${event.kind} (row ${event.seq})`;
  }
}

/** The recorded answer as a value, or the reason why it is not there. */
export function answerOf(event: EventOf<'done'>): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  return event.response.pruned ? { ok: false } : { ok: true, value: JSON.parse(event.response.text) as unknown };
}
