import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Problem } from '../syntax/problem.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { agentSchema } from './generated/agent-schema.ts';
import { modelProfileSchema } from './generated/model-profile-schema.ts';
import { validateAdapterForm, validateAgent, validateModelProfile, validateNodesForm, validateStates, type Validator } from './generated/validators.js';
import { statesSchema } from './generated/states-schema.ts';
import { workflowSchema } from './generated/workflow-schema.ts';
import { field, isList, isObject, withoutFields } from './json-access.ts';
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
  const findings = schemaFindings(validator.errors ?? [], schemaOf(schemaName), document.json, tree);
  const pruned = findings.reduce<Json>((json, finding) => (finding.unusable === null ? json : without(json, finding.unusable)), document.json);
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

function without(json: Json, path: YamlPath): Json {
  const [segment, ...below] = path;
  if (segment === undefined) return null;
  if (isList(json)) return json.map((item, i) => (i === segment ? without(item, below) : item));
  if (!isObject(json)) return json;
  const name = String(segment);
  if (below.length === 0) return withoutFields(json, name);
  return Object.fromEntries(Object.entries(json).map(([key, child]) => [key, key === name ? without(child, below) : child]));
}
