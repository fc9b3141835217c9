import type { Json, JsonObject } from '../../protocol/json.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { AnalysisMemory } from './analysis-memory.ts';
import { isList, isObject } from './json-access.ts';
import { childSchema, follow, settle, type SchemaCursor } from './schema-walk.ts';

/** A field as a finder sees it: not where it stands, so that the answer holds wherever an edit moves it. */
export interface FieldInSight {
  readonly name: string | number;
  /** `$ref` followed, alternatives still open. */
  readonly schema: JsonObject;
  /** The alternative the value is written as; the same as `schema` where there are none. */
  readonly settled: JsonObject;
  readonly value: Json;
  readonly parent: Json;
}

export interface FieldFinder<T> {
  /** What is worth knowing about a field (null = nothing), and whether to look below it too. */
  readonly find: (at: FieldInSight) => { readonly found: T | null; readonly deeper: boolean };
}

export interface FoundField<T> {
  readonly path: YamlPath;
  readonly found: T;
}

/** A key that is renamed has a new value too, so a remembered answer may depend on the name. Collections with fewer children are looked through as quickly as remembered. */
const MANY = 4;

/** Asks a finder about every field and item the schema knows, outside in, in document order. */
export function findFields<T>(finder: FieldFinder<T>, start: SchemaCursor, value: Json, memory: AnalysisMemory): readonly FoundField<T>[] {
  return below(finder, settle(start, value), value, memory);
}

interface Remembered<T> {
  readonly schema: JsonObject;
  readonly fields: readonly FoundField<T>[];
}

function below<T>(finder: FieldFinder<T>, at: SchemaCursor, value: Json, memory: AnalysisMemory): readonly FoundField<T>[] {
  const found: FoundField<T>[] = [];
  // Looked up once, not for each of ten thousand items.
  const remembered = memory.table<Remembered<T>>(finder);
  const visit = (name: string | number, child: Json, unsettled: SchemaCursor, remember: boolean): void => {
    const key = remember && isObject(child) ? child : null;
    const known = key === null ? undefined : remembered.get(key);
    const fields = known?.schema === unsettled.schema ? known.fields : inField(finder, name, unsettled, child, value, memory);
    if (key !== null && fields !== known?.fields) remembered.set(key, { schema: unsettled.schema, fields });
    for (const { path, found: what } of fields) found.push({ path: [name, ...path], found: what });
  };
  if (isList(value)) {
    const items = childSchema(at, 0);
    if (items !== null) for (let i = 0; i < value.length; i += 1) visit(i, value[i] ?? null, items, value.length >= MANY);
  } else if (isObject(value)) {
    const names = Object.keys(value);
    for (const name of names) {
      const unsettled = childSchema(at, name);
      if (unsettled !== null) visit(name, value[name] ?? null, unsettled, names.length >= MANY);
    }
  }
  return found;
}

function inField<T>(finder: FieldFinder<T>, name: string | number, unsettled: SchemaCursor, child: Json, parent: Json, memory: AnalysisMemory): readonly FoundField<T>[] {
  const settled = settle(unsettled, child);
  const schema = follow(unsettled.root, unsettled.schema);
  const { found, deeper } = finder.find({ name, schema, settled: settled.schema, value: child, parent });
  const inside = deeper ? below(finder, settled, child, memory) : [];
  return found === null ? inside : [{ path: [], found }, ...inside];
}
