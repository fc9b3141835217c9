import type { Json, JsonObject } from '../protocol/json.ts';

const DEEPEST = 4;

/** A value that fits a form, or nearly: what a person copies and then edits. */
export function sampleAnswer(form: JsonObject, depth = 0): Json {
  const { const: only, enum: choices, default: byDefault, examples } = form;
  if (only !== undefined) return only;
  if (byDefault !== undefined) return byDefault;
  if (Array.isArray(choices) && choices.length > 0) return choices[0] as Json;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as Json;
  switch (typeOf(form)) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return typeof form['minimum'] === 'number' ? form['minimum'] : 1;
    case 'array':
      return [];
    case 'null':
      return null;
    case 'object':
      return depth >= DEEPEST ? {} : sampleObject(form, depth);
    default:
      return 'text';
  }
}

/** The required fields; all of them where none is. */
function sampleObject(form: JsonObject, depth: number): Json {
  const properties = asObject(form['properties']);
  const required = Array.isArray(form['required']) ? form['required'].filter((name) => typeof name === 'string') : [];
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, sampleAnswer(asObject(properties[name]), depth + 1)]));
}

function typeOf(form: JsonObject): string {
  const { type } = form;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return type.find((one) => typeof one === 'string' && one !== 'null') ?? 'string';
  return 'properties' in form ? 'object' : 'string';
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
