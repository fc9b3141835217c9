import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, isList, isObject, jsonEqual, listField, objectField } from './json-access.ts';
import { orList } from './nearest-word.ts';

/**
 * Why a value does not satisfy a JSON Schema that an author wrote, as a clause after its name; null where nothing speaks
 * against it. What it does not know it lets pass (`$ref`, `anyOf`, `format`, …), so it is never wrong about a mistake.
 */
export function misfit(value: Json, schema: Json): string | null {
  if (schema === false) return 'nothing may stand here';
  if (!isObject(schema)) return null;
  return wrongKind(value, schema) ?? wrongWord(value, schema) ?? wrongSize(value, schema) ?? wrongPart(value, schema);
}

function wrongKind(value: Json, schema: JsonObject): string | null {
  const type = schema['type'] ?? null;
  const types = (isList(type) ? type : [type]).filter((each) => typeof each === 'string');
  if (types.length === 0 || types.some((each) => isOf(value, each))) return null;
  if (types.length === 1 && types[0] === 'boolean') return `${inWords(value)} is neither true nor false`;
  return types.every((each) => kinds.has(each)) ? `${inWords(value)} is no ${orList(types.map((each) => kinds.get(each) ?? each))}` : null;
}

const kinds: ReadonlyMap<string, string> = new Map([
  ['string', 'text'], ['integer', 'whole number'], ['number', 'number'], ['boolean', 'true or false'], ['array', 'list'], ['object', 'mapping'], ['null', 'null'],
]);

function isOf(value: Json, type: string): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'number':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'array':
      return isList(value);
    case 'object':
      return isObject(value);
    case 'null':
      return value === null;
    default:
      return true;
  }
}

function wrongWord(value: Json, schema: JsonObject): string | null {
  const constant = field(schema, 'const');
  if (constant !== undefined && !jsonEqual(constant, value)) return `${inWords(value)} is not ${inWords(constant)}`;
  const allowed = listField(schema, 'enum');
  if (allowed.length > 0 && !allowed.some((each) => jsonEqual(each, value))) return `${inWords(value)} is not one of ${allowed.map(inWords).join(', ')}`;
  const pattern = field(schema, 'pattern');
  if (typeof value !== 'string' || typeof pattern !== 'string') return null;
  try {
    return new RegExp(pattern, 'u').test(value) ? null : `${inWords(value)} does not have the form ${pattern}`;
  } catch {
    return null;
  }
}

function wrongSize(value: Json, schema: JsonObject): string | null {
  const outside = (size: number, lowest: string, highest: string, what: string): string | null => {
    const [least, most] = [field(schema, lowest), field(schema, highest)];
    if (typeof least === 'number' && size < least) return `${inWords(value)} has fewer than ${least} ${what}`;
    return typeof most === 'number' && size > most ? `${inWords(value)} has more than ${most} ${what}` : null;
  };
  if (typeof value === 'string') return outside(Array.from(value).length, 'minLength', 'maxLength', 'characters');
  if (isList(value)) return outside(value.length, 'minItems', 'maxItems', 'items');
  if (typeof value !== 'number') return null;
  const [least, most, above, below] = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((name) => field(schema, name));
  if (typeof least === 'number' && value < least) return `${value} is less than ${least}`;
  if (typeof most === 'number' && value > most) return `${value} is more than ${most}`;
  if (typeof above === 'number' && value <= above) return `${value} is not above ${above}`;
  return typeof below === 'number' && value >= below ? `${value} is not below ${below}` : null;
}

function wrongPart(value: Json, schema: JsonObject): string | null {
  if (isList(value)) {
    const items = field(schema, 'items');
    if (!isObject(items) || field(schema, 'prefixItems') !== undefined) return null;
    return value.map((item) => misfit(item, items)).find((each) => each !== null) ?? null;
  }
  if (!isObject(value)) return null;
  const missing = listField(schema, 'required').filter((name) => typeof name === 'string').find((name) => field(value, name) === undefined);
  if (missing !== undefined) return `it lacks "${missing}"`;
  const known = objectField(schema, 'properties');
  const unknown = field(schema, 'additionalProperties') === false && field(schema, 'patternProperties') === undefined ? Object.keys(value).find((key) => !Object.hasOwn(known, key)) : undefined;
  if (unknown !== undefined) return `it may not have "${unknown}"`;
  return Object.entries(value).map(([key, item]) => (Object.hasOwn(known, key) ? misfit(item, known[key] ?? null) : null)).find((each) => each !== null) ?? null;
}

function inWords(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
