import type { Json, JsonObject } from '../../protocol/json.ts';
import { writeInline } from '../syntax/write-yaml.ts';
import { field, isList, isObject, listField, objectField, textField } from './json-access.ts';
import { typeNames } from './schema-mistakes.ts';
import { follow, type SchemaCursor } from './schema-walk.ts';

/** What a value that its schema refuses most likely means, as YAML of one line; null where nothing is near. */
export function meantValue(value: Json, { root, schema }: SchemaCursor): string | null {
  const alternatives = listField(schema, 'oneOf').filter(isObject);
  const meant = (alternatives.length === 0 ? [schema] : alternatives).flatMap((one) => {
    const followed = follow(root, one);
    const { type = null } = followed;
    return (isList(type) ? type : [type]).map((each) => meantAs(value, each, { root, schema: followed }));
  });
  return meant.find((one) => one !== null) ?? null;
}

function meantAs(value: Json, type: Json, at: SchemaCursor): string | null {
  switch (type) {
    case 'boolean':
      return truth(value);
    case 'integer':
    case 'number':
      return numberIn(value, at.schema);
    case 'string':
      return textIn(value, at.schema);
    case 'array':
      return listOf(value, at);
    case 'object': {
      const mapping = mappingOf(value, at);
      return mapping === null ? null : writeInline(mapping);
    }
    default:
      return null;
  }
}

function truth(value: Json): string | null {
  if (value === 0 || value === 1) return String(value === 1);
  if (typeof value !== 'string') return null;
  if (/^(?:true|yes|y|on|1)$/i.test(value)) return 'true';
  return /^(?:false|no|n|off|0)$/i.test(value) ? 'false' : null;
}

/** `4_000`, `4k`, `$0.50`, `5s` and `"4000"`. */
function numberIn(value: Json, schema: JsonObject): string | null {
  if (typeof value !== 'string') return null;
  const written = /^(?:\$|€|USD\s*)?\s*(-?[\d_,]*\.?\d+)\s*(k|m|s|sec|secs|seconds|min|minutes|h|%|usd|\$)?$/i.exec(value.trim());
  const number = Number((written?.[1] ?? 'none').replace(/[_,]/g, ''));
  if (!Number.isFinite(number)) return null;
  const factors = new Map([['k', 1000], ['min', 60], ['minutes', 60], ['h', 3600]]);
  const unit = written?.[2]?.toLowerCase() ?? '';
  // Minutes or a million: nobody can tell.
  const meant = unit === 'm' ? Number.NaN : unit === '%' ? number / 100 : number * (factors.get(unit) ?? 1);
  return Number.isFinite(meant) && (textField(schema, 'type') !== 'integer' || Number.isInteger(meant)) ? String(meant) : null;
}

function textIn(value: Json, schema: JsonObject): string | null {
  if (textField(schema, 'x-dagbook-reference') === 'schema') return null;
  if (typeof value === 'number' || typeof value === 'boolean') return fits(String(value), schema) ? JSON.stringify(String(value)) : null;
  if (!isList(value)) return null;
  const [only, second] = value;
  return second === undefined && typeof only === 'string' && fits(only, schema) ? writeInline(only) : null;
}

/** `a` and `a, b` as lists. */
function listOf(value: Json, at: SchemaCursor): string | null {
  if (typeof value !== 'string' || /^(?:|none|nil|undefined|n\/a|-)$/i.test(value.trim())) return null;
  if (/^\[.*\]$/.test(value)) return value;
  const items = field(at.schema, 'items');
  const item = isObject(items) ? follow(at.root, items) : {};
  const kinds = [item, ...listField(item, 'oneOf').filter(isObject)];
  if (kinds.some((kind) => textField(kind, 'type') === 'string')) {
    const parts = value.split(',').map((part) => part.trim());
    return writeInline(parts.every((part) => /^[\w.-]+$/.test(part)) ? parts : [value]);
  }
  const mapping = mappingOf(value, { root: at.root, schema: item });
  return mapping === null ? null : writeInline([mapping]);
}

/** A scalar as the one field that such a mapping cannot do without, and `a -> b` or `[a, b]` as two. */
function mappingOf(value: Json, { root, schema }: SchemaCursor): JsonObject | null {
  if (isObject(value)) return null;
  if (schema['x-dagbook-json-schema'] === true) return typeof value === 'string' && typeNames.includes(value) ? { type: value } : null;
  const required = listField(schema, 'required').filter((name) => typeof name === 'string');
  const shorthand = textField(schema, 'x-dagbook-shorthand');
  const names = shorthand === null ? required : [shorthand];
  const ends = isList(value) ? value : typeof value === 'string' ? (/^([\w-]+)\s*(?:-+>|=+>|→|>)\s*([\w-]+)$/.exec(value)?.slice(1) ?? []) : [];
  const parts = names.length === 2 && ends.length === 2 ? ends : names.length === 1 && !isList(value) ? [value] : [];
  const fields = parts.map((part, i): readonly [string, Json | null] => [names[i] ?? '', fieldOf(part, follow(root, objectField(objectField(schema, 'properties'), names[i] ?? '')))]);
  return fields.length > 0 && fields.every(([, part]) => part !== null) ? Object.fromEntries(fields) : null;
}

function fieldOf(value: Json, schema: JsonObject): Json | null {
  if (fits(value, schema)) return value;
  return textField(schema, 'type') === 'array' && fits(value, objectField(schema, 'items')) ? [value] : null;
}

function fits(value: Json, schema: JsonObject): boolean {
  const allowed = field(schema, 'enum') ?? (Object.hasOwn(schema, 'const') ? [schema['const'] ?? null] : undefined);
  if (isList(allowed)) return allowed.includes(value);
  switch (textField(schema, 'type')) {
    case 'string': {
      const pattern = textField(schema, 'pattern');
      return typeof value === 'string' && value !== '' && (pattern === null || new RegExp(pattern, 'u').test(value));
    }
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    default:
      return false;
  }
}
