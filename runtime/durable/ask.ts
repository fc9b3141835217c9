import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Body, DoneData, EventOf, Wire } from '../ledger/event.ts';
import type { GuardedAbort } from '../models/guarded-abort.ts';
import { imageTokens } from '../models/image-tokens.ts';
import { reservedPrice } from '../models/price.ts';
import type { ModelRequest } from '../models/provider.ts';
import type { WireSlot } from '../models/wire-log.ts';
import type { Budget, ChildCall, RecallQuery, ToolCall } from './context.ts';
import type { Amount, Wish } from './purse.ts';

/** Output tokens reserved for an agent that asks for no limit of its own. */
const DEFAULT_OUTPUT_LIMIT = 1_024;
/** A call that could answer with fewer tokens than this is not made. */
const MINIMUM_OUTPUT = 16;

/** What an adapter asked for, with what it takes to do it. */
export type Leaf =
  | { readonly kind: 'llm'; readonly request: ModelRequest; readonly budget: Budget }
  | { readonly kind: 'tool'; readonly call: ToolCall }
  | { readonly kind: 'memory' | 'rag'; readonly query: RecallQuery }
  | { readonly kind: 'step'; readonly work: (signal: AbortSignal) => Promise<Json> }
  | { readonly kind: 'sleep'; readonly until: number }
  | { readonly kind: 'ask'; readonly form: JsonObject }
  | { readonly kind: 'now' }
  | { readonly kind: 'random' }
  | { readonly kind: 'child'; readonly call: ChildCall; readonly budget: Budget }
  | { readonly kind: 'pin'; readonly value: Json };

/** A question that has no answer yet. */
export interface Ask extends WireSlot {
  readonly event: EventOf<'asked'>;
  readonly leaf: Leaf;
  readonly resolve: (value: unknown) => void;
  readonly abort: GuardedAbort;
  /** Seq of the reservation that is held for it now. */
  reserved: number | null;
  /** Calls made before this one for the same request: by earlier asks, and lost ones. */
  calls: number;
  /** What the purse allowed: tokens. */
  outputLimit: number;
  /** Asked after the record was exhausted. */
  readonly live: boolean;
  queued: boolean;
  /** A child run that waits itself. */
  waiting: boolean;
  started: boolean;
}

/** What an effect came to: the body that is delivered, what it used, and what else the ledger should know. */
export interface Settled {
  readonly response: Body;
  readonly used: Amount;
  readonly data: DoneData;
  /** What went over the network for it. */
  readonly wire?: Wire | undefined;
}

/** An answer that waits to be delivered. */
export interface Ready extends Settled {
  readonly ask: Ask;
  /** Place in the record of another run that it is served from; live answers come after. */
  readonly order: number;
}

/** Leaves that need nobody's work: a run with only these open is waiting, not running. */
export function isWait({ leaf, waiting }: Ask): boolean {
  return leaf.kind === 'sleep' || leaf.kind === 'ask' || (leaf.kind === 'child' && waiting);
}

/** True for a call that is in flight and would be lost with the process. A child run is not: it has a journal of its own. */
export function isInFlight(ask: Ask): boolean {
  switch (ask.leaf.kind) {
    case 'llm':
      return ask.reserved !== null;
    case 'tool':
    case 'step':
      return ask.started;
    default:
      return false;
  }
}

/** What may have changed the world once must not change it twice: it is not made again after a crash. */
export function isRepeatable(leaf: Leaf): boolean {
  return leaf.kind !== 'tool' || leaf.call.do === 'list' || leaf.call.repeatable;
}

export function accountOf(leaf: Leaf): string | null {
  return leaf.kind === 'llm' || leaf.kind === 'child' ? leaf.budget.account : null;
}

/**
 * What a leaf that costs money asks of the purse. No tokenizer makes more than one token of a UTF-8 byte, so the request's bytes
 * bound its tokens; images stand in it by their hash, and have a bound of their own.
 */
export function wishOf({ leaf, event }: Ask): Wish | null {
  switch (leaf.kind) {
    case 'llm':
      return {
        kind: 'call',
        account: leaf.budget.account,
        promptBound: Buffer.byteLength(event.request.text) + imageTokens(leaf.request),
        outputLimit: leaf.request.maxTokens ?? DEFAULT_OUTPUT_LIMIT,
        minimumOutput: MINIMUM_OUTPUT,
        price: reservedPrice(leaf.budget.price, leaf.request),
      };
    case 'child':
      return { kind: 'child', account: leaf.budget.account, limits: leaf.call.limits };
    default:
      return null;
  }
}
