import type { Json, JsonObject } from '../../protocol/json.ts';
import type { DocumentKind } from '../documents/document-kind.ts';
import { field, isList, isObject, listField, textField } from '../documents/json-access.ts';
import { childSchema, follow, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import { schemaOf } from '../documents/validate.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { withVocabulary } from './free-vocabulary.ts';

/** The schema a document of this kind is read by. */
export function schemaOfDocument(kind: DocumentKind, json: Json): SchemaCursor {
  switch (kind) {
    case 'workflow':
      return schemaOf(isAdapterForm(json) ? 'adapter-form' : 'nodes-form');
    case 'agent':
    case 'model-profile':
    case 'states':
      return schemaOf(kind);
  }
}

function isAdapterForm(json: Json): boolean {
  const has = (key: string): boolean => field(json, key) !== undefined;
  return has('adapter') && !has('adapter_kind') && !has('nodes');
}

/**
 * Every schema a value at this path may have, `$ref`s followed. Where the document says which alternative it is, that
 * one; while it is still being typed, all of them.
 */
export function candidateSchemas(root: SchemaCursor, json: Json, path: YamlPath): readonly SchemaCursor[] {
  let at: readonly SchemaCursor[] = [root];
  let value: Json = json;
  for (const segment of path) {
    at = at.flatMap((cursor) => openAlternatives(cursor, value)).flatMap((cursor) => childSchema(cursor, segment) ?? []);
    value = (isList(value) ? value[Number(segment)] : field(value, String(segment))) ?? null;
  }
  return at.map((cursor) => ({ root: cursor.root, schema: follow(cursor.root, cursor.schema) }));
}

/** The alternative the value is written as, or all of them where nothing decides. */
export function openAlternatives(cursor: SchemaCursor, value: Json): readonly SchemaCursor[] {
  const schema = follow(cursor.root, cursor.schema);
  const alternatives = listField(schema, 'oneOf').filter(isObject);
  if (alternatives.length === 0) return [withVocabulary({ root: cursor.root, schema })];
  const settled = settle(cursor, value);
  if (settled.schema !== schema) return [withVocabulary(settled)];
  return alternatives.map((alternative) => withVocabulary({ root: cursor.root, schema: follow(cursor.root, alternative) }));
}

/** The schema of a field as its author finds it documented, and the names it refers to where it refers to something. */
export interface FieldSchema {
  readonly schema: JsonObject;
  /** `node`, `agent`, `workflow`, `schema`, …, as `x-dagbook-reference` says; null = refers to nothing. */
  readonly reference: string | null;
  /** `node`, `when`, `workflow`: expressions act here; null = they do not. */
  readonly expression: string | null;
}

/** Null where the schema says nothing about the path: below free-form fields, and for unknown ones. */
export function fieldSchemaAt(root: SchemaCursor, json: Json, path: YamlPath): FieldSchema | null {
  let at: SchemaCursor | null = root;
  let value: Json = json;
  let reference: string | null = null;
  let expression: string | null = null;
  for (const segment of path) {
    const parent: SchemaCursor | null = at === null ? null : settle(at, value);
    at = parent === null ? null : childSchema(parent, segment);
    value = (isList(value) ? value[Number(segment)] : field(value, String(segment))) ?? null;
    if (at === null) {
      if (expression === null) return null;
      continue;
    }
    const schema = follow(at.root, at.schema);
    const inherited: string | null = typeof segment === 'number' ? reference : null;
    reference = textField(schema, 'x-dagbook-reference') ?? textField(settle(at, value).schema, 'x-dagbook-reference') ?? inherited;
    expression ??= textField(schema, 'x-dagbook-expression');
  }
  return { schema: at === null ? {} : follow(at.root, at.schema), reference, expression };
}
