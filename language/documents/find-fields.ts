import type { Json, JsonObject } from '../../protocol/json.ts';
import { entriesOf } from '../syntax/json-entries.ts';
import { samePath, type YamlPath } from '../syntax/yaml-path.ts';
import type { DocumentMemory } from './document-memory.ts';
import { isList, isObject } from './json-access.ts';
import { childSchema, follow, settle, type SchemaCursor } from './schema-walk.ts';

/** A field as a finder sees it: not where it stands. */
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
  /** Whether two finds say the same; then the list of all finds is the very same one after an edit. */
  readonly same?: (a: T, b: T) => boolean;
  /** What is worth knowing about a field (null = nothing), and whether to look below it too. */
  readonly find: (at: FieldInSight) => { readonly found: T | null; readonly deeper: boolean };
}

export interface FoundField<T> {
  readonly path: YamlPath;
  readonly found: T;
}

/** Asks a finder about every field and item the schema knows, outside in, in document order. */
export function findFields<T>(finder: FieldFinder<T>, start: SchemaCursor, value: Json, memory: DocumentMemory): readonly FoundField<T>[] {
  return below(finder, settle(start, value), value, [], memory);
}

function below<T>(finder: FieldFinder<T>, at: SchemaCursor, value: Json, path: YamlPath, memory: DocumentMemory): readonly FoundField<T>[] {
  const sameResult = (a: readonly FoundField<T>[], b: readonly FoundField<T>[]): boolean => sameFinds(finder, a, b);
  if (isList(value)) {
    const items = childSchema(at, 0);
    if (items === null) return [];
    const look = (child: Json, index: number): readonly FoundField<T>[] => inField(finder, 0, items, child, value, [...path, index], memory);
    return memory.flat(memory.row(finder, path.join('/'), value, look, { basis: items.schema, byIndex: true, sameResult }));
  }
  if (!isObject(value)) return [];
  const fields = entriesOf(value);
  const look = ([name, child]: Entry): readonly FoundField<T>[] => {
    const schema = childSchema(at, name);
    return schema === null ? [] : inField(finder, name, schema, child, value, [...path, name], memory);
  };
  // Declared fields may depend on one another; what stands under names that an author gave does not.
  const rows = Object.hasOwn(at.schema, 'properties') ? fields.map(look) : memory.row(finder, path.join('/'), fields, look, { basis: at.schema, sameValue: sameEntry, sameResult });
  return memory.flat(rows);
}

type Entry = readonly [name: string, child: Json];

function sameEntry(a: Entry, b: Entry): boolean {
  return a[1] === b[1] && a[0] === b[0];
}

function sameFinds<T>({ same }: FieldFinder<T>, a: readonly FoundField<T>[], b: readonly FoundField<T>[]): boolean {
  return a === b || (a.length === b.length && a.every((one, i) => {
    const other = b[i];
    return other !== undefined && same?.(one.found, other.found) === true && samePath(one.path, other.path);
  }));
}

function inField<T>(finder: FieldFinder<T>, name: string | number, unsettled: SchemaCursor, child: Json, parent: Json, path: YamlPath, memory: DocumentMemory): readonly FoundField<T>[] {
  const settled = settle(unsettled, child);
  const schema = follow(unsettled.root, unsettled.schema);
  const { found, deeper } = finder.find({ name, schema, settled: settled.schema, value: child, parent });
  const inside = deeper ? below(finder, settled, child, path, memory) : [];
  return found === null ? inside : [{ path, found }, ...inside];
}
