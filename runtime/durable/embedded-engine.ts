import type { Json } from '../../protocol/json.ts';
import type { ModelRouter } from '../models/router.ts';
import type { Outcome, RecallQuery, RunOutcome } from './context.ts';
import type { ChildEffect, Engine, ToolEffect } from './engine.ts';

export interface EmbeddedEngineOptions {
  readonly router: ModelRouter;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly tool: (effect: ToolEffect) => Promise<Outcome>;
  readonly recall: (query: RecallQuery, run: string) => Promise<Outcome>;
  readonly child: (call: ChildEffect) => Promise<RunOutcome>;
}

/** Longest delay a Node timer takes: beyond it, it would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The engine of one process: effects run here, time is this machine's. */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): Engine {
  const { router, now } = options;
  return {
    now,
    random: Math.random,
    model: ({ request, outputLimit, attempt, rate, signal, onText }) => router.call({ request, outputLimit, attempt, rate, signal, onText }),
    tool: options.tool,
    recall: options.recall,
    async step(work, signal) {
      try {
        return { status: 'ok', value: await work(signal) };
      } catch (error) {
        return { status: 'error', error: { name: 'States.TaskFailed', message: error instanceof Error ? error.message : String(error), data: null as Json } };
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
          const timer = setTimeout(wait, Math.min(left, LONGEST_TIMER));
          signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
        };
        wait();
      }),
    child: options.child,
  };
}
