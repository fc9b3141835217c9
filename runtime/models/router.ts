import type { Json } from '../../protocol/json.ts';
import { createGuardedAbort } from './guarded-abort.ts';
import { createRateLimiter, type CallRate } from './rate-limit.ts';
import { ModelError, type ModelCall, type ModelEvent, type ModelProvider, type ModelRequest, type ModelUsage, type Price, type TokenKinds, type ToolUse } from './provider.ts';
import { createWireLog, type WireSlot } from './wire-log.ts';
import { imageTokens } from './image-tokens.ts';
import { bytesPerToken, countPromptTokens, prefixOfBytes, tokensOfBytes } from './token-count.ts';

/** What became of one model call. Tokens are whole numbers ≥ 0, whatever the provider said. */
export type ModelOutcome =
  | {
      readonly status: 'ok';
      readonly text: string;
      /** What the model wants called, absent where it is nothing; it may have broken off within the last one. */
      readonly toolCalls?: readonly ToolUse[];
      /** What the provider wants back with the next message. */
      readonly carry?: readonly Json[];
      /** `length` = the provider stopped at the limit, `cut` = it went past it and was cut. */
      readonly finish: 'stop' | 'length' | 'cut';
      readonly usage: SettledUsage;
      /** What the provider reported, where that is not what was settled. */
      readonly claimed: ModelUsage | null;
    }
  | {
      readonly status: 'error';
      readonly error: { readonly name: string; readonly message: string; readonly data: Json };
      readonly usage: SettledUsage;
      readonly claimed: ModelUsage | null;
    }
  | { readonly status: 'aborted'; readonly usage: SettledUsage; readonly claimed: ModelUsage | null };

/** The larger of what was reported and what was counted, for prompt and output each. The purse clamps it to what was reserved. */
export interface SettledUsage extends TokenKinds {
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** `reported` = both as the provider said. `estimated` = counted of an answer that broke off: more may have been made than was seen. */
  readonly source: 'reported' | 'counted' | 'estimated';
}

export interface RoutedCall extends Omit<ModelCall, 'wire'> {
  /** How often such calls may begin; null or absent = as often as they come. */
  readonly rate?: CallRate | null;
  readonly onText: (text: string) => void;
  /** Gets the record of what goes over the network, as soon as a provider begins one; absent = none is kept. */
  readonly slot?: WireSlot;
}

export interface ModelRouter {
  /** The price of the request's model, `'free'`, or null when nobody knows it or there is no such provider. */
  price(request: ModelRequest): Price | 'free' | null;
  /**
   * Makes one call. Never rejects, and resolves in the microtask after `signal` aborts, whatever the provider does.
   * `outputLimit` is counted by `countTokens`; text beyond it is neither shown nor returned.
   */
  call(call: RoutedCall): Promise<ModelOutcome>;
}

export function createModelRouter(providers: ReadonlyMap<string, ModelProvider>): ModelRouter {
  const limiter = createRateLimiter();
  return {
    price(request) {
      return providers.get(request.provider)?.price(request.model, request.extras, request.baseUrl ?? null) ?? null;
    },
    async call(call) {
      const provider = providers.get(call.request.provider);
      if (provider === undefined) return unavailable(call.request.provider, [...providers.keys()]);
      const wait = call.rate === undefined || call.rate === null ? null : limiter.turn(call.rate, call.signal);
      if (wait !== null) await wait;
      if (call.signal.aborted) return { status: 'aborted', usage: { ...nothing, source: 'estimated' }, claimed: null };
      return drive(provider, call);
    },
  };
}

const nothing = { promptTokens: 0, outputTokens: 0 } as const;

function unavailable(name: string, known: readonly string[]): ModelOutcome {
  const message = `There is no model provider "${name}" here. Available: ${known.join(', ')}.`;
  return { status: 'error', error: { name: 'Dagbook.ModelNotAvailable', message, data: null }, usage: { ...nothing, source: 'counted' }, claimed: null };
}

/** What waiting for the next event may end in. */
type Step =
  | { readonly kind: 'event'; readonly event: ModelEvent }
  | { readonly kind: 'ended' }
  | { readonly kind: 'threw'; readonly thrown: unknown }
  | { readonly kind: 'aborted' };

type Ending = { readonly kind: 'finish'; readonly finish: 'stop' | 'length' | 'cut' } | Exclude<Step, { readonly kind: 'event' }>;

/** Most events in a row that bring no text. */
const maxIdleEvents = 10_000;
/** After so many events in one macrotask, timers and aborts get their turn. */
const eventsPerTurn = 1024;

/** One for all calls: an error notes where it was made, which costs more than anything else here. */
const callIsOver = new Error('The call is over');

async function drive(provider: ModelProvider, call: RoutedCall): Promise<ModelOutcome> {
  const meter = createMeter(call);
  const stopper = createGuardedAbort();
  const { request, outputLimit, attempt, slot } = call;
  const given: ModelCall = {
    request, outputLimit, attempt,
    get signal() {
      return stopper.signal;
    },
    get wire() {
      return slot === undefined ? undefined : (slot.wire ??= createWireLog());
    },
  };
  const source = openStream(provider, given, call.signal);
  try {
    const ending = await readEvents(source, meter);
    return outcomeOf(ending, meter);
  } catch (thrown) {
    return outcomeOf({ kind: 'threw', thrown }, meter);
  } finally {
    source.abandon();
    stopper.abort(callIsOver);
  }
}

async function readEvents(source: EventSource, meter: Meter): Promise<Ending> {
  let idle = 0;
  for (let count = 1; ; count++) {
    if (count % eventsPerTurn === 0) await new Promise(setImmediate);
    const step = await source.next();
    if (step.kind !== 'event') return step;
    const { event } = step;
    switch (event.type) {
      case 'text': {
        if (meter.take(event.text) === 'over') return { kind: 'finish', finish: 'cut' };
        idle = event.text === '' ? idle + 1 : 0;
        break;
      }
      case 'tool': {
        if (meter.takeTool(event) === 'over') return { kind: 'finish', finish: 'cut' };
        idle = event.arguments === '' ? idle + 1 : 0;
        break;
      }
      case 'carry':
        if (meter.takeCarry(event.block) === 'over') return { kind: 'finish', finish: 'cut' };
        break;
      case 'usage':
        meter.claim(event.usage);
        idle++;
        break;
      case 'finish':
        if (event.reason === 'abort') return { kind: 'threw', thrown: new ModelError('Tool.TemporaryFailure', 'The provider broke off its answer.') };
        return { kind: 'finish', finish: event.reason };
    }
    if (idle > maxIdleEvents) return { kind: 'threw', thrown: misbehaved(`sent ${maxIdleEvents} events without text`) };
  }
}

function misbehaved(what: string): ModelError {
  return new ModelError('Tool.TemporaryFailure', `The provider ${what}.`);
}

interface EventSource {
  next(): Promise<Step>;
  /** Nobody will read on: whatever still comes or fails goes unheard. */
  abandon(): void;
}

/** Reads a provider's iterator without ever being held up by it: an abort wins over an iterator that does not settle. */
function openStream(provider: ModelProvider, call: ModelCall, outer: AbortSignal): EventSource {
  let wake: (step: Step) => void = ignore;
  let aborted = false;
  const onAbort = (): void => {
    aborted = true;
    wake({ kind: 'aborted' });
  };
  outer.addEventListener('abort', onAbort, { once: true });
  let iterator: AsyncIterator<ModelEvent> | null = null;
  return {
    next: () =>
      new Promise<Step>((resolve) => {
        wake = resolve;
        if (aborted) return resolve({ kind: 'aborted' });
        try {
          iterator ??= provider.stream(call)[Symbol.asyncIterator]();
          Promise.resolve(iterator.next()).then(
            (result) => resolve(result.done === true ? { kind: 'ended' } : stepOf(result.value)),
            (thrown: unknown) => resolve({ kind: 'threw', thrown }),
          );
        } catch (thrown) {
          resolve({ kind: 'threw', thrown });
        }
      }),
    abandon() {
      outer.removeEventListener('abort', onAbort);
      try {
        // Not awaited: a generator that is stuck never answers. Its late rejection is nobody's business.
        Promise.resolve(iterator?.return?.()).then(ignore, ignore);
      } catch {
        // As above.
      }
    },
  };
}

function stepOf(event: ModelEvent | undefined): Step {
  const { type, text, usage, reason, index, arguments: pieces } = (event ?? {}) as { readonly [key in 'type' | 'text' | 'usage' | 'reason' | 'index' | 'arguments']?: unknown };
  const sound =
    (type === 'finish' && (reason === 'stop' || reason === 'length' || reason === 'abort')) ||
    (type === 'text' && typeof text === 'string') ||
    (type === 'tool' && typeof index === 'number' && typeof pieces === 'string') ||
    (type === 'usage' && typeof usage === 'object' && usage !== null) ||
    type === 'carry';
  return sound && event !== undefined ? { kind: 'event', event } : { kind: 'threw', thrown: misbehaved('sent something that is not an event') };
}

function ignore(): void {
  // Deliberately nothing.
}

type ToolPiece = Extract<ModelEvent, { type: 'tool' }>;

interface Meter {
  readonly text: string;
  readonly beside: Beside;
  readonly claimed: ModelUsage | null;
  /** Takes what fits below the limit. `over` = there was more. */
  take(text: string): 'fits' | 'over';
  takeTool(piece: ToolPiece): 'fits' | 'over';
  takeCarry(block: Json): 'fits' | 'over';
  claim(usage: ModelUsage): void;
  settle(broken: boolean): SettledUsage;
}

function createMeter(call: RoutedCall): Meter {
  const counted = countPromptTokens(call.request);
  const maxBytes = Math.max(0, Math.floor(call.outputLimit)) * bytesPerToken;
  const pieces: string[] = [];
  let bytes = 0;
  let endsInHalf = false;
  let claimed: ModelUsage | null = null;
  const gathered = createGathering();
  return {
    get beside() {
      return gathered.beside;
    },
    takeTool(piece) {
      const size = Buffer.byteLength(piece.name ?? '') + Buffer.byteLength(piece.arguments);
      if (bytes + size > maxBytes) return 'over';
      bytes += size;
      gathered.addTool(piece);
      return 'fits';
    },
    takeCarry: (block) => gathered.carry(block),
    get text() {
      const joined = pieces.join('');
      // Half a character has no UTF-8 form, and what the ledger stores and hashes is UTF-8.
      return /\p{Surrogate}/u.test(joined) ? Buffer.from(joined).toString() : joined;
    },
    get claimed() {
      return claimed;
    },
    take(text) {
      if (text === '') return 'fits';
      // A character split over two chunks was counted as three bytes, and counts as four together with its other half.
      const joined = endsInHalf && isLowSurrogate(text.charCodeAt(0)) ? 2 : 0;
      const piece = prefixOfBytes(text, maxBytes - bytes + joined);
      if (piece !== '') {
        bytes += Buffer.byteLength(piece) - joined;
        endsInHalf = isHighSurrogate(piece.charCodeAt(piece.length - 1));
        pieces.push(piece);
        call.onText(piece);
      }
      return piece.length === text.length ? 'fits' : 'over';
    },
    claim(usage) {
      const promptTokens = soundTokens(usage.promptTokens);
      const outputTokens = soundTokens(usage.outputTokens);
      if (promptTokens === null && outputTokens === null) return;
      claimed = {
        promptTokens: Math.max(promptTokens ?? 0, claimed?.promptTokens ?? 0),
        outputTokens: Math.max(outputTokens ?? 0, claimed?.outputTokens ?? 0),
        ...kindsOf((kind) => Math.max(soundTokens(usage[kind] ?? 0) ?? 0, claimed?.[kind] ?? 0)),
      };
    },
    settle(broken) {
      const told = claimed?.promptTokens ?? 0;
      // How many tokens an image is nobody can count here: the bound stands only where the provider does not say.
      const promptTokens = told > 0 ? Math.max(counted, told) : counted + imageTokens(call.request);
      const outputTokens = Math.max(tokensOfBytes(bytes), claimed?.outputTokens ?? 0);
      const asReported = claimed?.promptTokens === promptTokens && claimed.outputTokens === outputTokens;
      const kinds = kindsOf((kind) => Math.min(claimed?.[kind] ?? 0, kind === 'reasoningTokens' ? outputTokens : promptTokens));
      return { promptTokens, outputTokens, ...kinds, source: asReported ? 'reported' : broken ? 'estimated' : 'counted' };
    },
  };
}

const KINDS = ['cachedTokens', 'cacheWriteTokens', 'imageTokens', 'reasoningTokens'] as const;

/** Kinds of which there are none are not mentioned. */
function kindsOf(tokensOfKind: (kind: keyof TokenKinds) => number): TokenKinds {
  const some = KINDS.map((kind) => [kind, tokensOfKind(kind)] as const).filter(([, tokens]) => tokens > 0);
  return Object.fromEntries(some);
}

type Beside = Pick<Extract<ModelOutcome, { status: 'ok' }>, 'toolCalls' | 'carry'>;

/** What an answer brings beside its text: tool calls in pieces, and what its provider wants back. */
function createGathering(): { readonly beside: Beside; addTool(piece: ToolPiece): void; carry(block: Json): 'fits' | 'over' } {
  const uses = new Map<number, { id: string; name: string; readonly pieces: string[] }>();
  const carry: Json[] = [];
  let carried = 0;
  return {
    get beside() {
      const toolCalls = namedUses([...uses.values()]);
      return { ...(toolCalls.length === 0 ? {} : { toolCalls }), ...(carry.length === 0 ? {} : { carry }) };
    },
    addTool({ index, id = '', name = '', arguments: piece }) {
      const use = uses.get(index) ?? { id: '', name: '', pieces: [] };
      if (use.id === '') use.id = id;
      if (use.name === '') use.name = name;
      use.pieces.push(piece);
      uses.set(index, use);
    },
    carry(block) {
      // Not counted as output: most of it is a signature. What was thought comes with the usage.
      carried += Buffer.byteLength(JSON.stringify(block));
      if (carried > mostCarried) return 'over';
      carry.push(block);
      return 'fits';
    },
  };
}

/** Calls without a name call nothing. Each gets an id of its own: some servers give none, others the same twice. */
function namedUses(uses: readonly { readonly id: string; readonly name: string; readonly pieces: readonly string[] }[]): readonly ToolUse[] {
  const seen = new Set<string>();
  return uses.filter(({ name }) => name !== '').map(({ id, name, pieces }, at) => {
    const own = id === '' || seen.has(id) ? `call_${at + 1}` : id;
    seen.add(own);
    return { id: own, name, arguments: pieces.join('').toWellFormed() };
  });
}

/** Most that is carried back to a provider: bytes. */
const mostCarried = 1024 * 1024;

/** More tokens than any call can have; a larger claim is stored as this. */
const mostTokens = 1e12;

function soundTokens(claimed: unknown): number | null {
  if (typeof claimed !== 'number' || Number.isNaN(claimed) || claimed < 0) return null;
  return Math.min(Math.ceil(claimed), mostTokens);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

function outcomeOf(ending: Ending, meter: Meter): ModelOutcome {
  const usage = meter.settle(ending.kind !== 'finish' || ending.finish === 'cut');
  const common = { usage, claimed: usage.source === 'reported' ? null : meter.claimed };
  switch (ending.kind) {
    case 'finish':
      return { status: 'ok', text: meter.text, ...meter.beside, finish: ending.finish, ...common };
    case 'aborted':
      return { status: 'aborted', ...common };
    case 'ended':
      return { status: 'error', error: { name: 'Tool.TemporaryFailure', message: 'The answer of the provider broke off before its end.', data: null }, ...common };
    case 'threw':
      return { status: 'error', error: describe(ending.thrown), ...common };
  }
}

function describe(thrown: unknown): { readonly name: string; readonly message: string; readonly data: Json } {
  if (thrown instanceof ModelError) return { name: thrown.name, message: thrown.message, data: thrown.data };
  const message = thrown instanceof Error ? thrown.message : typeof thrown === 'string' ? thrown : 'unknown reason';
  return { name: 'States.TaskFailed', message: `The model call failed: ${message}`, data: null };
}
