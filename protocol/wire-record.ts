/**
 * What went over the network for one model call, as the ledger keeps it: canonical JSON (RFC 8785), without secrets.
 * Times are whole milliseconds since the call began.
 */
export interface WireRecord {
  readonly version: 1;
  /** One per request, in order. */
  readonly exchanges: readonly WireExchangeRecord[];
}

export interface WireExchangeRecord {
  readonly request: {
    readonly at: number;
    readonly method: string;
    /** Credentials in its query are taken out. */
    readonly url: string;
    /** Lower-case names; only those that matter, never a credential. */
    readonly headers: Readonly<Record<string, string>>;
    /** As it was sent, cut off where it was very long. */
    readonly body: string;
    /** So many bytes of the body were not kept. */
    readonly omitted?: number;
  };
  /** Null = none came. */
  readonly response: {
    readonly at: number;
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** The body in the pieces in which it came. */
    readonly chunks: readonly WireChunk[];
    /** So many bytes came after them and were not kept. */
    readonly omitted?: number;
  } | null;
  readonly end: {
    readonly at: number;
    /**
     * `complete` = the body came to its end; `broken` = the connection failed; `closed` = we let go of it; `open` = it went on:
     * this was written down on the way, and the process that heard the rest had no say any more when the call was closed.
     */
    readonly how: 'complete' | 'broken' | 'closed' | 'open';
    /** The error that the connection gave (`ECONNRESET`), or why we let go (`Runner.Timeout`). */
    readonly why?: string;
  };
}

/** A piece that is not UTF-8 by itself, such as half a character, stands in base64. */
export type WireChunk = { readonly at: number; readonly text: string } | { readonly at: number; readonly base64: string };
