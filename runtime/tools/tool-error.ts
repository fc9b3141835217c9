import type { LeafError, Outcome } from '../durable/context.ts';

/**
 * The ways in which a tool goes wrong. `Tool.Failed` is an answer of the tool itself and goes back to the model; the rest
 * are about its server, end the agent run, and can be named by retry and catch rules.
 */
export type ToolErrorName =
  /** The tool says that it failed, or does not take these arguments. */
  | 'Tool.Failed'
  /** Its server died, broke off, wrote what cannot be read, or flooded us. Another attempt starts a new one. */
  | 'Tool.TemporaryFailure'
  /** It took longer than it may. */
  | 'Runner.Timeout'
  /** Its server does not let us in. */
  | 'States.Permissions'
  /** Its process went away within the call, and what it did must not be done twice. */
  | 'Tool.Interrupted'
  /** There is no such server or tool, or it cannot be started. */
  | 'Dagbook.ToolNotAvailable'
  | 'Dagbook.Aborted';

export class ToolError extends Error {
  override readonly name: ToolErrorName;
  constructor(name: ToolErrorName, message: string) {
    super(message);
    this.name = name;
  }
}

export function failureOf(thrown: unknown, redact: (text: string) => string): Outcome {
  const error: LeafError =
    thrown instanceof ToolError
      ? { name: thrown.name, message: redact(thrown.message) }
      : { name: 'States.TaskFailed', message: redact(`The tool call failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`) };
  return { status: 'error', error };
}

/** Most of what a server said that is quoted in a message: characters. */
const LONGEST_QUOTE = 300;

export function quote(said: string): string {
  const text = said.replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  return `: ${text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE - 1).toWellFormed()}…`}`;
}
