import { sha256 } from './event.ts';
import type { Body, JournalEvent, Wire } from './event.ts';
import { packEvent, unpackEvent } from './packed-event.ts';
import type { BodyPlace, PackedEvent } from './packed-event.ts';

/**
 * What one turn did, as it stands in one row: its events, the bodies they bring, and the chain. A row is all that a
 * turn writes of its history, so that a commit touches two or three pages; a long turn takes several rows, so that a
 * single event is found without reading thousands.
 */
export interface TurnRow {
  /** Seq of its first event; the others follow without a gap. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** JSON list of packed events. */
  readonly events: string;
  /** One after the other, a line break between; null = none, or pruned. */
  readonly bodies: string | null;
  /** SHA-256 (hex) of `bodies`, which outlives them; null = there never were any. */
  readonly bodiesHash: string | null;
  /** The chain: SHA-256 (hex) over the row before and all of this one. */
  readonly hash: string;
}

/** Events in one row at most. */
const ROW_EVENTS = 64;
/** Bodies from this size on are stored apart, once for all runs: UTF-16 units. */
const SHARED_FROM = 1_024;

export function turnHash(previous: string, seq: number, at: number, bodiesHash: string | null, events: string): string {
  return sha256(`${previous}[${seq},${at},"${bodiesHash ?? ''}"]${events}`);
}

/** A turn, ready to be written. */
export interface PackedTurn {
  readonly rows: readonly TurnRow[];
  /** Bodies that its events refer to by hash. */
  readonly apart: readonly Body[];
  /** What went over the network for its calls, to be stored with it. */
  readonly wires: readonly Wire[];
  /** Chain head after it (hex). */
  readonly head: string;
}

/** Packs events into rows that hang on a chain. */
export function packTurn(head: string, events: readonly JournalEvent[]): PackedTurn {
  const rows: TurnRow[] = [];
  const apart: Body[] = [];
  let previous = head;
  for (let from = 0; from < events.length; from += ROW_EVENTS) {
    const row = packRow(previous, events.length <= ROW_EVENTS ? events : events.slice(from, from + ROW_EVENTS), apart);
    rows.push(row);
    previous = row.hash;
  }
  return { rows, apart, wires: wiresOf(events), head: previous };
}

const NO_WIRES: readonly Wire[] = [];

/** Most turns have none, and make no list for it. */
function wiresOf(events: readonly JournalEvent[]): readonly Wire[] {
  let wires: Wire[] | null = null;
  for (const event of events) {
    if ((event.kind !== 'done' && event.kind !== 'lost') || event.wire === undefined || event.wire.packed === null) continue;
    wires ??= [];
    wires.push(event.wire);
  }
  return wires ?? NO_WIRES;
}

function packRow(previous: string, events: readonly JournalEvent[], apart: Body[]): TurnRow {
  const { seq, at } = events[0] as JournalEvent;
  const bodies = new OwnBodies();
  const place = (body: Body): BodyPlace => {
    if (body.text.length < SHARED_FROM) return bodies.place(body.text);
    apart.push(body);
    return body.hash;
  };
  const packed = JSON.stringify(events.map((event) => packEvent(event, at, place)));
  const text = bodies.text === '' ? null : bodies.text;
  const bodiesHash = text === null ? null : sha256(text);
  return { seq, at, events: packed, bodies: text, bodiesHash, hash: turnHash(previous, seq, at, bodiesHash, packed) };
}

/** The bodies of one row as they are put together. What stands in the body before (an output in the answer it was read from) is not written again. */
class OwnBodies {
  text = '';
  #bytes = 0;
  #last = '';
  #lastStart = 0;

  place(text: string): BodyPlace {
    const length = Buffer.byteLength(text);
    const within = this.#last.indexOf(text);
    if (within >= 0) return [this.#lastStart + Buffer.byteLength(this.#last.slice(0, within)), length];
    const start = this.#bytes;
    this.text += `${text}\n`;
    this.#bytes += length + 1;
    this.#last = text;
    this.#lastStart = start;
    return [start, length];
  }
}

/** The events of a row from `from` on. `shared`: the text of a body that is stored apart, by its hash; null = pruned. */
export function unpackRow(row: Pick<TurnRow, 'seq' | 'at' | 'events' | 'bodies'>, from: number, shared: (hash: string) => string | null): JournalEvent[] {
  const packed = JSON.parse(row.events) as readonly PackedEvent[];
  const bodies = row.bodies === null ? null : Buffer.from(row.bodies);
  const read = (place: BodyPlace): string | null => (typeof place === 'string' ? shared(place) : (bodies?.toString('utf8', place[0], place[0] + place[1]) ?? null));
  const skipped = Math.max(0, from - row.seq);
  return packed.slice(skipped).map((event, i) => unpackEvent(event, row.seq + skipped + i, row.at, read));
}
