import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { field, isObject, listField, objectField, textField } from '../../language/documents/json-access.ts';
import { agentSchema } from '../../language/documents/generated/agent-schema.ts';
import { modelProfileSchema } from '../../language/documents/generated/model-profile-schema.ts';
import { statesSchema } from '../../language/documents/generated/states-schema.ts';
import { validateJsonSchema } from '../../language/documents/generated/validators.js';
import { workflowSchema } from '../../language/documents/generated/workflow-schema.ts';
import { analyzeFile } from '../../language/index.ts';
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

const root = join(import.meta.dirname, '../..');
const schemas = { workflow: workflowSchema, states: statesSchema, agent: agentSchema, 'model-profile': modelProfileSchema };

interface NamedField {
  readonly name: string;
  readonly schema: JsonObject;
  readonly root: JsonObject;
}

/** Every field that a schema declares, wherever it stands. */
function fieldsOf(schema: Json, at: string, whole: JsonObject): readonly NamedField[] {
  if (Array.isArray(schema)) return schema.flatMap((item: Json, i) => fieldsOf(item, `${at}[${String(i)}]`, whole));
  if (!isObject(schema)) return [];
  const data = new Set(['default', 'examples', 'enum', 'const', 'if']);
  return Object.entries(schema).flatMap(([key, value]) => {
    if (data.has(key)) return [];
    if (key !== 'properties' || !isObject(value)) return fieldsOf(value, key === 'definitions' ? at : `${at}.${key}`, whole);
    return Object.entries(value).flatMap(([name, inner]) => [
      { name: `${at}.${name}`, schema: resolve(inner, whole), root: whole },
      ...fieldsOf(inner, `${at}.${name}`, whole),
    ]);
  });
}

function resolve(schema: Json, whole: JsonObject): JsonObject {
  const reference = textField(schema, '$ref');
  if (reference === null) return isObject(schema) ? schema : {};
  return objectField(field(whole, 'definitions'), reference.slice('#/definitions/'.length));
}

describe.each(Object.entries(schemas))('the %s schema', (name, schema) => {
  const fields = fieldsOf(schema, name, schema);

  it('is a valid JSON Schema', () => {
    expect(validateJsonSchema(schema) ? [] : validateJsonSchema.errors).toEqual([]);
  });

  it('describes every field, with an example, and ends its sentences', () => {
    expect(fields.length).toBeGreaterThan(5);
    for (const { name: place, schema: one } of fields) {
      expect(textField(one, 'description'), place).toMatch(/[.)]$/);
      expect(listField(one, 'examples').length, place).toBeGreaterThan(0);
    }
  });
});

describe('the examples in the schemas', () => {
  const examples = (owner: JsonObject): readonly (readonly [string, Json])[] =>
    Object.entries(objectField(owner, 'properties')).flatMap(([name, schema]) => listField(resolve(schema, workflowSchema), 'examples').map((example) => [name, example] as const));
  const definition = (name: string): JsonObject => objectField(field(workflowSchema, 'definitions'), name);
  const onlySchemaErrors = new Set(['unknown-field', 'wrong-type', 'unknown-value', 'out-of-range', 'malformed-value', 'too-few-items', 'missing-field', 'inline-agent', 'invalid-json-schema']);
  const mistakes = (document: JsonObject, path: string): readonly string[] =>
    analyzeFile(path, memoryWorkspace({ [path]: stringify(document) }), { sha256 }).diagnostics.filter(({ code }) => onlySchemaErrors.has(code)).map(({ message }) => message);

  it.each(examples(definition('nodesForm')))('of a workflow are valid: %s', (name, example) => {
    expect(mistakes({ name: 'T', adapter_kind: 'graph', nodes: [{ id: 'a', task: { goal: 'Go.' } }], [name]: example }, 'x.workflow.yaml')).toEqual([]);
  });

  it.each(examples(definition('node')))('of a node are valid: %s', (name, example) => {
    expect(mistakes({ name: 'T', adapter_kind: 'graph', nodes: [{ id: 'a', [name]: example }] }, 'x.workflow.yaml')).toEqual([]);
  });

  it.each(examples(definition('adapterForm')))('of the adapter form are valid: %s', (name, example) => {
    expect(mistakes({ name: 'T', adapter: 'LangGraphAdapter', [name]: example }, 'x.workflow.yaml')).toEqual([]);
  });

  const agentExamples = Object.entries(objectField(agentSchema, 'properties')).flatMap(([name, schema]) => listField(resolve(schema, agentSchema), 'examples').map((example) => [name, example] as const));
  it.each(agentExamples)('of an agent are valid: %s', (name, example) => {
    expect(mistakes({ name: 'a', role: 'custom', [name]: example }, 'x.agent.yaml')).toEqual([]);
  });
});

describe('generated files', () => {
  it('are fresh (npm run generate mends them)', () => {
    const output = execFileSync(process.execPath, [join(root, 'scripts/generate.mjs'), '--check'], { cwd: root, encoding: 'utf8' });
    expect(output).toBe('');
  });
});
