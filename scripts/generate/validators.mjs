import Ajv, { _ } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import draft07 from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' };
import { build } from 'esbuild';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strip } from './strip.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** Ajv's validators as code that needs no eval, in one file without imports. */
export async function generateValidators(schemas) {
  const ajv = new Ajv.default({
    allErrors: true,
    strict: false,
    validateFormats: false,
    meta: false,
    validateSchema: false,
    addUsedSchema: false,
    unicodeRegExp: true,
    code: { source: true, esm: true },
  });
  // Stands at the end of a chain of alternatives when none was meant.
  ajv.addKeyword({
    keyword: 'x-dagbook-never',
    schemaType: 'boolean',
    code: (context) => context.fail(_`true`),
    error: { message: 'fits no alternative', params: () => _`{}` },
  });
  // Leaves its name in the code of the definition it stands in.
  ajv.addKeyword({ keyword: PART, schemaType: 'string', code: ({ gen, schema }) => gen.code(_`${marker(schema)}`) });
  const [workflow, states, agent, profile] = ['workflow', 'states', 'agent', 'model-profile'].map((name) => discriminate(strip(schemas[name], isAnnotation)));
  // What a document may have thousands of, of which an edit touches one.
  const parts = { node: workflow.definitions.node, state: states.definitions.state };
  for (const [name, schema] of Object.entries(parts)) schema[PART] = name;
  const { definitions } = workflow;
  const exported = {
    validateNodesForm: { $id: 'nodes-form', $ref: '#/definitions/nodesForm', definitions },
    validateAdapterForm: { $id: 'adapter-form', $ref: '#/definitions/adapterForm', definitions },
    validateStates: { ...states, $id: 'states' },
    validateAgent: { ...agent, $id: 'agent' },
    validateModelProfile: { ...profile, $id: 'model-profile' },
    validateJsonSchema: { ...strip(draft07, isAnnotation), $id: 'json-schema' },
  };
  for (const schema of Object.values(exported)) ajv.addSchema({ ...schema, $schema: undefined });
  const ids = Object.fromEntries(Object.entries(exported).map(([name, schema]) => [name, schema.$id]));
  const code = remembering(standaloneCode.default(ajv, ids), Object.keys(parts));
  const banner = '// Generated from schemas/ by scripts/generate.mjs. Do not edit.';
  return new Map([
    ['language/documents/generated/validators.js', `${banner}\n${await bundle(code)}`],
    ['language/documents/generated/validators.d.ts', declarations(banner, Object.keys(exported))],
  ]);
}

/** The keyword that names a part. */
const PART = 'x-part';

/** @param {string} part */
function marker(part) {
  return `part: ${part}`;
}

/**
 * The validators of parts, made to remember the values that they have found valid: a value never changes, and after an edit all parts but the
 * edited one are the very same objects.
 */
function remembering(code, parts) {
  return parts.reduce((written, part) => {
    const [before, , ...more] = written.split(`"${marker(part)}"`);
    const name = /.*function (validate\d+)\(/s.exec(before)?.[1];
    if (name === undefined || more.length > 0) throw new Error(`No function of its own validates a ${part}.`);
    const wrapped = `const valid_${name} = new WeakSet();
function ${name}(data, context) {
  const valid = first_${name}(data, context);
  if (valid) valid_${name}.add(data);
  return valid;
}
`;
    const calls = new RegExp(`!\\(${name}\\(([\\w[\\]]+), `, 'g');
    if (!calls.test(written)) throw new Error(`Nobody asks whether a ${part} is valid.`);
    // Asked before the call, which makes a text of where the part stands.
    return written.replace(`function ${name}(`, `${wrapped}function first_${name}(`).replace(calls, `!(valid_${name}.has($1) || ${name}($1, `);
  }, code);
}

async function bundle(contents) {
  const result = await build({
    stdin: { contents, resolveDir: root, sourcefile: 'validators.js', loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['main'],
    target: 'es2022',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
  });
  return result.outputFiles[0].text;
}

/** What a validator does not read only makes it slower to load. */
function isAnnotation(keyword) {
  return ['description', 'title', 'examples', 'default', 'format', '$comment'].includes(keyword) || keyword.startsWith('x-dagbook');
}

function declarations(banner, names) {
  return [
    banner,
    '/** One error as ajv reports it. */',
    'export interface ValidationError {',
    '  readonly instancePath: string;',
    '  readonly schemaPath: string;',
    '  readonly keyword: string;',
    '  readonly params: Readonly<Record<string, unknown>>;',
    '  readonly message?: string;',
    '}',
    '',
    '/** Validates a JSON value; after a false answer `errors` tells why. */',
    'export interface Validator {',
    '  (value: unknown): boolean;',
    '  errors?: readonly ValidationError[] | null;',
    '}',
    '',
    ...names.map((name) => `export const ${name}: Validator;`),
    '',
  ].join('\n');
}

/**
 * `oneOf` to a chain of if/then/else on the field that tells the alternatives apart, so that only the errors of the one
 * the author meant are reported.
 */
function discriminate(schema) {
  if (Array.isArray(schema)) return schema.map(discriminate);
  if (schema === null || typeof schema !== 'object') return schema;
  const { oneOf, ...rest } = schema;
  const copied = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, discriminate(value)]));
  if (oneOf === undefined) return copied;
  const objects = oneOf.filter((branch) => branch.type === 'object').length;
  const chain = oneOf.reduceRight(
    (otherwise, branch) => ({ if: test(branch, objects), then: discriminate(branch), else: otherwise }),
    { 'x-dagbook-never': true },
  );
  return { ...copied, ...chain };
}

function test(branch, objects) {
  if ('const' in branch) return { const: branch.const };
  if (branch.type !== 'object') return { type: branch.type };
  if (objects === 1) return { type: 'object' };
  const field = branch.required[0];
  const constant = branch.properties[field].const;
  return { type: 'object', required: [field], ...(constant === undefined ? {} : { properties: { [field]: { const: constant } } }) };
}
