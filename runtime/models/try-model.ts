import { parseModel } from './choose-model.ts';
import { costMicros } from './price.ts';
import { ModelError, type ModelProvider, type ModelRequest } from './provider.ts';
import { createModelRouter } from './router.ts';

/** How one small call went. Money in micro-dollars; null = nobody knows the price. */
export interface Trial {
  readonly model: string;
  readonly answer: string;
  readonly tokens: number;
  readonly micros: number | null;
  readonly milliseconds: number;
  /** Until the first word came. */
  readonly firstWord: number | null;
}

const QUESTION = 'Answer with one short sentence: are you there?';
/** Enough for a sentence after some thinking: tokens. */
const LIMIT = 256;

/**
 * Makes one small call outside of any run, to see whether a model can be reached. It may cost money, a fraction of a
 * cent; callers say so before. Throws ModelError.
 */
export async function tryModel(name: string, providers: readonly ModelProvider[], signal: AbortSignal): Promise<Trial> {
  const { provider, model } = parseModel(name);
  const known = providers.find((each) => each.name === provider);
  const baseUrl = known?.endpoint ?? null;
  const request: ModelRequest = { provider, model, messages: [{ role: 'user', content: QUESTION }], temperature: 0, maxTokens: LIMIT, outputSchema: null, extras: {}, ...(baseUrl === null ? {} : { baseUrl }) };
  const problem = known?.problem?.(model, {}, baseUrl) ?? null;
  if (problem !== null) throw new ModelError('Dagbook.ModelNotAvailable', `${provider} cannot be called: ${problem}.`);
  const started = performance.now();
  let firstWord: number | null = null;
  const onText = (text: string): void => { if (text !== '') firstWord ??= performance.now() - started; };
  const outcome = await createModelRouter(new Map(providers.map((each) => [each.name, each]))).call({ request, outputLimit: LIMIT, attempt: 1, signal, onText });
  if (outcome.status === 'aborted') throw new ModelError('Dagbook.Aborted', 'The call was given up.');
  if (outcome.status === 'error') throw new ModelError(outcome.error.name, outcome.error.message, outcome.error.data);
  const price = known?.price(model, {}, baseUrl) ?? null;
  const { promptTokens, outputTokens } = outcome.usage;
  return { model: name, answer: outcome.text.trim(), tokens: promptTokens + outputTokens, micros: price === null ? null : costMicros(price, promptTokens, outputTokens, outcome.usage), milliseconds: performance.now() - started, firstWord };
}
