import type { Frame } from '../protocol/frame.ts';
import type { Json } from '../protocol/json.ts';
import type { RunStatus } from '../protocol/run-records.ts';
import type { ErrorData, JournalEvent } from './ledger/event.ts';
import type { FrameReader } from './ledger/frames.ts';

/** A question a run puts to a person. */
export interface Question {
  readonly run: string;
  readonly path: string;
  /** Form (JSON Schema), assignees, and what the person should look at. */
  readonly request: Json;
}

/** Where a run stands when this process is done with it. */
export interface RunResult {
  readonly run_id: string;
  readonly task_id: string;
  /** `waiting`: for a person; `running`: another process has taken it over. */
  readonly status: RunStatus;
  readonly workflow_name: string;
  readonly spec_version_id: string;
  readonly spec_hash: string;
  readonly total_tokens: number;
  /** Integer micro-dollars. */
  readonly total_cost_micros: number;
  readonly output: Json;
  readonly error: ErrorData | null;
  readonly questions: readonly Question[];
}

/** A run that this process drives. */
export interface RunHandle {
  readonly id: string;
  readonly workflow: string;
  /** Hints and warnings that came up when it was locked, and notes such as which version a name meant. */
  readonly notes: readonly string[];
  readonly result: Promise<RunResult>;
  /** Stored frames from the first on, then each as it comes, then tokens; returns what ends the subscription. */
  subscribe(listener: (frame: Frame) => void): () => void;
}

/**
 * Fans the frames of one run out to its listeners; a late one first gets what was, without a gap or a double. As long as
 * nobody listens there are no frames: they can be read from the journal at any time.
 */
export class FrameFan {
  readonly #reader: FrameReader;
  /** The events of the journal before that seq. */
  readonly #journal: (before: number) => readonly JournalEvent[];
  /** Seq of the first event that is not committed yet. */
  #next: number;
  /** From the first on; null until somebody listens. */
  #stored: Frame[] | null = null;
  readonly #listeners = new Set<(frame: Frame) => void>();
  /** Streamed so far, by agent run; dropped when it closes. */
  readonly #streaming = new Map<number, { text: string; at: number }>();
  readonly #onBug: (error: unknown) => void;

  /** `next`: seq of the next event. `onBug`: told of a listener that throws, which harms neither the run nor the others. */
  constructor(reader: FrameReader, next: number, journal: (before: number) => readonly JournalEvent[], onBug: (error: unknown) => void) {
    this.#reader = reader;
    this.#next = next;
    this.#journal = journal;
    this.#onBug = onBug;
  }

  committed(events: readonly JournalEvent[]): void {
    this.#next += events.length;
    for (const event of events) {
      if (event.kind === 'closed') this.#streaming.delete(event.ref);
      if (event.kind === 'done' && event.owner !== null) this.#streaming.delete(event.owner);
      if (this.#stored === null) continue;
      const frame = this.#reader.feed(event);
      if (frame === null) continue;
      this.#stored.push(frame);
      this.#tell(frame);
    }
  }

  token(agentRun: number, text: string, at: number): void {
    const streaming = this.#streaming.get(agentRun);
    if (streaming === undefined) this.#streaming.set(agentRun, { text, at });
    else streaming.text += text;
    if (this.#listeners.size > 0) this.#tell(this.#reader.token(agentRun, text, at, false));
  }

  subscribe(listener: (frame: Frame) => void): () => void {
    this.#stored ??= this.#journal(this.#next).flatMap((event) => this.#reader.feed(event) ?? []);
    for (const frame of this.#stored) listener(frame);
    for (const [agentRun, { text, at }] of this.#streaming) listener(this.#reader.token(agentRun, text, at, true));
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(frame: Frame): void {
    for (const listener of this.#listeners) {
      try {
        listener(frame);
      } catch (error) {
        this.#onBug(error);
      }
    }
  }
}
