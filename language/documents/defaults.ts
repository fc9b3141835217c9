import type { Json, JsonObject } from '../../protocol/json.ts';
import type { DocumentMemory } from './document-memory.ts';
import { field, isList, isObject, jsonEqual, objectField, textField } from './json-access.ts';
import { childSchema, follow, settle, type SchemaCursor } from './schema-walk.ts';

/** The document with every default written out, those that depend on another field included. */
export function fillDefaults(at: SchemaCursor, value: Json, memory: DocumentMemory | null = null, place = ''): Json {
  const settled = settle(at, value);
  if (isList(value)) {
    const items = childSchema(settled, 0);
    if (items === null) return value;
    const fill = (item: Json): Json => fillDefaults(items, item);
    return memory === null ? value.map(fill) : memory.row(fillDefaults, place, value, fill, { basis: items.schema });
  }
  if (!isObject(value)) return value;
  const filled = new Map<string, Json>(Object.entries(value));
  for (const [name, schema] of ownFields(settled)) {
    const present = filled.get(name) ?? defaultOf(settled, schema, filled);
    if (present !== undefined) filled.set(name, present);
  }
  for (const [name, child] of filled) {
    const schema = childSchema(settled, name);
    if (schema !== null) filled.set(name, fillDefaults(schema, child, memory, `${place}/${name}`));
  }
  return Object.fromEntries(filled);
}

/** The document without the fields that say what would hold anyway. */
export function dropDefaults(at: SchemaCursor, value: Json): Json {
  const settled = settle(at, value);
  if (isList(value)) {
    const items = childSchema(settled, 0);
    return items === null ? value : value.map((item) => dropDefaults(items, item));
  }
  if (!isObject(value)) return value;
  const original = new Map<string, Json>(Object.entries(value));
  const kept: [string, Json][] = [];
  for (const [name, child] of original) {
    const schema = childSchema(settled, name);
    const dropped = schema === null ? child : dropDefaults(schema, child);
    const standard = schema === null ? undefined : defaultOf(settled, follow(schema.root, schema.schema), original);
    if (standard === undefined || !jsonEqual(standard, dropped)) kept.push([name, dropped]);
  }
  return Object.fromEntries(kept);
}

function ownFields(at: SchemaCursor): readonly (readonly [string, JsonObject])[] {
  return Object.entries(objectField(at.schema, 'properties')).flatMap(([name, schema]) => (isObject(schema) ? [[name, follow(at.root, schema)] as const] : []));
}

function defaultOf(parent: SchemaCursor, schema: JsonObject, siblings: ReadonlyMap<string, Json>): Json | undefined {
  if (Object.hasOwn(schema, 'default')) return schema['default'];
  const dependent = field(schema, 'x-dagbook-default-by');
  if (dependent === undefined) return undefined;
  const other = textField(dependent, 'field') ?? '';
  const otherSchema = objectField(objectField(parent.schema, 'properties'), other);
  const decisive = siblings.get(other) ?? field(otherSchema, 'default');
  return typeof decisive === 'string' ? field(objectField(dependent, 'values'), decisive) : undefined;
}
