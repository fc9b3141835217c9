import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentKind } from '../../language/documents/document-kind.ts';
import { field, isList, isObject, listField, objectField, textField } from '../../language/documents/json-access.ts';
import { parseDocuments, type ParsedDocument } from '../../language/documents/parse-documents.ts';
import { validateDocument } from '../../language/documents/validate.ts';
import { analyzeFile } from '../../language/index.ts';
import { locate, type YamlPath } from '../../language/syntax/yaml-path.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { everyFixture } from '../features/every-fixture.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

/** How many documents of each sort are made; DAGBOOK_SOAK_RUNS=1 makes forty times as many. */
const TRIES = Number(process.env['DAGBOOK_SOAK_RUNS'] ?? 0) > 0 ? 20_000 : 500;

const root = join(import.meta.dirname, '../..');
const schemaFile = (name: string): JsonObject => JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')) as JsonObject;
const files = { workflow: schemaFile('workflow'), states: schemaFile('states'), agent: schemaFile('agent'), 'model-profile': schemaFile('model-profile') };

/** ajv as it comes, over the schemas as they are written: no standalone code, no chains of our own, no error of ours. */
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, unicodeRegExp: true });
const form = (name: string): JsonObject => ({ definitions: files.workflow['definitions'] ?? {}, $ref: `#/definitions/${name}` });
const oracles = { nodesForm: ajv.compile(form('nodesForm')), adapterForm: ajv.compile(form('adapterForm')), states: ajv.compile(files.states), agent: ajv.compile(files.agent), 'model-profile': ajv.compile(files['model-profile']) };

function oracleOf({ kind, json }: ParsedDocument): (typeof oracles)['agent'] {
  if (kind !== 'workflow') return oracles[kind];
  const has = (key: string): boolean => field(json, key) !== undefined;
  return has('adapter') && !has('adapter_kind') && !has('nodes') ? oracles.adapterForm : oracles.nodesForm;
}

const paths: Readonly<Record<DocumentKind, string>> = { workflow: 'x.workflow.yaml', states: 'configs/workflows/x.yaml', agent: 'x.agent.yaml', 'model-profile': 'configs/llm/x.yaml' };

/** A value as a document: JSON is YAML. Null where it is none of ours. */
function documentOf(json: Json, kind: DocumentKind): ParsedDocument | null {
  const [document] = parseDocuments(paths[kind], JSON.stringify(json, null, 1), []).documents;
  return document === undefined || document.broken ? null : document;
}

const segments = (error: ErrorObject): YamlPath => error.instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')).map((part) => (/^\d+$/.test(part) ? Number(part) : part));

function holdsTo(document: ParsedDocument): void {
  const oracle = oracleOf(document);
  const valid = oracle(document.json);
  const said = `${document.text}\n${JSON.stringify(oracle.errors, null, 1)}`;
  const { problems } = validateDocument(document);
  expect(problems.length === 0, said).toBe(valid);
  if (valid) return;
  const { diagnostics } = analyzeFile(document.path, memoryWorkspace({ [document.path]: document.text }), { sha256 });
  expect(diagnostics.some(({ severity }) => severity === 'error'), said).toBe(true);
  const { tree } = document;
  const causes = (oracle.errors ?? []).flatMap((error) => {
    const place = tree === null ? null : locate(tree, segments(error));
    return place === null ? [] : [{ start: (place.keySpan ?? place.node.span).start, end: place.node.span.end }];
  });
  for (const { message, span } of problems) {
    expect(causes.some(({ start, end }) => start <= span.start && span.end <= end), `${message}\n${said}`).toBe(true);
    expect(message, said).not.toMatch(/undefined|\[object|NaN|schema keyword|oneOf|anyOf|^$/);
  }
}

describe('no error of the validator is lost, and none is made up', () => {
  const sources = everyFixture().flatMap(({ name, texts }) => [...texts].flatMap(([path, text]) => parseDocuments(path, text, []).documents.filter(({ broken, tree }) => !broken && tree !== null).map((document) => ({ name, document }))));

  it('over every document of every fixture', () => {
    expect(sources.length).toBeGreaterThan(200);
    for (const { document } of sources) holdsTo(document);
  }, 120_000);

  it('over changes of them', () => {
    const starts = sources.filter(({ document }) => isObject(document.json) && document.text.length < 20_000);
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.array(change, { minLength: 1, maxLength: 4 }), ({ document }, changes) => {
        const changed = documentOf(changes.reduce(applied, document.json), document.kind);
        if (changed !== null) holdsTo(changed);
      }),
      { numRuns: TRIES, seed: 3 },
    );
  }, 600_000);

  it.each<readonly [string, DocumentKind, JsonObject]>([
    ['a workflow of nodes', 'workflow', form('nodesForm')],
    ['the adapter form', 'workflow', form('adapterForm')],
    ['a state machine', 'states', files.states],
    ['an agent', 'agent', files.agent],
    ['a model profile', 'model-profile', files['model-profile']],
  ])('over what its schema itself makes up, with slips: %s', (_name, kind, schema) => {
    fc.assert(
      fc.property(instanceOf(schema, schema, 0), (json) => {
        const document = documentOf(json, kind);
        if (document !== null && isObject(json)) holdsTo(document);
      }),
      { numRuns: TRIES, seed: 5 },
    );
  }, 600_000);

  it('one mistake hides no other that stands elsewhere', () => {
    const nodes = Array.from({ length: 3 }, (_, i) => ({ id: `n${String(i)}`, task: { goal: 'Go.' } }));
    const broken = { id: [{ id: 5 }, { id: '' }], role: [{ role: 'x' }, { role: 7 }], depends_on: [{ depends_on: 'a' }, { depends_on: [1] }], kind: [{ kind: { loop: { max_iters: 0 } } }, { kind: 'often' }], task: [{ task: {} }, { task: { gaol: 'x' } }, { task: { goal: 'x', gaol: 1 } }], budget: [{ token_budget: -1 }, { tokens: 1 }] };
    const slips = Object.values(broken).flat() as readonly JsonObject[];
    const found = (changes: readonly (JsonObject | null)[]): readonly string[] => validateDocument(documentOf({ name: 'T', adapter_kind: 'graph', nodes: nodes.map((node, i) => ({ ...node, ...changes[i] })) }, 'workflow')!).problems.map(({ code, message }) => `${code} ${message}`).sort();
    for (const a of slips) {
      for (const b of slips) {
        const apart = [...found([a, null, null]), ...found([null, null, b])].sort();
        expect(found([a, null, b])).toEqual(apart);
      }
    }
  });
});

type Change = readonly [act: 'replace' | 'remove' | 'rename' | 'add', seed: number, value: Json];

const odd: readonly Json[] = [null, true, 7, -1, 1.5, '', 'x', [], {}, ['x'], { a: 1 }, '{% x %}', '$.a', 'a@sha256:1'];
const change: fc.Arbitrary<Change> = fc.tuple(fc.constantFrom('replace', 'remove', 'rename', 'add'), fc.nat(), fc.constantFrom(...odd));

/** The change at a place that the seed chooses. */
function applied(json: Json, [act, seed, value]: Change): Json {
  const places = placesIn(json).slice(1);
  const path = places[seed % Math.max(1, places.length)];
  return path === undefined ? json : rewritten(json, path, act, value);
}

function placesIn(json: Json, path: YamlPath = []): readonly YamlPath[] {
  const children: readonly (readonly [string | number, Json])[] = isList(json) ? json.map((item, i) => [i, item] as const) : isObject(json) ? Object.entries(json) : [];
  return [path, ...children.flatMap(([segment, child]) => placesIn(child, [...path, segment]))];
}

function rewritten(json: Json, [segment, ...rest]: YamlPath, act: Change[0], value: Json): Json {
  if (segment === undefined) return act === 'add' && isObject(json) ? { ...json, extra: value } : value;
  if (isList(json)) return rest.length === 0 && act === 'remove' ? json.filter((_, i) => i !== segment) : json.map((item, i) => (i === segment ? rewritten(item, rest, act, value) : item));
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).flatMap(([key, child]): readonly (readonly [string, Json])[] => {
      if (key !== segment) return [[key, child]];
      if (rest.length > 0) return [[key, rewritten(child, rest, act, value)]];
      if (act === 'remove') return [];
      return act === 'rename' ? [[`${key}x`, child]] : [[key, rewritten(child, [], act, value)]];
    }),
  );
}

/** What a schema describes; one value in a dozen is another. */
function instanceOf(schema: JsonObject, whole: JsonObject, depth: number): fc.Arbitrary<Json> {
  return fc.oneof({ arbitrary: meantBy(schema, whole, depth), weight: 11 }, { arbitrary: fc.constantFrom(...odd), weight: depth === 0 ? 0 : 1 });
}

function meantBy(given: JsonObject, whole: JsonObject, depth: number): fc.Arbitrary<Json> {
  const reference = textField(given, '$ref');
  const schema = reference === null ? given : objectField(field(whole, 'definitions'), reference.slice('#/definitions/'.length));
  const alternatives = listField(schema, 'oneOf').filter(isObject);
  if (alternatives.length > 0) return fc.constantFrom(...alternatives).chain((one) => meantBy(one, whole, depth));
  if (Object.hasOwn(schema, 'const')) return fc.constant(schema['const'] ?? null);
  const known = [...listField(schema, 'enum'), ...(isObject(schema['properties']) ? [] : listField(schema, 'examples'))];
  if (known.length > 0 && depth > 0) return fc.constantFrom(...known);
  if (depth > 6) return fc.constant('x');
  if (isObject(schema['properties'])) {
    const required = new Set(listField(schema, 'required'));
    const fields = Object.entries(objectField(schema, 'properties')).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
    return fc.record(Object.fromEntries(fields.map(([name, one]) => [name, instanceOf(one, whole, depth + 1)])), { requiredKeys: [...required].filter((name): name is string => typeof name === 'string' && fields.some(([own]) => own === name)) }).chain((full) =>
      // Every field at once is no document; a few of them are one.
      fc.subarray(Object.keys(full), { maxLength: Math.min(6, Object.keys(full).length) }).map((kept) => Object.fromEntries(Object.entries(full).filter(([name]) => required.has(name) || kept.includes(name)))),
    );
  }
  if (isObject(schema['items'])) return fc.array(instanceOf(schema['items'], whole, depth + 1), { maxLength: 3 });
  if (isObject(schema['additionalProperties'])) return fc.dictionary(fc.constantFrom('a', 'b', 'c d'), instanceOf(schema['additionalProperties'], whole, depth + 1), { maxKeys: 3 });
  return fc.constantFrom(...odd);
}
