import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AbortNotice } from '../models/guarded-abort.ts';
import type { ModelRequest, Price } from '../models/provider.ts';
import type { ModelOutcome } from '../models/router.ts';
import type { CallRate } from '../models/rate-limit.ts';
import type { WireSlot } from '../models/wire-log.ts';
import type { Outcome, RecallQuery, RunOutcome, ToolCall } from './context.ts';

/**
 * The seam below the pump: time, and the effects that leave the process. The embedded engine runs them here; another
 * engine could run them elsewhere. An effect never rejects: what goes wrong is in its outcome. After its signal is
 * aborted nobody listens to it any more, whether it settles or not.
 */
export interface Engine {
  /** Milliseconds since the epoch. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  model(call: ModelEffect): Promise<ModelOutcome>;
  tool(effect: ToolEffect): Promise<Outcome>;
  recall(query: RecallQuery, run: string): Promise<Outcome>;
  step(work: (signal: AbortSignal) => Promise<Json>, signal: AbortSignal): Promise<Outcome>;
  /** Calls back once, at or after the due time (milliseconds since the epoch), unless the signal is aborted first. */
  sleep(until: number, signal: AbortNotice): Promise<void>;
  /** Starts the child run with that id, or takes it up again when it exists. */
  child(call: ChildEffect): Promise<RunOutcome>;
}

export interface ModelEffect {
  readonly request: ModelRequest;
  readonly outputLimit: number;
  /** 1 for the first call of this very request in this run. */
  readonly attempt: number;
  readonly price: Price;
  readonly rate: CallRate | null;
  readonly signal: AbortNotice;
  /** Where the record of what goes over the network is put, as soon as there is one. */
  readonly slot: WireSlot;
  /** `''` = something came that is not shown, such as a thought. */
  readonly onText: (text: string) => void;
}

export interface ToolEffect {
  readonly run: string;
  /** Where it was asked: an `answer` names its call so. */
  readonly path: string;
  readonly call: ToolCall;
  readonly signal: AbortSignal;
}

export interface ChildEffect {
  readonly id: string;
  readonly parent: string;
  readonly version: string;
  readonly inputs: JsonObject;
  /** What the parent's purse set aside for it; null = no limit. */
  readonly limits: { readonly tokens: number | null; readonly micros: number | null };
  readonly signal: AbortNotice;
  /** Told whenever the child begins or stops waiting, so that its parent knows whether it waits itself. */
  readonly onWaiting: (waiting: boolean) => void;
}
