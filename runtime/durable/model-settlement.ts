import { bodyOf } from '../ledger/event.ts';
import type { Body, DoneData } from '../ledger/event.ts';
import type { Price } from '../models/provider.ts';
import type { ModelOutcome, SettledUsage } from '../models/router.ts';
import type { ModelAnswer } from './context.ts';
import { costMicros } from '../models/price.ts';
import type { Amount } from './purse.ts';

/**
 * What a finished call costs and what its agent gets to see. A provider that claims more than was reserved is not
 * believed: the reservation is charged, the claim is written down, and the node is rejected.
 */
export function settleModel(outcome: ModelOutcome, price: Price, held: Amount | null): { readonly response: Body; readonly used: Amount; readonly data: DoneData } {
  const { promptTokens, outputTokens, source } = outcome.usage;
  const real: Amount = { tokens: promptTokens + outputTokens, micros: costMicros(price, promptTokens, outputTokens, outcome.usage) };
  const limit = held ?? real;
  const used: Amount = { tokens: Math.min(real.tokens, limit.tokens), micros: Math.min(real.micros, limit.micros) };
  // Counted beside a lower report is no estimate: the provider did say what it used.
  const estimated = source === 'estimated' || (source === 'counted' && outcome.claimed === null) ? { estimated: true as const } : {};
  const answered = (answer: ModelAnswer, data: DoneData): { readonly response: Body; readonly used: Amount; readonly data: DoneData } => ({ response: bodyOf(answer), used, data: { usage: usageOf(outcome.usage), ...estimated, ...data } });

  if (real.tokens > limit.tokens || real.micros > limit.micros) {
    const error = { name: 'Dagbook.UsageDisputed', message: `The provider claims ${real.tokens} tokens; at most ${limit.tokens} were reserved for this call. The reservation is charged and the claim is recorded.` };
    return answered({ status: 'rejected', error, ...used }, { provider_claimed: real.tokens, error: error.name });
  }
  switch (outcome.status) {
    case 'ok':
      return answered({ status: 'ok', text: outcome.text, finish: outcome.finish, ...beside(outcome), ...used }, {});
    case 'error':
      return answered({ status: 'error', error: outcome.error, ...used }, { error: outcome.error.name });
    case 'aborted':
      return answered({ status: 'error', error: { name: 'Dagbook.Aborted', message: 'The call was aborted.' }, ...used }, { error: 'Dagbook.Aborted', estimated: true });
  }
}

/** Kinds of tokens of which there are none are not written. */
function usageOf({ promptTokens, outputTokens, cachedTokens, cacheWriteTokens, imageTokens, reasoningTokens }: SettledUsage): NonNullable<DoneData['usage']> {
  return {
    input: promptTokens, output: outputTokens, ...(cachedTokens === undefined ? {} : { cached: cachedTokens }), ...(cacheWriteTokens === undefined ? {} : { cache_written: cacheWriteTokens }),
    ...(imageTokens === undefined ? {} : { images: imageTokens }), ...(reasoningTokens === undefined ? {} : { reasoning: reasoningTokens }),
  };
}

/** Written only where there is something: an answer without tool calls stays as it always was. */
function beside({ toolCalls, carry }: Extract<ModelOutcome, { status: 'ok' }>): Pick<Extract<ModelAnswer, { status: 'ok' }>, 'toolCalls' | 'carry'> {
  return { ...(toolCalls === undefined ? {} : { toolCalls }), ...(carry === undefined ? {} : { carry }) };
}
