import type { Json, JsonObject } from '../../protocol/json.ts';
import type { Problem } from '../syntax/problem.ts';
import type { YamlPath, YamlPlaces } from '../syntax/yaml-path.ts';
import type { ValidationError } from './generated/validators.js';
import { field, isList, isObject, listField, objectField, textField } from './json-access.ts';
import { didYouMean, nearestWord } from './nearest-word.ts';
import { placeInWords } from './place-in-words.ts';
import { schemaAt, settle, type SchemaCursor } from './schema-walk.ts';
import { valueProblem } from './value-error.ts';
import { wrongLevels } from './wrong-level.ts';

export interface SchemaFinding {
  readonly problem: Problem;
  /** The value that cannot be used as it stands; null when only something is missing or unknown beside it. */
  readonly unusable: YamlPath | null;
}

/** Nobody reads more suggestions; a generated file may have thousands of mistakes. */
const MOST_SUGGESTIONS = 100;

/** The validator's errors as one finding per mistake, in the order of the text. */
export function schemaFindings(errors: readonly ValidationError[], start: SchemaCursor, json: Json, places: YamlPlaces): readonly SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const misspelled = new Set<string>();
  const unknown = errors.filter((candidate) => candidate.keyword === 'additionalProperties');
  const misindented = wrongLevelFindings(unknown, start, json, places);
  findings.push(...misindented.findings);
  const named = new Set(misindented.missing);
  const commented = new Set(unknown.filter(({ params }) => isForeignComment(String(params['additionalProperty']))).map(({ instancePath }) => instancePath));
  for (const error of unknown) {
    const name = String(error.params['additionalProperty']);
    if (misindented.unknown.has(`${error.instancePath}/${name}`)) continue;
    const isComment = isForeignComment(name) || (name.includes('"') && commented.has(error.instancePath));
    // A comment of another language takes the key below it along, and is cut in two by its commas.
    if (isComment) for (const hidden of name.match(/[\w$-]+/g) ?? []) misspelled.add(`${error.instancePath}/${hidden}`);
    if (isComment && !isForeignComment(name)) continue;
    const finding = unknownField(error, start, json, places, findings.length < MOST_SUGGESTIONS);
    if (finding.suggestion !== undefined) misspelled.add(`${error.instancePath}/${finding.suggestion}`);
    findings.push({ problem: finding, unusable: null });
  }
  for (const error of errors.filter((candidate) => candidate.keyword === 'required')) {
    const name = String(error.params['missingProperty']);
    // `nmae: x` is one mistake, not an unknown field and a missing one.
    const place = `${error.instancePath}/${name}`;
    if (!misspelled.has(place) && !misindented.missing.has(place)) findings.push({ problem: missingField(error, name, start, json, places), unusable: null });
  }
  const others = errors.filter((error) => !['additionalProperties', 'required', 'if'].includes(error.keyword));
  for (const error of others.sort((a, b) => rank(a.keyword) - rank(b.keyword))) {
    if (named.has(error.instancePath)) continue;
    named.add(error.instancePath);
    const path = pointerPath(error.instancePath, json);
    findings.push({ problem: valueProblem({ error, path, value: at(json, path), at: schemaAt(start, json, path) ?? { root: start.root, schema: {} }, places }), unusable: path });
  }
  return findings.sort((a, b) => a.problem.span.start - b.problem.span.start);
}

interface WrongLevels {
  readonly findings: readonly SchemaFinding[];
  /** Places of fields about which nothing more is said. */
  readonly unknown: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

/** Fields that stand one level too high or too low, each said once. */
function wrongLevelFindings(errors: readonly ValidationError[], start: SchemaCursor, json: Json, places: YamlPlaces): WrongLevels {
  const findings: SchemaFinding[] = [];
  const unknown = new Set<string>();
  const missing = new Set<string>();
  for (const [place, those] of Map.groupBy(errors, ({ instancePath }) => instancePath)) {
    const path = pointerPath(place, json);
    const owner = at(json, path);
    const schema = ownerSchema(start, json, path);
    if (!isObject(owner)) continue;
    for (const level of wrongLevels(those.map(({ params }) => String(params['additionalProperty'])), owner, schema)) {
      if (level.unknown.some((name) => unknown.has(`${place}/${name}`))) continue;
      for (const name of level.unknown) unknown.add(`${place}/${name}`);
      for (const name of level.missing) missing.add(`${place}/${name}`);
      const [parent] = level.missing;
      const isEmpty = parent !== undefined && field(owner, parent) === null;
      findings.push({ problem: { code: 'unknown-field', message: level.message, span: places.keySpan([...path, level.name]) }, unusable: isEmpty ? [...path, parent] : null });
    }
  }
  return { findings, unknown, missing };
}

/** The schema that says which fields the mapping at a path has. */
function ownerSchema(start: SchemaCursor, json: Json, path: YamlPath): SchemaCursor {
  const cursor = schemaAt(start, json, path);
  return cursor === null ? { root: start.root, schema: {} } : settle(cursor, at(json, path));
}

/** What is basically wrong comes first; the rest follows from it. */
function rank(keyword: string): number {
  const order = ['type', 'x-dagbook-never', 'enum', 'const', 'minLength'];
  const found = order.indexOf(keyword);
  return found < 0 ? order.length : found;
}

function unknownField(error: ValidationError, start: SchemaCursor, json: Json, places: YamlPlaces, suggests: boolean): Problem {
  const name = String(error.params['additionalProperty']);
  const path = pointerPath(error.instancePath, json);
  const owner = at(json, path);
  const settled = ownerSchema(start, json, path).schema;
  const refused = textField(objectField(settled, 'x-dagbook-refused'), name);
  if (refused !== null) {
    const instead = synonym(name, Object.keys(objectField(settled, 'properties')).filter((candidate) => field(owner, candidate) === undefined));
    return { code: 'unknown-field', message: `"${name}" is not read here. ${refused}`, span: places.keySpan([...path, name]), ...(instead === null ? {} : { suggestion: instead }) };
  }
  if (isIndentedTooFar(field(owner, name), schemaAt(start, json, path)?.schema ?? {})) {
    return { code: 'unknown-field', message: `"${name}" looks like a state of its own, inside of another one. Indent it as far as that one.`, span: places.keySpan([...path, name]) };
  }
  if (isForeignComment(name)) return { code: 'unknown-field', message: 'A comment begins with # in YAML, and goes to the end of its line.', span: places.keySpan([...path, name]) };
  const known = Object.keys(objectField(settled, 'properties'));
  const absent = known.filter((candidate) => field(owner, candidate) === undefined);
  const suggestion = suggests ? (nearestWord(name, absent) ?? synonym(name, absent) ?? comparison(name, field(owner, name), absent) ?? namedInPart(name, absent) ?? onlyOneMissing(owner, settled)) : null;
  const advice = suggestion === null ? fieldAdvice(name, known) : didYouMean(suggestion);
  return {
    code: 'unknown-field',
    message: `Unknown field "${name}".${advice}`,
    span: places.keySpan([...path, name]),
    ...(suggestion === null ? {} : { suggestion }),
  };
}

/** A state inside of a state: it has what tells states apart, and its owner has no such field. */
function isIndentedTooFar(value: Json | undefined, unsettled: JsonObject): boolean {
  const decisive = textField(unsettled, 'x-dagbook-alternatives-by');
  return decisive === 'type' && textField(value, decisive) !== null;
}

function isForeignComment(name: string): boolean {
  return /^\/[/*]/.test(name);
}

/** Words that other families and tools use for the same thing. */
function synonym(name: string, known: readonly string[]): string | null {
  const meant = synonyms.get(name.toLowerCase()) ?? [];
  return meant.find((each) => known.includes(each)) ?? null;
}

const synonyms: ReadonlyMap<string, readonly string[]> = new Map([
  ['agent', ['agent_spec']], ['agent_spec', ['agent']], ['uses', ['agent_spec', 'agent']], ['resource', ['agent']], ['worker', ['agent_spec', 'agent']],
  ['needs', ['depends_on']], ['after', ['depends_on']], ['dependencies', ['depends_on']], ['requires', ['depends_on']], ['upstream', ['depends_on']],
  ['if', ['when']], ['condition', ['when']], ['with', ['inputs']], ['parameters', ['inputs', 'params']], ['args', ['kwargs', 'inputs']], ['arguments', ['kwargs']],
  ['prompt', ['system_prompt', 'task']], ['instructions', ['system_prompt', 'task']], ['system', ['system_prompt']], ['backstory', ['system_prompt']], ['goal', ['task']],
  ['budget', ['cost_caps', 'costCaps']], ['caps', ['cost_caps', 'costCaps']], ['limits', ['cost_caps', 'costCaps']], ['concurrency', ['max_concurrency']],
  ['adapter', ['adapter_kind']], ['steps', ['nodes']], ['agents', ['nodes']], ['tasks', ['nodes']], ['processor', ['itemProcessor']], ['llm', ['model']],
  ['next', ['default']], ['goto', ['next']], ['then', ['next']], ['transition', ['next']], ['initial', ['startAt']], ['start', ['startAt']], ['entry', ['startAt']],
  ['source', ['from']], ['src', ['from']], ['target', ['to']], ['dest', ['to']], ['destination', ['to']], ['max_iterations', ['max_iters']], ['iterations', ['max_iters']], ['times', ['max_iters']],
  ['name', ['id']], ['key', ['id']], ['globs', ['corpora']], ['files', ['corpora']], ['paths', ['corpora']], ['corpus', ['corpora']], ['documents', ['corpora']], ['top_k', ['final_k']], ['k', ['final_k']],
  ['environment', ['env']], ['address', ['url', 'base_url']], ['endpoint', ['url', 'base_url']], ['timeout', ['timeoutSeconds', 'timeout_seconds']], ['errors', ['errorEquals']], ['retries', ['retry', 'maxAttempts']],
]);

/** `equals: 3` for `numericEquals: 3`: what kind of value is compared the operator says. */
function comparison(name: string, value: Json | undefined, known: readonly string[]): string | null {
  const plain = name.toLowerCase().replace(/[_-]/g, '');
  const operator = operators.get(plain) ?? [...operators.values()].find((each) => each.toLowerCase() === plain);
  const kind = typeof value === 'number' ? 'numeric' : typeof value === 'boolean' ? 'boolean' : typeof value === 'string' ? 'string' : null;
  const meant = operator === undefined || kind === null ? null : `${kind}${operator}`;
  return meant !== null && known.includes(meant) ? meant : null;
}

const operators: ReadonlyMap<string, string> = new Map([
  ['eq', 'Equals'], ['equal', 'Equals'], ['equalto', 'Equals'], ['is', 'Equals'], ['value', 'Equals'], ['==', 'Equals'], ['=', 'Equals'], ['lt', 'LessThan'], ['<', 'LessThan'], ['lte', 'LessThanEquals'], ['le', 'LessThanEquals'], ['<=', 'LessThanEquals'],
  ['gt', 'GreaterThan'], ['>', 'GreaterThan'], ['gte', 'GreaterThanEquals'], ['ge', 'GreaterThanEquals'], ['>=', 'GreaterThanEquals'], ['matches', 'Matches'], ['like', 'Matches'], ['pattern', 'Matches'],
]);

/** `max_usd` for `per_run_max_usd`, where one field only is called so in part. */
function namedInPart(name: string, known: readonly string[]): string | null {
  const plain = (word: string): string => word.toLowerCase().replace(/[_-]/g, '');
  const part = plain(name);
  const [only, second] = part.length < 4 ? [] : known.filter((each) => plain(each).startsWith(part) || plain(each).endsWith(part));
  return only !== undefined && second === undefined ? only : null;
}

/** Of a mapping with one field, which is not the one that it needs. */
function onlyOneMissing(owner: Json, settled: JsonObject): string | null {
  const missing = listField(settled, 'required').filter((name) => typeof name === 'string' && field(owner, name) === undefined);
  const [only, second] = missing;
  // In this order: to list the fields of a mapping takes as long as it has fields.
  return typeof only === 'string' && second === undefined && isObject(owner) && Object.keys(owner).length === 1 ? only : null;
}

function fieldAdvice(name: string, known: readonly string[]): string {
  const fields = known.length > 0 && known.length <= 12 ? ` The fields here are ${known.join(', ')}.` : '';
  return ` Remove it, or call it "x-${name}" to keep it as a note.${fields}`;
}

function missingField(error: ValidationError, name: string, start: SchemaCursor, json: Json, places: YamlPlaces): Problem {
  const path = pointerPath(error.instancePath, json);
  const owner = schemaAt(start, json, path);
  const child = owner === null ? null : field(objectField(settle(owner, at(json, path)).schema, 'properties'), name);
  const example = exampleOf(child);
  const who = path.length === 0 ? '' : ` in ${lowerFirst(placeInWords(path))}`;
  const advice = example === null ? 'Add it.' : `Add it, for example \`${name}: ${example}\`.`;
  return { code: 'missing-field', message: `"${name}" is missing${who}. ${advice}`, span: places.valueSpan(path) };
}

function exampleOf(schema: Json | undefined): string | null {
  const [first] = listField(schema, 'examples');
  if (typeof first === 'string' || typeof first === 'number' || typeof first === 'boolean') return String(first);
  const values = listField(schema, 'enum').filter((value) => typeof value === 'string');
  return values[0] ?? null;
}

/** A JSON pointer as a path: a segment below a list is an index. */
function pointerPath(pointer: string, json: Json): YamlPath {
  let current: Json = json;
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const name = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
      const segment = isList(current) ? Number(name) : name;
      current = at(current, [segment]);
      return segment;
    });
}

function at(json: Json, path: YamlPath): Json {
  let current: Json = json;
  for (const segment of path) current = (isList(current) ? current[Number(segment)] : field(current, String(segment))) ?? null;
  return current;
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}
