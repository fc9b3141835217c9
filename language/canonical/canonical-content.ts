import canonicalize from 'canonicalize';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { dropDefaults } from '../documents/defaults.ts';
import { field, isList, isObject, textField, withField, withoutFields } from '../documents/json-access.ts';
import { normaliseStates } from '../documents/states/normalise-states.ts';
import { schemaOf, type SchemaName } from '../documents/validate.ts';
import { normaliseKinds } from '../documents/workflow/normalise-kind.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** Raised when the meaning of a field changes, so that an old hash keeps its old meaning. */
export const schemaVersion = 1;

/** A field of a document with what stands in its place in canonical content. */
export interface Replacement {
  readonly path: YamlPath;
  readonly value: Json;
}

/** A reference as it is hashed. */
export function lockedReference(ref: string, specHash: string): JsonObject {
  return { ref, spec_hash: specHash };
}

/**
 * A validated document as canonical JSON (RFC 8785): aliases and merge keys are resolved by now; here fields that say
 * what would hold anyway go, spellings that mean the same become one, and references carry the hash of what they name.
 */
export function canonicalContent(kind: 'workflow' | 'states' | 'agent', value: JsonObject, replacements: readonly Replacement[]): string {
  const replaced = replaceAll(value, replacements, 0);
  const document = isObject(replaced) ? replaced : {};
  const { schema, normal } = normalForm(kind, document);
  const short = dropDefaults(schemaOf(schema), normal);
  return canonicalJson(withField(isObject(short) ? short : {}, 'schema_version', schemaVersion));
}

function normalForm(kind: 'workflow' | 'states' | 'agent', document: JsonObject): { readonly schema: SchemaName; readonly normal: JsonObject } {
  switch (kind) {
    case 'agent':
      return { schema: 'agent', normal: normaliseModel(document) };
    case 'states':
      return { schema: 'states', normal: normaliseStates(document) };
    case 'workflow':
      return { schema: field(document, 'adapter') === undefined ? 'nodes-form' : 'adapter-form', normal: normaliseKinds(document) };
  }
}

export function canonicalJson(value: Json): string {
  return canonicalize(value) ?? 'null';
}

/** `model.name` is another spelling of `model.model`. */
function normaliseModel(agent: JsonObject): JsonObject {
  const model = field(agent, 'model');
  const name = textField(model, 'name');
  if (!isObject(model) || name === null || textField(model, 'model') !== null) return agent;
  return withField(agent, 'model', withField(withoutFields(model, 'name'), 'model', name));
}

/** All at once: a workflow of ten thousand nodes has ten thousand replacements. */
function replaceAll(json: Json, replacements: readonly Replacement[], depth: number): Json {
  const here = replacements.find(({ path }) => path.length === depth);
  if (here !== undefined) return here.value;
  if (replacements.length === 0) return json;
  const below = Map.groupBy(replacements, ({ path }) => path[depth]);
  if (isList(json)) return json.map((item, i) => replaceAll(item, below.get(i) ?? [], depth + 1));
  if (!isObject(json)) return json;
  const added = [...below.keys()].filter((key) => typeof key === 'string' && !Object.hasOwn(json, key)) as string[];
  return Object.fromEntries([...Object.keys(json), ...added].map((key) => [key, replaceAll(json[key] ?? null, below.get(key) ?? [], depth + 1)]));
}
