import type { Json } from '../../protocol/json.ts';
import type { AbortNotice } from './guarded-abort.ts';
import { Meter } from './meter.ts';
import { createRateLimiter, type CallRate } from './rate-limit.ts';
import { ModelError, type ModelCall, type ModelProvider, type ModelRequest, type ModelUsage, type Price, type TokenKinds, type ToolUse } from './provider.ts';
import { readStream, type Ending } from './read-stream.ts';
import type { WireSlot } from './wire-log.ts';

/** What became of one model call. Tokens are whole numbers ≥ 0, whatever the provider said. */
export type ModelOutcome =
  | {
      readonly status: 'ok';
      readonly text: string;
      /** What the model wants called, absent where it is nothing; it may have broken off within the last one. */
      readonly toolCalls?: readonly ToolUse[];
      /** What the provider wants back with the next message. */
      readonly carry?: readonly Json[];
      /** `length` = the provider stopped at the limit, `cut` = it went past it and was cut. */
      readonly finish: 'stop' | 'length' | 'cut';
      readonly usage: SettledUsage;
      /** What the provider reported, where that is not what was settled. */
      readonly claimed: ModelUsage | null;
    }
  | {
      readonly status: 'error';
      readonly error: { readonly name: string; readonly message: string; readonly data: Json };
      readonly usage: SettledUsage;
      readonly claimed: ModelUsage | null;
    }
  | { readonly status: 'aborted'; readonly usage: SettledUsage; readonly claimed: ModelUsage | null };

/** The larger of what was reported and what was counted, for prompt and output each. The purse clamps it to what was reserved. */
export interface SettledUsage extends TokenKinds {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** `reported` = both as the provider said. `estimated` = counted of an answer that broke off: more may have been made than was seen. */
  readonly source: 'reported' | 'counted' | 'estimated';
}

export interface RoutedCall extends Omit<ModelCall, 'wire' | 'signal'> {
  readonly signal: AbortNotice;
  /** How often such calls may begin; null or absent = as often as they come. */
  readonly rate?: CallRate | null;
  /** `''` = something came that is not shown, such as a thought. */
  readonly onText: (text: string) => void;
  /** Gets the record of what goes over the network, as soon as a provider begins one; absent = none is kept. */
  readonly slot?: WireSlot;
}

export interface ModelRouter {
  /** The price of the request's model, `'free'`, or null when nobody knows it or there is no such provider. */
  price(request: ModelRequest): Price | 'free' | null;
  /**
   * Makes one call. Never rejects, and resolves in the microtask after `signal` aborts, whatever the provider does.
   * `outputLimit` is counted by `countTokens`; text beyond it is neither shown nor returned.
   */
  call(call: RoutedCall): Promise<ModelOutcome>;
}

export function createModelRouter(providers: ReadonlyMap<string, ModelProvider>): ModelRouter {
  const limiter = createRateLimiter();
  return {
    price(request) {
      return providers.get(request.provider)?.price(request.model, request.extras, request.baseUrl ?? null) ?? null;
    },
    call(call) {
      const provider = providers.get(call.request.provider);
      if (provider === undefined) return Promise.resolve(unavailable(call.request.provider, [...providers.keys()]));
      const make = (): Promise<ModelOutcome> => (call.signal.aborted ? Promise.resolve(neverMade) : drive(provider, call));
      const wait = call.rate === undefined || call.rate === null ? null : limiter.turn(call.rate, call.signal);
      return wait === null ? make() : wait.then(make);
    },
  };
}

const nothing = { promptTokens: 0, outputTokens: 0 } as const;

const neverMade: ModelOutcome = { status: 'aborted', usage: { ...nothing, source: 'estimated' }, claimed: null };

function unavailable(name: string, known: readonly string[]): ModelOutcome {
  const message = `There is no model provider "${name}" here. Available: ${known.join(', ')}.`;
  return { status: 'error', error: { name: 'Dagbook.ModelNotAvailable', message, data: null }, usage: { ...nothing, source: 'counted' }, claimed: null };
}

function drive(provider: ModelProvider, call: RoutedCall): Promise<ModelOutcome> {
  const meter = new Meter(call);
  return new Promise((resolve) => readStream(provider, call, meter, (ending) => resolve(outcomeOf(ending, meter))));
}

function outcomeOf(ending: Ending, meter: Meter): ModelOutcome {
  // Known for certain, as if the provider had said so: nothing was made, and nothing read.
  if (ending.kind === 'threw' && ending.thrown instanceof ModelError && ending.thrown.unseen && meter.claimed === null) return { status: 'error', error: describe(ending.thrown), usage: { ...nothing, source: 'reported' }, claimed: null };
  const usage = meter.settle(ending.kind !== 'finish' || ending.finish === 'cut');
  const common = { usage, claimed: usage.source === 'reported' ? null : meter.claimed };
  switch (ending.kind) {
    case 'finish':
      return { status: 'ok', text: meter.text, ...meter.beside, finish: ending.finish, ...common };
    case 'aborted':
      return { status: 'aborted', ...common };
    case 'ended':
      return { status: 'error', error: { name: 'Tool.TemporaryFailure', message: 'The answer of the provider broke off before its end.', data: null }, ...common };
    case 'threw':
      return { status: 'error', error: describe(ending.thrown), ...common };
  }
}

function describe(thrown: unknown): { readonly name: string; readonly message: string; readonly data: Json } {
  if (thrown instanceof ModelError) return { name: thrown.name, message: thrown.message, data: thrown.data };
  const message = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : 'unknown reason';
  return { name: 'States.TaskFailed', message: `The model call failed: ${message}`, data: null };
}
