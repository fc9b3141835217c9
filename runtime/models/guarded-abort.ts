/** What those who heed an abort need to know of it: all of it is in an AbortSignal. */
export interface AbortNotice {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * An abort whose listeners cannot bring the process down. Node raises what an abort listener throws as an uncaught
 * exception, long after anybody could catch it. A provider's listeners are foreign code, so each is wrapped as it is added.
 * The signal for it is made when it is first looked at: many a call is over before anybody has. Our own code listens
 * without one.
 */
export class GuardedAbort implements AbortNotice {
  #aborted = false;
  #reason: unknown;
  #controller: AbortController | null = null;
  readonly #listeners: (() => void)[] = [];

  get aborted(): boolean {
    return this.#aborted;
  }

  /** For foreign code. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      guardListeners(this.#controller.signal);
      if (this.#aborted) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const listener of this.#listeners.splice(0)) listener();
    this.#controller?.abort(reason);
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners.indexOf(listener);
    if (at >= 0) this.#listeners.splice(at, 1);
  }
}

function guardListeners(signal: AbortSignal): void {
  const wrapped = new Map<unknown, EventListener>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  Object.defineProperty(signal, 'addEventListener', {
    value(type: string, listener: Listener | null, options?: AddEventListenerOptions | boolean) {
      if (listener === null) return;
      const guarded = wrapped.get(listener) ?? guard(listener);
      wrapped.set(listener, guarded);
      add(type, guarded, options);
    },
  });
  Object.defineProperty(signal, 'removeEventListener', {
    value(type: string, listener: Listener | null, options?: EventListenerOptions | boolean) {
      remove(type, wrapped.get(listener) ?? (listener as EventListener), options);
    },
  });
}

type EventListener = (event: Event) => unknown;
type Listener = EventListener | { handleEvent(event: Event): unknown };
type EventListenerOptions = { readonly capture?: boolean };
type AddEventListenerOptions = EventListenerOptions & { readonly once?: boolean; readonly passive?: boolean; readonly signal?: AbortSignal };

function guard(listener: Listener): EventListener {
  return (event) => {
    try {
      const result = typeof listener === 'function' ? listener(event) : listener.handleEvent(event);
      if (result instanceof Promise) result.catch(ignore);
    } catch {
      // The abort has already taken effect for everyone else; there is nobody to tell.
    }
  };
}

function ignore(): void {
  // See above.
}
