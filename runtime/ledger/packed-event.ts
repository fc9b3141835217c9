import type { TerminalStatus } from '../../protocol/run-records.ts';
import { storedBody } from './event.ts';
import type { Body, ErrorData, EventKind, JournalEvent, LeafKind, NodeStatus, NoteKind, Wire } from './event.ts';

/**
 * An event as it stands in its turn's row: a JSON object with only what it has. `at` counts milliseconds from the
 * turn's own time; what is not there is zero, one (`attempt`), or nothing.
 */
export interface PackedEvent {
  readonly kind: EventKind;
  readonly at?: number | undefined;
  readonly owner?: number | undefined;
  readonly ref?: number | undefined;
  readonly path?: string | undefined;
  readonly attempt?: number | undefined;
  readonly name?: string | undefined;
  readonly node?: string | undefined;
  readonly id?: string | undefined;
  readonly version?: string | undefined;
  readonly request?: BodyPlace | undefined;
  /** SHA-256 (hex) of the request of an `asked` event: what a replay and a comparison go by, also once it is pruned. */
  readonly hash?: string | undefined;
  readonly response?: BodyPlace | undefined;
  /** SHA-256 (hex) of what went over the network for a call, in `wire_records`. */
  readonly wire?: string | undefined;
  readonly tokens?: number | undefined;
  readonly micros?: number | undefined;
  readonly data?: object | undefined;
}

/** Where a body is: first byte and length among its turn's own bodies; or, by its SHA-256 (hex), in `blobs`. */
export type BodyPlace = readonly [start: number, length: number] | string;

/** Puts a body away and says where it is. */
export type PlaceBody = (body: Body) => BodyPlace;
/** The text of a body; null = pruned. */
export type ReadBody = (place: BodyPlace) => string | null;

export function packEvent(event: JournalEvent, turnAt: number, place: PlaceBody): PackedEvent {
  const { kind } = event;
  const at = some(event.at - turnAt);
  switch (kind) {
    case 'started':
      return { kind, at, data: event.data };
    case 'status':
      return { kind, at, name: event.status };
    case 'opened': {
      const { iteration, model, skipped } = event.data;
      const data = { model: model ?? undefined, iteration: iteration === 1 ? undefined : iteration, skipped };
      return { kind, at, path: event.path, attempt: later(event.attempt), name: event.agent, node: event.node, id: event.id, version: event.version ?? undefined, request: place(event.inputs), data };
    }
    case 'asked':
      return { kind, at, owner: event.owner ?? undefined, path: event.path, attempt: later(event.attempt), name: event.leaf, request: place(event.request), hash: event.request.hash, data: filled(event.data) };
    case 'reserved':
      return { kind, at, owner: event.owner ?? undefined, ref: event.ref, tokens: some(event.tokens), micros: some(event.micros), data: filled(event.data) };
    case 'done':
      return { kind, at, owner: event.owner ?? undefined, ref: event.ref, response: place(event.response), tokens: some(event.tokens), micros: some(event.micros), data: filled(event.data), wire: event.wire?.hash };
    case 'lost':
      return { kind, at, owner: event.owner ?? undefined, ref: event.ref, tokens: some(event.tokens), micros: some(event.micros), data: filled(event.data), wire: event.wire?.hash };
    case 'note':
      return { kind, at, owner: event.owner, path: event.path, name: event.step, request: placed(event.request, place), response: placed(event.response, place), data: filled(event.data) };
    case 'closed':
      return { kind, at, ref: event.ref, name: event.status, response: placed(event.response, place), tokens: some(event.tokens), micros: some(event.micros), data: filled(event.data.error === undefined ? event.data : { ...event.data, error: readable(event.data.error) }) };
    case 'ended':
      return { kind, at, name: event.status, response: placed(event.response, place), data: event.error === null ? undefined : readable(event.error) };
  }
}

function some(n: number): number | undefined {
  return n === 0 ? undefined : n;
}

function later(attempt: number): number | undefined {
  return attempt === 1 ? undefined : attempt;
}

function filled(data: object): object | undefined {
  for (const _key in data) return data;
  return undefined;
}

/** SQLite reads JSON a thousand levels deep and no further; one such event would hide its whole row from every query. */
const DEEPEST = 100;

/** An error whose data, which somebody else may have made, nests no deeper than SQLite can read: deeper data becomes its text. */
function readable(error: ErrorData): ErrorData {
  return error.data === undefined || isShallow(error.data, DEEPEST) ? error : { ...error, data: JSON.stringify(error.data) };
}

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

function placed(body: Body | null, place: PlaceBody): BodyPlace | undefined {
  return body === null ? undefined : place(body);
}

export function unpackEvent(packed: PackedEvent, seq: number, turnAt: number, read: ReadBody): JournalEvent {
  const common = { seq, at: turnAt + (packed.at ?? 0) };
  const { kind, owner = null, ref = -1, path = '', attempt = 1, name = '', tokens = 0, micros = 0 } = packed;
  // Written by packEvent, and what was tampered with is for `verify` to name.
  const data = (packed.data ?? {}) as never;
  const body = (place: BodyPlace | undefined): Body | null => (place === undefined ? null : storedBody(read(place), packed.hash ?? (typeof place === 'string' ? place : null)));
  const need = (place: BodyPlace | undefined): Body => body(place) ?? storedBody(null, null);
  switch (kind) {
    case 'started':
      return { ...common, kind, data };
    case 'status':
      return { ...common, kind, status: name as 'running' | 'waiting' };
    case 'opened': {
      const { model = null, iteration = 1, ...rest } = data as { readonly model?: string; readonly iteration?: number; readonly skipped?: true };
      return { ...common, kind, path, attempt, id: packed.id ?? '', node: packed.node ?? '', agent: name, version: packed.version ?? null, inputs: need(packed.request), data: { model, iteration, ...rest } };
    }
    case 'asked':
      return { ...common, kind, owner, path, attempt, leaf: name as LeafKind, request: need(packed.request), data };
    case 'reserved':
      return { ...common, kind, owner, ref, tokens, micros, data };
    case 'done':
      return { ...common, kind, owner, ref, response: need(packed.response), tokens, micros, data, ...wireOf(packed) };
    case 'lost':
      return { ...common, kind, owner, ref, tokens, micros, data, ...wireOf(packed) };
    case 'note':
      return { ...common, kind, owner: owner ?? -1, path, step: name as NoteKind, request: body(packed.request), response: body(packed.response), data };
    case 'closed':
      return { ...common, kind, ref, status: name as NodeStatus, response: body(packed.response), tokens, micros, data };
    case 'ended':
      return { ...common, kind, status: name as TerminalStatus, response: body(packed.response), error: packed.data === undefined ? null : (packed.data as ErrorData) };
  }
}

const NO_WIRE = {} as const;

function wireOf({ wire }: PackedEvent): { readonly wire?: Wire } {
  return wire === undefined ? NO_WIRE : { wire: { hash: wire, packed: null } };
}
