import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { sha256 } from './event.ts';
import type { EventKind } from './event.ts';
import { GENESIS } from './head-store.ts';
import type { PackedEvent } from './packed-event.ts';
import type { BundleRecord } from './run-bundle.ts';
import { turnHash } from './turn-row.ts';
import { count, hash, oneOf, text, type Check } from './value-checks.ts';

type Of<K extends BundleRecord['kind']> = Extract<BundleRecord, { readonly kind: K }>;

/** What a run's rows refer to, by hash: bodies that stand apart, and records of what went over the network. */
export interface References {
  readonly shared: ReadonlySet<string>;
  readonly spoken: ReadonlySet<string>;
}

const object: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const TERMINAL = ['completed', 'error', 'rejected', 'halted'];

/** Fields of every kind, where they are there. Where `ref`, `owner` and bodies lead is checked apart. */
const FIELDS: Readonly<Record<keyof PackedEvent, Check>> = {
  kind: text, at: (value) => Number.isSafeInteger(value), owner: count, ref: count, path: text, attempt: (value) => count(value) && value !== 0, name: text, node: text, id: text, version: text,
  request: () => true, hash, response: () => true, wire: hash, tokens: count, micros: count, data: object,
};

/** What an event must have besides, by its kind; and what its `ref` must lead to. */
const KINDS: Readonly<Record<EventKind, { readonly needs: Readonly<Partial<Record<keyof PackedEvent, Check>>>; readonly refersTo?: EventKind }>> = {
  started: { needs: { data: (value) => object(value) && text((value as Record<string, unknown>)['by']) } },
  status: { needs: { name: oneOf('running', 'waiting') } },
  opened: { needs: { path: text, name: text, node: text, id: text, request: (place) => place !== undefined } },
  asked: { needs: { path: text, name: oneOf('llm', 'tool', 'memory', 'rag', 'step', 'sleep', 'ask', 'now', 'random', 'child', 'pin'), request: (place) => place !== undefined, hash } },
  reserved: { needs: {}, refersTo: 'asked' },
  done: { needs: { response: (place) => place !== undefined }, refersTo: 'asked' },
  lost: { needs: {}, refersTo: 'asked' },
  note: { needs: { owner: count, path: text, name: oneOf('guardrail') } },
  closed: { needs: { name: oneOf(...TERMINAL, 'skipped'), data: (value) => value === undefined || isClosing(value) }, refersTo: 'opened' },
  ended: { needs: { name: oneOf(...TERMINAL), data: (value) => value === undefined || isError(value) } },
};

function isError(value: unknown): boolean {
  const error = value as Readonly<Record<string, unknown>>;
  return object(value) && text(error['name']) && text(error['message']);
}

function isClosing(value: unknown): boolean {
  const error = object(value) ? (value as Readonly<Record<string, unknown>>)['error'] : null;
  return error === undefined || isError(error);
}

/**
 * Holds a run of a bundle against what a run can be: its chain and sums as `ledger verify` recomputes them, and every event
 * with what it refers to, because hashes can be made anew by whoever forges one. `bodyOf`: the text of a body that stands
 * apart, by its hash; throws where there is none.
 */
export function checkRun(run: Of<'run'>, turns: readonly Of<'turn'>[], bodyOf: (hash: string) => string): References {
  const shared = new Set<string>();
  const spoken = new Set<string>();
  const kinds: EventKind[] = [];
  const totals = { tokens: 0, micros: 0, closedTokens: 0, closedMicros: 0 };
  let head = GENESIS;
  let last: PackedEvent | null = null;
  for (const turn of turns) {
    const row = `${run.id}/${turn.seq}`;
    head = turnHash(head, turn.seq, turn.at, turn.bodies_hash, turn.events);
    if (turn.seq !== kinds.length || head !== turn.hash) fail(`row ${row} was changed: its hash does not follow from the row before`);
    if (turn.bodies !== null && sha256(turn.bodies) !== turn.bodies_hash) fail(`the bodies of row ${row} do not have their hash`);
    const own = Buffer.from(turn.bodies ?? '');
    for (const event of eventsOf(turn.events)) {
      const where = `event ${kinds.length} of run ${run.id}`;
      checkFields(event, kinds, where);
      if (last?.kind === 'ended') fail(`${where} comes after its end`);
      for (const place of [event.request, event.response]) if (place !== undefined) checkBody(place, event, own, bodyOf, where);
      for (const place of [event.request, event.response]) if (typeof place === 'string') shared.add(place);
      if (event.wire !== undefined) spoken.add(event.wire);
      const { tokens = 0, micros = 0 } = event;
      if (event.kind === 'done' || event.kind === 'lost') {
        totals.tokens += tokens;
        totals.micros += micros;
      } else if (event.kind === 'closed') {
        totals.closedTokens += tokens;
        totals.closedMicros += micros;
      }
      kinds.push(event.kind);
      last = event;
    }
  }
  if (kinds.length !== run.next_seq || head !== run.chain_head) fail(`the rows of run ${run.id} do not lead to the chain head it ended with`);
  if (totals.tokens !== run.total_tokens || totals.micros !== run.total_cost_micros) fail(`the totals of run ${run.id} are not the sum of its steps`);
  if (totals.closedTokens !== totals.tokens || totals.closedMicros !== totals.micros) fail(`the totals of the agent runs of run ${run.id} are not the sum of its steps`);
  checkEnd(run, last);
  return { shared, spoken };
}

/** The events of a row; a list of anything else is none. */
function eventsOf(row: string): readonly PackedEvent[] {
  const events = jsonOf(row) as readonly PackedEvent[] | JsonObject;
  return Array.isArray(events) && events.every(object) ? (events as readonly PackedEvent[]) : fail('a row holds no list of events');
}

export function jsonOf(json: string): Json {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return fail('a text in it is no JSON');
  }
}

/** `before`: the kinds of the events before it, by their seq. */
function checkFields(event: PackedEvent, before: readonly EventKind[], where: string): void {
  if (!text(event.kind) || !Object.hasOwn(KINDS, event.kind)) fail(`${where} is of an unknown kind`);
  const { needs, refersTo } = KINDS[event.kind];
  for (const [field, value] of Object.entries(event)) if (!Object.hasOwn(FIELDS, field) || !FIELDS[field as keyof PackedEvent](value)) fail(`the field ${field} of ${where} is not what it must be`);
  for (const [field, check] of Object.entries(needs)) if (!check(event[field as keyof PackedEvent])) fail(`the field ${field} of ${where} is not what it must be`);
  if (refersTo !== undefined && before[event.ref ?? -1] !== refersTo) fail(`${where} refers to nothing it can`);
  if (event.owner !== undefined && before[event.owner] !== 'opened') fail(`${where} belongs to no agent run`);
}

/** A body is JSON, and what was asked has the hash it is told by. `own`: the bodies of the event's row. */
function checkBody(place: NonNullable<PackedEvent['request']>, event: PackedEvent, own: Buffer, bodyOf: (hash: string) => string, where: string): void {
  const body = hash(place) ? bodyOf(place as string) : isWithin(place, own.length) ? own.toString('utf8', place[0], place[0] + place[1]) : fail(`a body of ${where} is not where it says`);
  jsonOf(body);
  if (event.kind === 'asked' && sha256(body) !== event.hash) fail(`what ${where} asks does not have its hash`);
}

function isWithin(place: unknown, length: number): place is readonly [start: number, length: number] {
  return Array.isArray(place) && place.length === 2 && place.every(count) && (place[0] as number) + (place[1] as number) <= length;
}

function checkEnd(run: Of<'run'>, last: PackedEvent | null): void {
  const told = run.error === null ? null : (JSON.parse(run.error) as { readonly name: string }).name;
  const ended = (last?.data as { readonly name?: string } | undefined)?.name ?? null;
  if (last?.kind !== 'ended' || last.name !== run.status || ended !== told) fail(`run ${run.id} did not end as its row says`);
}

export function invalid(why: string): DagbookError {
  return new DagbookError('bundle-invalid', `The bundle cannot be trusted: ${why}. Nothing was imported.`);
}

export function fail(why: string): never {
  throw invalid(why);
}
