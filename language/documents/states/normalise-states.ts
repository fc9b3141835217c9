import type { Json, JsonObject } from '../../../protocol/json.ts';
import { field, isList, isObject, withField, withoutFields } from '../json-access.ts';

/** The document with every state in one spelling: a map's `iterator` is its `itemProcessor`, its `parameters` are its `itemSelector`. */
export function normaliseStates(document: JsonObject): JsonObject {
  const spec = field(document, 'spec');
  return isObject(spec) ? withField(document, 'spec', normaliseScope(spec)) : document;
}

function normaliseScope(scope: Json): Json {
  const states = field(scope, 'states');
  if (!isObject(scope) || !isObject(states)) return scope;
  return withField(scope, 'states', Object.fromEntries(Object.entries(states).map(([name, state]) => [name, isObject(state) ? normaliseState(state) : state])));
}

function normaliseState(state: JsonObject): JsonObject {
  switch (state['type']) {
    case 'Parallel': {
      const branches = field(state, 'branches');
      return isList(branches) ? withField(state, 'branches', branches.map(normaliseScope)) : state;
    }
    case 'Map': {
      const renamed = rename(rename(state, 'iterator', 'itemProcessor'), 'parameters', 'itemSelector');
      const processor = field(renamed, 'itemProcessor');
      return processor === undefined ? renamed : withField(renamed, 'itemProcessor', normaliseScope(processor));
    }
    default:
      return state;
  }
}

function rename(state: JsonObject, from: string, to: string): JsonObject {
  const value = field(state, from);
  return value === undefined || field(state, to) !== undefined ? state : withField(withoutFields(state, from), to, value);
}
