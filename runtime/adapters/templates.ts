import { createExpressionCache, evaluateExpression, evaluateTemplate, templateEffects } from '../../language/index.ts';
import type { Evaluation, ExpressionCache, ExpressionScope } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import type { RunContext } from '../durable/context.ts';

/** Fills in templates over a durable context, looking at their scope only where they hold expressions: an expression's clock and randomness are leaves like any other. */
export interface Templates {
  fill(path: string, template: Json, scope: () => ExpressionScope): Promise<Evaluation<Json>>;
  /** Anything but `true` is a no. */
  holds(path: string, expression: string, scope: () => ExpressionScope): Promise<Evaluation<boolean>>;
}

const SEEDS = 2 ** 32;

export function createTemplates(ctx: RunContext, cache: ExpressionCache = createExpressionCache()): Templates {
  const environment = async (path: string, effects: { readonly usesClock: boolean; readonly usesRandom: boolean }) => ({
    now: effects.usesClock ? new Date(await ctx.now(`${path}/now`)) : null,
    seed: effects.usesRandom ? Math.floor((await ctx.random(`${path}/random`)) * SEEDS) : null,
  });
  const evaluated = async (path: string, template: Json, effects: Parameters<typeof environment>[1], scope: () => ExpressionScope): Promise<Evaluation<Json>> =>
    evaluateTemplate(template, scope(), await environment(path, effects), cache);
  return {
    fill(path, template, scope) {
      const effects = templateEffects(template, cache);
      return effects.hasExpressions ? evaluated(path, template, effects, scope) : Promise.resolve({ ok: true, value: template });
    },
    async holds(path, expression, scope) {
      const effects = templateEffects(`{% ${expression} %}`, cache);
      const result = await evaluateExpression(expression, scope(), await environment(path, effects), cache);
      return result.ok ? { ok: true, value: result.value === true } : result;
    },
  };
}
