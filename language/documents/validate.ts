import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Problem } from '../syntax/problem.ts';
import { withValues } from '../syntax/json-entries.ts';
import { YamlPlaces, type YamlPath } from '../syntax/yaml-path.ts';
import { agentSchema } from './generated/agent-schema.ts';
import { modelProfileSchema } from './generated/model-profile-schema.ts';
import { validateAdapterForm, validateAgent, validateModelProfile, validateNodesForm, validateStates, type Validator } from './generated/validators.js';
import { statesSchema } from './generated/states-schema.ts';
import { workflowSchema } from './generated/workflow-schema.ts';
import { field, isList, isObject } from './json-access.ts';
import type { ParsedDocument } from './parse-documents.ts';
import { schemaFindings } from './schema-errors.ts';
import { cursor, type SchemaCursor } from './schema-walk.ts';

export type SchemaName = 'nodes-form' | 'adapter-form' | 'states' | 'agent' | 'model-profile';

export interface ValidatedDocument {
  readonly schemaName: SchemaName;
  /**
   * The document as written, without the values that its schema refuses: every field that is there has the type its
   * schema gives it. Items of lists that are refused become null, so that indices stay.
   */
  readonly value: JsonObject;
  readonly problems: readonly Problem[];
}

export function validateDocument(document: ParsedDocument): ValidatedDocument {
  const schemaName = document.kind === 'workflow' ? workflowForm(document.json) : document.kind;
  const { tree } = document;
  if (tree === null) return { schemaName, value: {}, problems: [] };
  const validator = validatorOf(schemaName);
  if (validator(document.json)) return { schemaName, value: isObject(document.json) ? document.json : {}, problems: [] };
  const findings = schemaFindings(validator.errors ?? [], schemaOf(schemaName), document.json, new YamlPlaces(tree));
  const pruned = without(document.json, findings.flatMap(({ unusable }) => (unusable === null ? [] : [unusable])), 0);
  return { schemaName, value: isObject(pruned) ? pruned : {}, problems: findings.map((finding) => finding.problem) };
}

/** Nodes make it the nodes form, even where an `adapter` stands beside them by mistake. */
function workflowForm(json: Json): SchemaName {
  const has = (key: string): boolean => field(json, key) !== undefined;
  return has('adapter') && !has('adapter_kind') && !has('nodes') ? 'adapter-form' : 'nodes-form';
}

function validatorOf(name: SchemaName): Validator {
  switch (name) {
    case 'nodes-form':
      return validateNodesForm;
    case 'adapter-form':
      return validateAdapterForm;
    case 'states':
      return validateStates;
    case 'agent':
      return validateAgent;
    case 'model-profile':
      return validateModelProfile;
  }
}

export function schemaOf(name: SchemaName): SchemaCursor {
  switch (name) {
    case 'nodes-form':
      return cursor(workflowSchema, 'nodesForm');
    case 'adapter-form':
      return cursor(workflowSchema, 'adapterForm');
    case 'states':
      return cursor(statesSchema);
    case 'agent':
      return cursor(agentSchema);
    case 'model-profile':
      return cursor(modelProfileSchema);
  }
}

/** All at once: a document of thousands of states may have a mistake in each. Items become null, so that indices stay. */
function without(json: Json, paths: readonly YamlPath[], depth: number): Json {
  if (paths.length === 0) return json;
  if (paths.some((path) => path.length === depth)) return null;
  const below = Map.groupBy(paths, (path) => path[depth]);
  if (isList(json)) return json.map((item, i) => without(item, below.get(i) ?? [], depth + 1));
  if (!isObject(json)) return json;
  const changed = [...below].flatMap(([segment, own]): [string, Json | undefined][] => {
    const key = String(segment);
    if (!Object.hasOwn(json, key)) return [];
    return [[key, own.some((path) => path.length === depth + 1) ? undefined : without(json[key] ?? null, own, depth + 1)]];
  });
  return withValues(json, new Map(changed));
}
