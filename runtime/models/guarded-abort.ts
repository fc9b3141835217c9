/** An abort whose listeners cannot bring the process down. */
export interface GuardedAbort {
  readonly signal: AbortSignal;
  abort(reason: unknown): void;
}

/**
 * Node raises what an abort listener throws as an uncaught exception, long after anybody could catch it. A provider's
 * listeners are foreign code, so each is wrapped as it is added. The signal is made when it is first looked at: many a
 * call is over before anybody has.
 */
export function createGuardedAbort(): GuardedAbort {
  let controller: AbortController | null = null;
  let aborted: { readonly reason: unknown } | null = null;
  return {
    get signal() {
      if (controller === null) {
        controller = new AbortController();
        guardListeners(controller.signal);
        if (aborted !== null) controller.abort(aborted.reason);
      }
      return controller.signal;
    },
    abort(reason) {
      aborted ??= { reason };
      controller?.abort(reason);
    },
  };
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
