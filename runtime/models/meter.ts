import type { Json } from '../../protocol/json.ts';
import { imageTokens } from './image-tokens.ts';
import type { ModelEvent, ModelRequest, ModelUsage, TokenKinds, ToolUse } from './provider.ts';
import type { ModelOutcome, RoutedCall, SettledUsage } from './router.ts';
import { bytesPerToken, countPromptTokens, prefixOfBytes, tokensOfBytes } from './token-count.ts';

export type ToolPiece = Extract<ModelEvent, { type: 'tool' }>;
type Beside = Pick<Extract<ModelOutcome, { status: 'ok' }>, 'toolCalls' | 'carry'>;

/** Counts one call: what came of its answer, what of it fits below the limit, and what was claimed. */
export class Meter {
  readonly #request: ModelRequest;
  readonly #onText: (text: string) => void;
  readonly #promptTokens: number;
  readonly #maxBytes: number;
  #text = '';
  #bytes = 0;
  /** Of the bytes so many were thought. */
  #thought = 0;
  #endsInHalf = false;
  #claimed: ModelUsage | null = null;
  /** Null until something comes beside the text. */
  #gathering: Gathering | null = null;

  constructor(call: RoutedCall) {
    this.#request = call.request;
    this.#onText = call.onText;
    this.#promptTokens = countPromptTokens(call.request);
    this.#maxBytes = Math.max(0, Math.floor(call.outputLimit)) * bytesPerToken;
  }

  /** Half a character has no UTF-8 form, and what the ledger stores and hashes is UTF-8. */
  get text(): string {
    return this.#text.toWellFormed();
  }

  get beside(): Beside {
    return this.#gathering === null ? nothingBeside : this.#gathering.beside;
  }

  get claimed(): ModelUsage | null {
    return this.#claimed;
  }

  /** Takes what fits below the limit. `over` = there was more. */
  take(text: string): 'fits' | 'over' {
    if (text === '') return 'fits';
    // A character split over two chunks was counted as three bytes, and counts as four together with its other half.
    const joined = this.#endsInHalf && isLowSurrogate(text.charCodeAt(0)) ? 2 : 0;
    const piece = prefixOfBytes(text, this.#maxBytes - this.#bytes + joined);
    if (piece !== '') {
      this.#bytes += Buffer.byteLength(piece) - joined;
      this.#endsInHalf = isHighSurrogate(piece.charCodeAt(piece.length - 1));
      this.#text += piece;
      this.#onText(piece);
    }
    return piece.length === text.length ? 'fits' : 'over';
  }

  /** Whoever listens hears that something goes on, and nothing of what. */
  takeThought(text: string): 'fits' | 'over' {
    const room = this.#maxBytes - this.#bytes;
    const size = Math.min(room, Buffer.byteLength(text));
    this.#bytes += size;
    this.#thought += size;
    this.#onText('');
    return Buffer.byteLength(text) <= room ? 'fits' : 'over';
  }

  takeTool(piece: ToolPiece): 'fits' | 'over' {
    const size = Buffer.byteLength(piece.name ?? '') + Buffer.byteLength(piece.arguments);
    if (this.#bytes + size > this.#maxBytes) return 'over';
    this.#bytes += size;
    (this.#gathering ??= new Gathering()).addTool(piece);
    this.#onText('');
    return 'fits';
  }

  takeCarry(block: Json): 'fits' | 'over' {
    return (this.#gathering ??= new Gathering()).carry(block);
  }

  claim(usage: ModelUsage): void {
    const promptTokens = soundTokens(usage.promptTokens);
    const outputTokens = soundTokens(usage.outputTokens);
    if (promptTokens === null && outputTokens === null) return;
    const before = this.#claimed;
    this.#claimed = {
      promptTokens: Math.max(promptTokens ?? 0, before?.promptTokens ?? 0),
      outputTokens: Math.max(outputTokens ?? 0, before?.outputTokens ?? 0),
      ...kindsOf((kind) => Math.max(soundTokens(usage[kind] ?? 0) ?? 0, before?.[kind] ?? 0)),
    };
  }

  settle(broken: boolean): SettledUsage {
    const claimed = this.#claimed;
    const told = claimed?.promptTokens ?? 0;
    // How many tokens an image is nobody can count here: the bound stands only where the provider does not say.
    const promptTokens = told > 0 ? Math.max(this.#promptTokens, told) : this.#promptTokens + imageTokens(this.#request);
    const outputTokens = Math.max(tokensOfBytes(this.#bytes), claimed?.outputTokens ?? 0);
    const asReported = claimed?.promptTokens === promptTokens && claimed.outputTokens === outputTokens;
    // What was seen of thoughts counts where the provider says less of its output than was seen.
    const thought = outputTokens > (claimed?.outputTokens ?? 0) ? Math.floor(this.#thought / bytesPerToken) : 0;
    const kinds = claimed === null && thought === 0 ? noKinds : kindsOf((kind) => (kind === 'reasoningTokens' ? Math.min(Math.max(claimed?.[kind] ?? 0, thought), outputTokens) : Math.min(claimed?.[kind] ?? 0, promptTokens)));
    return { promptTokens, outputTokens, ...kinds, source: asReported ? 'reported' : broken ? 'estimated' : 'counted' };
  }
}

const nothingBeside: Beside = {};
const noKinds: TokenKinds = {};
const KINDS = ['cachedTokens', 'cacheWriteTokens', 'imageTokens', 'reasoningTokens'] as const;

/** Kinds of which there are none are not mentioned. */
function kindsOf(tokensOfKind: (kind: keyof TokenKinds) => number): TokenKinds {
  let kinds: Partial<Record<keyof TokenKinds, number>> | null = null;
  for (const kind of KINDS) {
    const tokens = tokensOfKind(kind);
    if (tokens > 0) (kinds ??= {})[kind] = tokens;
  }
  return kinds ?? noKinds;
}

/** What an answer brings beside its text: tool calls in pieces, and what its provider wants back. */
class Gathering {
  readonly #uses = new Map<number, { id: string; name: string; readonly pieces: string[] }>();
  readonly #carry: Json[] = [];
  #carried = 0;

  get beside(): Beside {
    const toolCalls = namedUses([...this.#uses.values()]);
    return { ...(toolCalls.length === 0 ? {} : { toolCalls }), ...(this.#carry.length === 0 ? {} : { carry: this.#carry }) };
  }

  addTool({ index, id = '', name = '', arguments: piece }: ToolPiece): void {
    const use = this.#uses.get(index) ?? { id: '', name: '', pieces: [] };
    if (use.id === '') use.id = id;
    if (use.name === '') use.name = name;
    use.pieces.push(piece);
    this.#uses.set(index, use);
  }

  carry(block: Json): 'fits' | 'over' {
    // Not counted as output: most of it is a signature. What was thought comes with the usage.
    this.#carried += Buffer.byteLength(JSON.stringify(block));
    if (this.#carried > mostCarried) return 'over';
    this.#carry.push(block);
    return 'fits';
  }
}

/** Calls without a name call nothing. Each gets an id of its own: some servers give none, others the same twice. */
function namedUses(uses: readonly { readonly id: string; readonly name: string; readonly pieces: readonly string[] }[]): readonly ToolUse[] {
  const seen = new Set<string>();
  return uses.filter(({ name }) => name !== '').map(({ id, name, pieces }, at) => {
    let own = id;
    for (let n = at + 1; own === '' || seen.has(own); n++) own = `call_${n}`;
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
