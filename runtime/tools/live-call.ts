import type { Json } from '../../protocol/json.ts';
import type { Outcome, ToolQuestion } from '../durable/context.ts';
import { ToolError } from './tool-error.ts';

/** Most questions of one call. */
const MOST_QUESTIONS = 32;
/** A server that reports progress may take so many times as long. */
const PATIENCE = 10;

interface Pending {
  readonly question: ToolQuestion;
  readonly answer: (answer: Json) => void;
  readonly refuse: (error: Error) => void;
}

/**
 * One call that is under way. Its server may ask something in between; then the call stands still, and its clock with it,
 * until it is answered.
 */
export class LiveCall {
  readonly #abort = new AbortController();
  readonly #timeoutMs: number;
  readonly #fail: (error: ToolError) => Outcome;
  readonly #pending: Pending[] = [];
  #asked = 0;
  #shown: Pending | null = null;
  #settled: Outcome | null = null;
  #waiting: ((outcome: Outcome) => void) | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** When the clock was started; null = it stands. Milliseconds of this process. */
  #from: number | null = null;
  #spent = 0;

  constructor(timeoutMs: number, fail: (error: ToolError) => Outcome) {
    this.#timeoutMs = timeoutMs;
    this.#fail = fail;
  }

  /** Aborted when nobody waits for the result any more. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get over(): boolean {
    return this.#settled !== null;
  }

  get asking(): boolean {
    return this.#pending.length > 0 || this.#shown !== null;
  }

  settle(outcome: Outcome): void {
    if (this.#settled !== null) return;
    this.#settled = outcome;
    this.#stopClock();
    for (const { refuse } of [...this.#pending.splice(0), ...(this.#shown === null ? [] : [this.#shown])]) refuse(new Error('The call is over.'));
    this.#shown = null;
    this.#tell(outcome);
  }

  /** Ends it without a result; the server is told that nobody waits. */
  give(error: ToolError): void {
    this.settle(this.#fail(error));
    this.#abort.abort(error);
  }

  /** The server asks; resolves with the answer, as MCP wants it. */
  ask(question: ToolQuestion): Promise<Json> {
    return new Promise((answer, refuse) => {
      this.#asked += 1;
      if (this.#settled !== null || this.#asked > MOST_QUESTIONS) {
        refuse(new Error(this.#settled === null ? `More than ${MOST_QUESTIONS} questions in one call are not answered.` : 'The call is over.'));
        return;
      }
      this.#pending.push({ question, answer, refuse });
      this.#show();
    });
  }

  /** Answers the question that `next` has shown. */
  answer(answer: Json): void {
    const shown = this.#shown;
    this.#shown = null;
    shown?.answer(answer);
  }

  progress(): void {
    if (this.#from !== null) this.#startClock();
  }

  /** What comes next: its result, or a question. Aborting the signal ends the call. */
  next(signal: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      const onAbort = (): void => this.give(new ToolError('Dagbook.Aborted', 'The call was aborted.'));
      this.#waiting = (outcome) => {
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      if (this.#settled !== null) return this.#tell(this.#settled);
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      this.#startClock();
      this.#show();
    });
  }

  #tell(outcome: Outcome): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(outcome);
  }

  /** One question at a time, and only to somebody who listens. */
  #show(): void {
    if (this.#waiting === null || this.#shown !== null) return;
    const next = this.#pending.shift();
    if (next === undefined) return;
    this.#shown = next;
    this.#stopClock();
    this.#tell({ status: 'ok', value: { asks: { of: next.question.of, request: next.question.request } } });
  }

  #startClock(): void {
    this.#stopClock();
    this.#from = performance.now();
    const wait = Math.max(0, Math.min(this.#timeoutMs, this.#timeoutMs * PATIENCE - this.#spent));
    this.#timer = setTimeout(() => this.give(new ToolError('Runner.Timeout', `The tool did not answer within ${this.#timeoutMs / 1000} s.`)), wait);
  }

  #stopClock(): void {
    clearTimeout(this.#timer);
    if (this.#from !== null) this.#spent += performance.now() - this.#from;
    this.#from = null;
  }
}
