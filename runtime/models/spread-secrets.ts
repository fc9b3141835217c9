import type { Json } from '../../protocol/json.ts';
import { payloadsOf, type Payload } from './body-payloads.ts';
import { MASK, type Redactor } from './redact-secret.ts';
import type { Steps } from './steps.ts';
import { joined, placesOf, type Span } from './text-spans.ts';

/** Bytes from `start` to `end` become others. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** A text of a payload, and where it begins in all texts of its name put together. */
interface Leaf {
  readonly payload: number;
  readonly at: number;
  readonly text: string;
}

/** Part of a payload's texts of one name, counted from the first of them. */
interface Cut {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** The secret begins here. */
  readonly first: boolean;
}

/** The events of a body that hold a part of a secret in their texts, and what is to stand in their place. */
export function* spreadSecrets(body: Buffer, redactor: Redactor): Steps<readonly Edit[]> {
  const payloads = yield* payloadsOf(body);
  const cuts = new Map<number, Cut[]>();
  for (const [name, leaves] of yield* leavesOf(payloads)) {
    const whole = leaves.map(({ text }) => text).join('');
    const spans: Span[] = [];
    let brokenOff = false;
    for (const secret of yield* redactor.find(whole)) {
      spans.push(...placesOf((from) => whole.indexOf(secret, from), secret.length));
      brokenOff ||= redactor.text(secret) === secret;
    }
    if (spans.length > 0) yield* cutOut(name, leaves, joined(spans), brokenOff ? whole.length : null, cuts);
    yield;
  }
  const edits: Edit[] = [];
  for (const [at, own] of [...cuts].sort(([a], [b]) => a - b)) {
    const { start, end, value } = payloads[at] as Payload;
    edits.push({ start, end, bytes: Buffer.from(JSON.stringify(without(value, own))) });
    if (edits.length % A_STEP === 0) yield;
  }
  return edits;
}

/** Payloads that are looked at in one step. */
const A_STEP = 64;

/** By the name of their texts. */
function* leavesOf(payloads: readonly Payload[]): Steps<ReadonlyMap<string, readonly Leaf[]>> {
  const named = new Map<string, Leaf[]>();
  for (const [payload, { value }] of payloads.entries()) {
    if (payload % A_STEP === 0) yield;
    forEachText(value, '', (name, text) => {
      const leaves = named.get(name);
      if (leaves === undefined) named.set(name, [{ payload, at: 0, text }]);
      else {
        const last = leaves[leaves.length - 1] as Leaf;
        leaves.push({ payload, at: last.at + last.text.length, text });
      }
    });
  }
  return named;
}

/**
 * `spans` and `leaves` are in order, and so one walk along both finds what lies over what. What stands in one text is found
 * without putting anything together, but for what the last one breaks off with: `brokenOff` is its end.
 */
function* cutOut(name: string, leaves: readonly Leaf[], spans: readonly Span[], brokenOff: number | null, cuts: Map<number, Cut[]>): Steps<void> {
  const bases = new Map<number, number>();
  for (const { payload, at } of leaves) if (!bases.has(payload)) bases.set(payload, at);
  let first = 0;
  for (const [count, [start, end]] of spans.entries()) {
    if (count % A_STEP === 0) yield;
    while (first < leaves.length && endOf(leaves[first] as Leaf) <= start) first++;
    const hit: Leaf[] = [];
    for (let i = first; i < leaves.length && (leaves[i] as Leaf).at < end; i++) if (endOf(leaves[i] as Leaf) > start) hit.push(leaves[i] as Leaf);
    if (hit.length < 2 && end !== brokenOff) continue;
    for (const { payload, at, text } of hit) {
      const base = bases.get(payload) ?? at;
      const own = cuts.get(payload) ?? [];
      own.push({ name, start: Math.max(at, start) - base, end: Math.min(at + text.length, end) - base, first: start >= at });
      cuts.set(payload, own);
    }
  }
}

function endOf({ at, text }: Leaf): number {
  return at + text.length;
}

function without(value: Json, cuts: readonly Cut[]): Json {
  const read = new Map<string, number>();
  return mapTexts(value, '', (name, text) => {
    const from = read.get(name) ?? 0;
    read.set(name, from + text.length);
    let result = '';
    let at = from;
    for (const cut of cuts) {
      if (cut.name !== name || cut.start < from || cut.start >= from + text.length) continue;
      result += text.slice(at - from, cut.start - from) + (cut.first ? MASK : '');
      at = cut.end;
    }
    return result + text.slice(at - from);
  });
}

/** Calls back with every text of a value, by the names that lead to it: items of a list share their list's. */
function forEachText(value: Json, name: string, visit: (name: string, text: string) => void): void {
  if (typeof value === 'string') return visit(name, value);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) for (const item of value as readonly Json[]) forEachText(item, name, visit);
  else for (const [key, inner] of Object.entries(value)) if (typeof inner === 'string' || (typeof inner === 'object' && inner !== null)) forEachText(inner, `${name}/${key}`, visit);
}

/** The same walk, in the same order. */
function mapTexts(value: Json, name: string, change: (name: string, text: string) => string): Json {
  if (typeof value === 'string') return change(name, value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapTexts(item, name, change));
  if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, `${name}/${key}`, change)]));
  return value;
}
