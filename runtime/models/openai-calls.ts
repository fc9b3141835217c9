import type { Json, JsonObject } from '../../protocol/json.ts';
import { arrayOf, isObject, objectOf, textOf } from './json-parts.ts';
import type { ModelEvent } from './provider.ts';

/** Reads the tool calls of one answer, and what its server wants back with them. */
export interface CallReader {
  read(delta: JsonObject): readonly ModelEvent[];
  /** Once, when the answer is complete; nothing where there were no calls. */
  carried(): readonly ModelEvent[];
}

interface Call {
  /** Its place among the calls of the answer. */
  readonly at: number;
  id: string;
  name: string;
  arguments: string;
  /** What is said of it beyond the API, such as Gemini's signature of the thought behind it. */
  extra: JsonObject | null;
}

export function createCallReader(): CallReader {
  const calls: Call[] = [];
  /** The latest call of each index. Gemini and gateways before it give several the same, or none. */
  const byIndex = new Map<number, Call>();
  let thought = '';
  let told = false;
  const readPiece = (piece: JsonObject, place: number): ModelEvent => {
    const { name: given, arguments: text } = objectOf(piece['function']);
    const id = textOf(piece['id']);
    const name = textOf(given);
    const index = typeof piece['index'] === 'number' ? piece['index'] : place;
    const known = byIndex.get(index);
    const call = known === undefined || beginsAnother(known, id, name) ? { at: calls.length, id, name: '', arguments: '', extra: null } : known;
    if (call !== known) {
      calls.push(call);
      byIndex.set(index, call);
    }
    const more = typeof text === 'string' ? text : text === undefined || text === null ? '' : JSON.stringify(text);
    call.name ||= name;
    call.arguments += more;
    if (isObject(piece['extra_content'])) call.extra = piece['extra_content'];
    return { type: 'tool', index: call.at, id, name, arguments: more };
  };
  return {
    read(delta) {
      thought += textOf(delta['reasoning_content']);
      return arrayOf(delta['tool_calls']).map((piece, place) => readPiece(objectOf(piece), place));
    },
    carried() {
      const named = calls.filter(({ name }) => name !== '');
      if (told || named.length === 0) return [];
      told = true;
      const block = { ...(thought === '' ? {} : { reasoning_content: thought }), ...(named.every(({ extra }) => extra === null) ? {} : { extra_content: named.map(({ extra }) => extra) }) };
      return Object.keys(block).length === 0 ? [] : [{ type: 'carry', block }];
    },
  };
}

/** A piece that names a function again: by another id, or without one where the call so far is whole. Old servers give a new id to every piece, but no name. */
function beginsAnother(known: Call, id: string, name: string): boolean {
  if (name === '' || known.name === '') return false;
  if (id !== '' && known.id !== '') return id !== known.id;
  return known.arguments.trimEnd().endsWith('}') && isWhole(known.arguments);
}

function isWhole(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}

/** An assistant's message with its calls, and with what their server wants back: DeepSeek what was thought, Gemini its signatures. */
export function withCarried(message: JsonObject, calls: readonly JsonObject[], carry: readonly Json[]): JsonObject {
  const { reasoning_content: thought, extra_content: extras } = Object.assign({}, ...carry.map(objectOf)) as JsonObject;
  const extraOf = (at: number): JsonObject => {
    const extra = arrayOf(extras)[at];
    return isObject(extra) ? { extra_content: extra } : {};
  };
  return { ...message, ...(typeof thought === 'string' ? { reasoning_content: thought } : {}), tool_calls: calls.map((call, at) => ({ ...call, ...extraOf(at) })) };
}
