import type { Json, JsonObject } from '../protocol/json.ts';
import { listOf, objectOf } from './json-shapes.ts';

const DEEPEST = 4;

/** A value that fits a form, or nearly: what a person copies and then edits. */
export function sampleAnswer(form: JsonObject, depth = 0): Json {
  const { const: only, enum: choices, default: byDefault, examples } = form;
  if (only !== undefined) return only;
  if (byDefault !== undefined) return byDefault;
  const [sample] = [...listOf(choices), ...listOf(examples)];
  if (sample !== undefined) return sample;
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
  const properties = objectOf(form['properties']);
  const required = listOf(form['required']).filter((name) => typeof name === 'string');
  const names = required.length > 0 ? required : Object.keys(properties);
  return Object.fromEntries(names.map((name) => [name, sampleAnswer(objectOf(properties[name]), depth + 1)]));
}

function typeOf(form: JsonObject): string {
  const named = typeof form['type'] === 'string' ? form['type'] : listOf(form['type']).find((one) => typeof one === 'string' && one !== 'null');
  if (typeof named === 'string') return named;
  return 'properties' in form ? 'object' : 'string';
}
