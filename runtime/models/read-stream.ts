import { GuardedAbort } from './guarded-abort.ts';
import type { Meter } from './meter.ts';
import { ModelError, type ModelCall, type ModelEvent, type ModelProvider, type ModelRequest } from './provider.ts';
import type { RoutedCall } from './router.ts';
import { createWireLog, type WireLog, type WireSlot } from './wire-log.ts';

/** Most events in a row that bring no text. */
const maxIdleEvents = 10_000;
/** After so many events in one macrotask, timers and aborts get their turn: a few milliseconds of work, where a socket brought many at once. */
const eventsPerTurn = 128;

/** One for all calls: an error notes where it was made, which costs more than anything else here. */
const callIsOver = new Error('The call is over');

/** How a stream came to its end. */
export type Ending =
  | { readonly kind: 'finish'; readonly finish: 'stop' | 'length' | 'cut' }
  | { readonly kind: 'ended' }
  | { readonly kind: 'threw'; readonly thrown: unknown }
  | { readonly kind: 'aborted' };

/**
 * Makes one call of a provider and reads what it streams into a meter, until it ends one way or another: never held up by an
 * iterator that does not settle, for an abort wins over it. Calls back once.
 */
export function readStream(provider: ModelProvider, call: RoutedCall, meter: Meter, ended: (ending: Ending) => void): void {
  new StreamReading(provider, call, meter, ended).begin();
}

/** One promise per event, and none of its own: with a fast model, promises are what a call costs. */
class StreamReading {
  readonly #provider: ModelProvider;
  readonly #call: RoutedCall;
  readonly #meter: Meter;
  readonly #ended: (ending: Ending) => void;
  readonly #stopper = new GuardedAbort();
  #iterator: AsyncIterator<ModelEvent> | null = null;
  #idle = 0;
  #events = 0;
  #over = false;

  constructor(provider: ModelProvider, call: RoutedCall, meter: Meter, ended: (ending: Ending) => void) {
    this.#provider = provider;
    this.#call = call;
    this.#meter = meter;
    this.#ended = ended;
  }

  begin(): void {
    this.#call.signal.addEventListener('abort', this.#onAbort, { once: true });
    try {
      this.#iterator = this.#provider.stream(new GivenCall(this.#call, this.#stopper))[Symbol.asyncIterator]();
    } catch (thrown) {
      this.#end({ kind: 'threw', thrown });
      return;
    }
    this.#next();
  }

  readonly #next = (): void => {
    if (this.#over || this.#iterator === null) return;
    try {
      Promise.resolve(this.#iterator.next()).then(this.#onResult, this.#onThrown);
    } catch (thrown) {
      this.#onThrown(thrown);
    }
  };

  readonly #onResult = (result: IteratorResult<ModelEvent, unknown>): void => {
    if (this.#over) return;
    try {
      const ending = result.done === true ? brokenOff : this.#take(soundEvent(result.value));
      if (ending !== null) this.#end(ending);
      else if (++this.#events % eventsPerTurn === 0) setImmediate(this.#next);
      else this.#next();
    } catch (thrown) {
      this.#onThrown(thrown);
    }
  };

  readonly #onThrown = (thrown: unknown): void => this.#end({ kind: 'threw', thrown });

  readonly #onAbort = (): void => this.#end({ kind: 'aborted' });

  /** What one event ends the call with; null = it goes on. */
  #take(event: ModelEvent): Ending | null {
    switch (event.type) {
      case 'text':
        if (this.#meter.take(event.text) === 'over') return cut;
        this.#idle = event.text === '' ? this.#idle + 1 : 0;
        break;
      case 'tool':
        if (this.#meter.takeTool(event) === 'over') return cut;
        this.#idle = event.arguments === '' ? this.#idle + 1 : 0;
        break;
      case 'carry':
        if (this.#meter.takeCarry(event.block) === 'over') return cut;
        break;
      case 'thought':
        if (this.#meter.takeThought(event.text) === 'over') return cut;
        this.#idle = event.text === '' ? this.#idle + 1 : 0;
        break;
      case 'usage':
        this.#meter.claim(event.usage);
        this.#idle += 1;
        break;
      case 'finish':
        if (event.reason === 'abort') throw new ModelError('Tool.TemporaryFailure', 'The provider broke off its answer.');
        return { kind: 'finish', finish: event.reason };
    }
    if (this.#idle > maxIdleEvents) throw misbehaved(`sent ${maxIdleEvents} events without text`);
    return null;
  }

  /** Nobody will read on: whatever still comes or fails goes unheard. */
  #end(ending: Ending): void {
    if (this.#over) return;
    this.#over = true;
    this.#call.signal.removeEventListener('abort', this.#onAbort);
    this.#ended(ending);
    try {
      // Not awaited: a generator that is stuck never answers. Its late rejection is nobody's business.
      Promise.resolve(this.#iterator?.return?.()).catch(ignore);
    } catch {
      // As above.
    }
    this.#stopper.abort(callIsOver);
  }
}

/** The call as its provider sees it: signal and record are made when it looks at them. */
class GivenCall implements ModelCall {
  readonly request: ModelRequest;
  readonly outputLimit: number;
  readonly attempt: number;
  readonly #stopper: GuardedAbort;
  readonly #slot: WireSlot | undefined;

  constructor({ request, outputLimit, attempt, slot }: RoutedCall, stopper: GuardedAbort) {
    this.request = request;
    this.outputLimit = outputLimit;
    this.attempt = attempt;
    this.#stopper = stopper;
    this.#slot = slot;
  }

  get signal(): AbortSignal {
    return this.#stopper.signal;
  }

  get wire(): WireLog | undefined {
    return this.#slot === undefined ? undefined : (this.#slot.wire ??= createWireLog());
  }
}

const brokenOff: Ending = { kind: 'ended' };
const cut: Ending = { kind: 'finish', finish: 'cut' };

function misbehaved(what: string): ModelError {
  return new ModelError('Tool.TemporaryFailure', `The provider ${what}.`);
}

function soundEvent(event: ModelEvent | undefined): ModelEvent {
  const { type, text, usage, reason, index, arguments: pieces } = (event ?? {}) as { readonly [key in 'type' | 'text' | 'usage' | 'reason' | 'index' | 'arguments']?: unknown };
  const sound =
    (type === 'finish' && (reason === 'stop' || reason === 'length' || reason === 'abort')) ||
    ((type === 'text' || type === 'thought') && typeof text === 'string') ||
    (type === 'tool' && typeof index === 'number' && typeof pieces === 'string') ||
    (type === 'usage' && typeof usage === 'object' && usage !== null) ||
    type === 'carry';
  if (!sound || event === undefined) throw misbehaved('sent something that is not an event');
  return event;
}

function ignore(): void {
  // Deliberately nothing.
}
