import type { Frame } from '../../protocol/frame.ts';
import { isOpen } from '../durable/lease.ts';
import { createFrameReader } from '../ledger/frames.ts';
import type { FrameReader } from '../ledger/frames.ts';
import type { Review } from '../review.ts';
import type { RunHandle } from '../run-handle.ts';

/** Text that streams faster than this is told in larger pieces: milliseconds. */
const TOKEN_MS = 30;

interface Subscription {
  readonly run: string;
  /** Seq of the next stored frame to send. */
  next: number;
  /** Where its frames come from: a run of this process, or its journal. */
  source: { readonly kind: 'own'; readonly stop: () => void } | { readonly kind: 'journal'; readonly reader: FrameReader; event: number };
}

/**
 * The runs somebody follows. A run of this process brings its frames itself, with the tokens of its models; of any other
 * the journal is read as it grows. A run may pass from one to the other: stored frames are counted, so none is doubled
 * and none is missed.
 */
export class Subscriptions {
  readonly #send: (frame: Frame) => void;
  readonly #own = new Map<string, RunHandle>();
  readonly #followed = new Map<string, Subscription>();
  /** Text that has streamed and is not sent yet, by run and agent run. */
  readonly #tokens = new Map<string, Frame>();
  #timer: NodeJS.Timeout | null = null;

  constructor(send: (frame: Frame) => void) {
    this.#send = send;
  }

  /** A run that this process drives from now on. */
  drives(handle: RunHandle): void {
    this.#own.set(handle.id, handle);
    const subscription = this.#followed.get(handle.id);
    if (subscription !== undefined) this.#attach(subscription, handle);
  }

  /** This process is done with it, whether it has ended or goes on elsewhere. */
  letsGo(handle: RunHandle, review: Review): void {
    if (this.#own.get(handle.id) !== handle) return;
    this.#own.delete(handle.id);
    const subscription = this.#followed.get(handle.id);
    if (subscription !== undefined) this.#readJournal(subscription, review);
  }

  follow(id: string, review: Review): void {
    const run = review.find(id).id;
    this.unfollow(run);
    const subscription: Subscription = { run, next: 0, source: { kind: 'own', stop: () => undefined } };
    this.#followed.set(run, subscription);
    const own = this.#own.get(run);
    if (own === undefined) this.#readJournal(subscription, review);
    else this.#attach(subscription, own);
  }

  unfollow(run: string): void {
    const subscription = this.#followed.get(run);
    if (subscription?.source.kind === 'own') subscription.source.stop();
    this.#followed.delete(run);
    for (const [key, { workflow_run_id: id }] of this.#tokens) if (id === run) this.#tokens.delete(key);
  }

  /** Reads on in the journals of followed runs of other processes: after a commit. */
  look(review: Review): void {
    for (const subscription of this.#followed.values()) this.#readOn(subscription, review);
  }

  close(): void {
    for (const run of [...this.#followed.keys()]) this.unfollow(run);
    this.#own.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #attach(subscription: Subscription, handle: RunHandle): void {
    if (subscription.source.kind === 'own') subscription.source.stop();
    subscription.source = { kind: 'own', stop: handle.subscribe((frame) => this.#take(subscription, frame)) };
  }

  #readJournal(subscription: Subscription, review: Review): void {
    if (subscription.source.kind === 'own') subscription.source.stop();
    subscription.source = { kind: 'journal', reader: createFrameReader(review.find(subscription.run)), event: 0 };
    this.#readOn(subscription, review);
  }

  #readOn(subscription: Subscription, { ledger }: Review): void {
    const { source } = subscription;
    if (source.kind === 'own') return;
    const row = ledger.read(() => ledger.runs.byId(subscription.run));
    if (row === null || (row.next_seq <= source.event && !isOpen(row))) return;
    for (const event of ledger.read(() => ledger.journal.read(row.key, source.event))) {
      source.event = event.seq + 1;
      const frame = source.reader.feed(event);
      if (frame !== null) this.#take(subscription, frame);
    }
  }

  #take(subscription: Subscription, frame: Frame): void {
    if (frame.stage === 'agent.token') {
      this.#takeToken(frame);
      return;
    }
    if (frame.seq < subscription.next) return;
    // What streamed before this frame comes before it.
    this.#flush(subscription.run);
    subscription.next = frame.seq + 1;
    this.#send(frame);
  }

  /** `so_far` begins anew; anything else goes on. */
  #takeToken(frame: Frame): void {
    const key = `${frame.workflow_run_id}\n${frame.agent_run_id ?? ''}`;
    const held = this.#tokens.get(key);
    this.#tokens.set(key, held === undefined || frame['so_far'] === true ? frame : { ...held, message: held.message + frame.message, timestamp: frame.timestamp });
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#flush(null);
    }, TOKEN_MS);
  }

  #flush(run: string | null): void {
    for (const [key, frame] of this.#tokens) {
      if (run !== null && frame.workflow_run_id !== run) continue;
      this.#tokens.delete(key);
      this.#send(frame);
    }
  }
}
