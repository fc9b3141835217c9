import { silenceFault } from './model-fault.ts';

/** Ends a connection that has gone silent, and one whose call is over. */
export interface Lifeline {
  readonly signal: AbortSignal;
  /** Bytes came. */
  beat(): void;
  /** Something came that says something: keep-alives alone do not hold a call open for ever. */
  progress(): void;
  /** From now on only so long a silence: milliseconds. */
  shorten(milliseconds: number): void;
  /** Closes the connection, whatever its state. */
  end(): void;
}

/** So many times the idle limit may pass with nothing but keep-alives. */
const QUIET_FACTOR = 5;

export function createLifeline(outer: AbortSignal, host: string, idleMs: number): Lifeline {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(outer.reason);
  let idle = setTimeout(() => controller.abort(silenceFault(host, idleMs)), idleMs);
  const quiet = setTimeout(() => controller.abort(silenceFault(host, idleMs * QUIET_FACTOR)), idleMs * QUIET_FACTOR);
  if (outer.aborted) onAbort();
  else outer.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    beat: () => void idle.refresh(),
    progress: () => void quiet.refresh(),
    shorten(milliseconds) {
      clearTimeout(idle);
      idle = setTimeout(() => controller.abort(silenceFault(host, milliseconds)), Math.min(milliseconds, idleMs));
    },
    end() {
      clearTimeout(idle);
      clearTimeout(quiet);
      outer.removeEventListener('abort', onAbort);
      controller.abort(new Error('The call is over'));
    },
  };
}
