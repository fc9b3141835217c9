import type { IncomingHttpHeaders } from 'node:http';
import type { WireExchangeRecord } from '../../protocol/wire-record.ts';
import type { Redactor } from './redact-secret.ts';
import { atOnce, type Steps } from './steps.ts';
import { jsonOfRecord, requestRecord, responseRecord, type HeardResponse, type SentRequest } from './wire-exchange.ts';

/** What goes over the network for one call, written down as it happens. */
export interface WireLog {
  begin(request: SentRequest, redactor: Redactor): WireExchange;
  /** About how much stands in it: bytes. Grows with everything that is heard. */
  readonly size: number;
  /** The record as it stands now, as canonical JSON without secrets; null = nothing was sent. What comes later is not heard. */
  seal(): string | null;
  /** The same in steps, for a long one. `open`: an exchange that goes on says so, for this record is not the last word on it. */
  sealing(ending?: 'closed' | 'open'): Steps<string | null>;
}

/** One request and what came of it. */
export interface WireExchange {
  answered(status: number, headers: IncomingHttpHeaders): void;
  chunk(bytes: Uint8Array): void;
  /** Only the first end counts. */
  end(how: WireExchangeRecord['end']['how'], why?: string): void;
}

/** Has room for the record of one call. */
export interface WireSlot {
  wire: WireLog | null;
}

/** Most that is kept of a request's body, and of an answer's: bytes. Longer than calls are, short enough to be packed at once. */
export const LARGEST_KEPT = 4 * 1024 * 1024;
/** What a chunk counts for beside its bytes. */
const PER_CHUNK = 32;

export function createWireLog(): WireLog {
  const began = performance.now();
  const now = (): number => Math.round(performance.now() - began);
  const exchanges: Exchange[] = [];
  const sealing = function* (ending: 'closed' | 'open' = 'closed'): Steps<string | null> {
    if (exchanges.length === 0) return null;
    const records: WireExchangeRecord[] = [];
    for (const exchange of exchanges) records.push(yield* exchange.record(ending));
    return yield* jsonOfRecord({ exchanges: records, version: 1 });
  };
  return {
    get size() {
      return exchanges.reduce((sum, exchange) => sum + exchange.size, 0);
    },
    sealing,
    seal: () => atOnce(sealing()),
    begin(request, redactor) {
      const exchange = new Exchange(request, redactor, now);
      exchanges.push(exchange);
      return exchange;
    },
  };
}

class Exchange implements WireExchange {
  readonly #request: SentRequest;
  readonly #redactor: Redactor;
  readonly #now: () => number;
  readonly #at: number;
  readonly #chunks: Uint8Array[] = [];
  readonly #times: number[] = [];
  #answer: Pick<HeardResponse, 'at' | 'status' | 'headers'> | null = null;
  #kept = 0;
  #omitted = 0;
  #end: WireExchangeRecord['end'] | null = null;

  constructor(request: SentRequest, redactor: Redactor, now: () => number) {
    this.#request = request;
    this.#redactor = redactor;
    this.#now = now;
    this.#at = now();
  }

  answered(status: number, headers: IncomingHttpHeaders): void {
    this.#answer = { at: this.#now(), status, headers };
  }

  chunk(bytes: Uint8Array): void {
    const room = Math.max(0, LARGEST_KEPT - this.#kept - PER_CHUNK);
    const kept = bytes.length <= room ? bytes : bytes.subarray(0, room);
    this.#kept += kept.length + PER_CHUNK;
    this.#omitted += bytes.length - kept.length;
    if (kept.length === 0) return;
    this.#chunks.push(kept);
    this.#times.push(this.#now());
  }

  end(how: WireExchangeRecord['end']['how'], why?: string): void {
    this.#end ??= { at: this.#now(), how, ...(why === undefined ? {} : { why }) };
  }

  get size(): number {
    return this.#request.body.length + this.#kept + this.#omitted + (this.#answer === null ? 0 : PER_CHUNK) + (this.#end === null ? 0 : PER_CHUNK);
  }

  /** What is heard while the steps are taken is not in it. */
  *record(ending: 'closed' | 'open'): Steps<WireExchangeRecord> {
    const end = this.#end ?? { at: this.#now(), how: ending };
    const answer = this.#answer === null ? null : { ...this.#answer, chunks: [...this.#chunks], times: [...this.#times], omitted: this.#omitted };
    const request = yield* requestRecord(this.#request, this.#at, LARGEST_KEPT, this.#redactor);
    return { end, request, response: answer === null ? null : yield* responseRecord(answer, this.#redactor) };
  }
}
