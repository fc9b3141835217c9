import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, isList, isObject, listField, objectField, textField, withField, withoutFields } from '../documents/json-access.ts';
import { documentReferences } from '../documents/references/document-references.ts';
import { childSchema, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import { schemaOf, type SchemaName } from '../documents/validate.ts';
import { writeYaml } from '../syntax/write-yaml.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

export interface SpecText {
  /** YAML that locks to the same hash, where the documents it refers to are as they were. */
  readonly text: string;
  readonly references: readonly { readonly ref: string; readonly specHash: string }[];
}

/** The canonical content of a locked version as a document, its fields in the order in which people write them. */
export function specText(kind: 'workflow' | 'agent', content: string): SpecText {
  return writtenAs(kind, content, ({ ref }) => ref);
}

/** The same with each reference by the digest it was locked to: it means what was locked, whatever the workspace holds by now. */
export function pinnedText(kind: 'workflow' | 'agent', content: string): string {
  return writtenAs(kind, content, ({ ref, specHash }) => `${ref.split('@')[0] ?? ''}@sha256:${specHash}`).text;
}

function writtenAs(kind: 'workflow' | 'agent', content: string, write: (reference: { readonly ref: string; readonly specHash: string }) => string): SpecText {
  const locked = JSON.parse(content) as JsonObject;
  const schema = schemaOf(schemaNameOf(kind, locked));
  const bare = withoutTaskAgents(withoutFields(locked, 'schema_version'));
  const references = lockedReferences(bare, schema);
  const document = unlocked(bare, references.map((reference) => ({ path: reference.path, text: write(reference) })), 0);
  return { text: writeYaml(inOrder(schema, document)), references: references.map(({ ref, specHash }) => ({ ref, specHash })) };
}

function schemaNameOf(kind: 'workflow' | 'agent', content: JsonObject): SchemaName {
  if (kind === 'agent') return 'agent';
  if (field(content, 'apiVersion') !== undefined) return 'states';
  return field(content, 'adapter') === undefined ? 'nodes-form' : 'adapter-form';
}

/** The agent that was made from an inline task is made from it again. */
function withoutTaskAgents(content: JsonObject): JsonObject {
  if (field(content, 'nodes') === undefined) return content;
  return withField(content, 'nodes', listField(content, 'nodes').map((node) => (isObject(node) ? withoutFields(node, 'task_agent') : node)));
}

interface Reference {
  readonly path: YamlPath;
  readonly ref: string;
  readonly specHash: string;
}

/** Where the schema has references; a mapping elsewhere may look like a locked one and be the author's own. */
function lockedReferences(content: JsonObject, schema: SchemaCursor): readonly Reference[] {
  const plain = everyLookalike(content) as JsonObject;
  return documentReferences(plain, schema).flatMap(({ path }) => {
    const found = path.reduce<Json>((value, segment) => (isList(value) ? value[Number(segment)] : field(value, String(segment))) ?? null, content);
    const ref = textField(found, 'ref');
    const specHash = textField(found, 'spec_hash');
    return ref === null || specHash === null ? [] : [{ path, ref, specHash }];
  });
}

function everyLookalike(value: Json): Json {
  if (isList(value)) return value.map(everyLookalike);
  if (!isObject(value)) return value;
  const ref = textField(value, 'ref');
  if (ref !== null && textField(value, 'spec_hash') !== null) return ref;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, everyLookalike(child)]));
}

function unlocked(value: Json, references: readonly { readonly path: YamlPath; readonly text: string }[], depth: number): Json {
  if (references.length === 0) return value;
  const here = references.find(({ path }) => path.length === depth);
  if (here !== undefined) return here.text;
  const below = Map.groupBy(references, ({ path }) => path[depth]);
  if (isList(value)) return value.map((item, i) => unlocked(item, below.get(i) ?? [], depth + 1));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, unlocked(child, below.get(key) ?? [], depth + 1)]));
}

/** Fields that the schema names stand in its order, before the author's own in theirs. */
function inOrder(at: SchemaCursor, value: Json): Json {
  const settled = settle(at, value);
  const below = (segment: string | number, child: Json): Json => {
    const schema = childSchema(settled, segment);
    return schema === null ? child : inOrder(schema, child);
  };
  if (isList(value)) return value.map((item, i) => below(i, item));
  if (!isObject(value)) return value;
  const known = Object.keys(objectField(settled.schema, 'properties')).filter((name) => Object.hasOwn(value, name));
  const own = Object.keys(value).filter((name) => !known.includes(name));
  return Object.fromEntries([...known, ...own].map((name) => [name, below(name, value[name] ?? null)]));
}
