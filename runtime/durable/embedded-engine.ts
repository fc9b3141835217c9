import type { Json } from '../../protocol/json.ts';
import type { Redactor } from '../models/redact-secret.ts';
import type { ModelOutcome, ModelRouter } from '../models/router.ts';
import type { Outcome, RecallQuery, RunOutcome } from './context.ts';
import type { ChildEffect, Engine, ModelEffect, ToolEffect } from './engine.ts';

export interface EmbeddedEngineOptions {
  readonly router: ModelRouter;
  /** Takes secrets out of whatever comes into a run from outside: nothing is written or shown before. */
  readonly redactor: Redactor;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tool: (effect: ToolEffect) => Promise<Outcome>;
  readonly recall: (query: RecallQuery, run: string) => Promise<Outcome>;
  readonly child: (call: ChildEffect) => Promise<RunOutcome>;
}

/** A timer of Node's stands still while the machine sleeps, and a due time does not: the clock is looked at so often. Milliseconds. */
const LONGEST_TIMER = 2_000;

/** One call, without secrets in what it streams and answers. */
function modelCall({ router, redactor }: EmbeddedEngineOptions, { request, outputLimit, attempt, rate, signal, slot, onText }: ModelEffect): Promise<ModelOutcome> {
  const stream = redactor.stream();
  const show = (text: string): void => {
    if (text !== '') onText(text);
  };
  return router.call({ request, outputLimit, attempt, rate, signal, slot, onText: (text) => (text === '' ? onText('') : show(stream.push(text))) }).then((outcome) => {
    show(stream.end());
    return redactor.whole(outcome as unknown as Json) as unknown as ModelOutcome;
  });
}

/** The engine of one process: effects run here, time is this machine's. */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): Engine {
  const { redactor, now } = options;
  const clean = (outcome: Outcome): Outcome => redactor.whole(outcome as unknown as Json) as unknown as Outcome;
  return {
    now,
    random: Math.random,
    model: (effect) => modelCall(options, effect),
    tool: async (effect) => clean(await options.tool(effect)),
    recall: async (query, run) => clean(await options.recall(query, run)),
    async step(work, signal) {
      try {
        return clean({ status: 'ok', value: await work(signal) });
      } catch (error) {
        return clean({ status: 'error', error: { name: 'States.TaskFailed', message: error instanceof Error ? error.message : String(error), data: null } });
      }
    },
    sleep: (until, signal) =>
      new Promise((resolve) => {
        const wait = (): void => {
          const left = until - now();
          if (left <= 0) {
            resolve();
            return;
          }
          timer = setTimeout(wait, Math.min(left, LONGEST_TIMER));
        };
        let timer: NodeJS.Timeout | undefined;
        signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
        wait();
      }),
    child: options.child,
  };
}
