import type { Json, JsonObject } from '../../protocol/json.ts';

/** What an agent's `model.extras` tell the simulated model to do, with everything left out filled in. */
export interface SimulatedBehaviour {
  /** Before the first token. */
  readonly latencyMs: number;
  /** Null = all at once. */
  readonly tokensPerSecond: number | null;
  /** Text or JSON whose strings may hold `{% %}`; undefined = an answer of its own. */
  readonly reply: Json | undefined;
  /** The tool calls of each turn before it answers; undefined = each tool that changes nothing, once. */
  readonly toolCalls: Json | undefined;
  readonly failError: string;
  /** The first so many calls of a request fail. */
  readonly failTimes: number;
  /** Never answer. */
  readonly stall: boolean;
  /** Go on after an abort as if nothing had happened. */
  readonly ignoreAbort: boolean;
  /** Tokens to send past the output limit. */
  readonly overrunTokens: number;
  readonly usage: 'honest' | 'omit' | 'lie';
}

export function readSimulatedBehaviour(extras: JsonObject): SimulatedBehaviour {
  const fail = extras['fail'];
  const failure = typeof fail === 'object' && fail !== null && !Array.isArray(fail) ? (fail as JsonObject) : null;
  const error = failure?.['error'];
  const usage = extras['usage'];
  return {
    latencyMs: amount(extras['latency_ms']) ?? 0,
    tokensPerSecond: amount(extras['tokens_per_second']),
    reply: extras['reply'],
    toolCalls: extras['tool_calls'],
    failError: typeof error === 'string' ? error : 'Tool.TemporaryFailure',
    failTimes: failure === null ? 0 : (count(failure['times']) ?? 1),
    stall: extras['stall'] === true,
    ignoreAbort: extras['ignore_abort'] === true,
    overrunTokens: Math.floor(amount(extras['overrun_tokens']) ?? 0),
    usage: usage === 'omit' || usage === 'lie' ? usage : 'honest',
  };
}

/** How often: 0 = never. Null where nobody says. */
function count(value: Json | undefined): number | null {
  return value === 0 ? 0 : amount(value);
}

/** A positive finite number, else null. */
function amount(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}
