import type { RunContext } from '../durable/context.ts';

/** Failures worth another attempt without asking anyone, within the node's caps. */
const RETRY = { error: 'Tool.TemporaryFailure', maxAttempts: 3, intervalMs: 1_000, backoffRate: 2, longestWaitMs: 60_000 } as const;

interface Failure {
  readonly name: string;
  readonly data?: unknown;
}

/** `attempt`: how many there were. An error that says `no_retry` was tried again already, or may have changed something. */
export function isWorthRetry(error: Failure | null, attempt: number): boolean {
  return error?.name === RETRY.error && attempt < RETRY.maxAttempts && field(error, 'no_retry') !== true;
}

/** Waits before the next attempt: longer each time, as long as a provider asks for, and never in step with others. */
export async function waitForRetry(ctx: Pick<RunContext, 'now' | 'random' | 'sleep'>, path: string, error: Failure, attempt: number): Promise<void> {
  const now = await ctx.now(`${path}/now`);
  const random = await ctx.random(`${path}/random`);
  await ctx.sleep(path, now + waitAfter(error, attempt, random));
}

/** Milliseconds. `random` in [0, 1) spreads the usual wait from a half to one and a half of it. */
function waitAfter(error: Failure, attempt: number, random: number): number {
  const usual = RETRY.intervalMs * RETRY.backoffRate ** (attempt - 1);
  const asked = field(error, 'retry_after_ms');
  const least = typeof asked === 'number' ? Math.min(asked, RETRY.longestWaitMs) + (random * usual) / 2 : 0;
  return Math.round(Math.max(usual * (0.5 + random), least));
}

function field({ data }: Failure, name: string): unknown {
  return typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>)[name] : undefined;
}
