import type { Frame } from '../../protocol/frame.ts';
import type { Disposable } from '../signal.ts';

type Listener = (frames: readonly Frame[]) => void;

interface Feed {
  /** Dense in `seq`. */
  readonly stored: Frame[];
  /** By agent run: its text so far, as one frame. */
  readonly tokens: Map<string, Frame>;
  readonly listeners: Set<Listener>;
}

/**
 * The frames of runs that somebody looks at. Whoever comes late first gets what was there before, without a gap or a
 * double; so does everyone after the host was started again and sends a run from its beginning.
 */
export class FrameFeed {
  readonly #feeds = new Map<string, Feed>();
  readonly #ask: (run: string, wanted: boolean) => void;

  /** `ask`: begin or end the sending of a run's frames. */
  constructor(ask: (run: string, wanted: boolean) => void) {
    this.#ask = ask;
  }

  subscribe(run: string, listener: Listener): Disposable {
    const feed = this.#feeds.get(run) ?? this.#begin(run);
    const own: Listener = (frames) => { listener(frames); };
    feed.listeners.add(own);
    if (feed.stored.length > 0 || feed.tokens.size > 0) own([...feed.stored, ...feed.tokens.values()]);
    return { dispose: () => { this.#leave(run, feed, own); } };
  }

  take(frame: Frame): void {
    const feed = this.#feeds.get(frame.workflow_run_id);
    if (feed === undefined) return;
    if (frame.stage === 'agent.token') takeToken(feed, frame);
    else if (frame.seq >= feed.stored.length) feed.stored.push(frame);
    else return;
    for (const listener of [...feed.listeners]) listener([frame]);
  }

  /** The runs that must be asked for again once a new host is there. */
  get wanted(): readonly string[] {
    return [...this.#feeds.keys()];
  }

  #begin(run: string): Feed {
    const feed: Feed = { stored: [], tokens: new Map(), listeners: new Set() };
    this.#feeds.set(run, feed);
    this.#ask(run, true);
    return feed;
  }

  #leave(run: string, feed: Feed, listener: Listener): void {
    if (!feed.listeners.delete(listener) || feed.listeners.size > 0 || this.#feeds.get(run) !== feed) return;
    this.#feeds.delete(run);
    this.#ask(run, false);
  }
}

function takeToken(feed: Feed, frame: Frame): void {
  const key = frame.agent_run_id ?? frame.path ?? '';
  const before = feed.tokens.get(key);
  const message = before === undefined || frame['so_far'] === true ? frame.message : before.message + frame.message;
  feed.tokens.set(key, { ...frame, message, so_far: true });
}
