import type { Json } from '../../protocol/json.ts';
import type { Problem } from '../syntax/problem.ts';
import type { YamlPath, YamlPlaces } from '../syntax/yaml-path.ts';
import type { ValidationError } from './generated/validators.js';
import { field, isList, listField, objectField, textField } from './json-access.ts';
import { didYouMean, nearestWord } from './nearest-word.ts';
import { placeInWords } from './place-in-words.ts';
import { schemaAt, settle, type SchemaCursor } from './schema-walk.ts';
import { valueProblem } from './value-error.ts';

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
  const named = new Set<string>();
  for (const error of errors.filter((candidate) => candidate.keyword === 'additionalProperties')) {
    const finding = unknownField(error, start, json, places, findings.length < MOST_SUGGESTIONS);
    if (finding.suggestion !== undefined) misspelled.add(`${error.instancePath}/${finding.suggestion}`);
    findings.push({ problem: finding, unusable: null });
  }
  for (const error of errors.filter((candidate) => candidate.keyword === 'required')) {
    const name = String(error.params['missingProperty']);
    // `nmae: x` is one mistake, not an unknown field and a missing one.
    if (!misspelled.has(`${error.instancePath}/${name}`)) findings.push({ problem: missingField(error, name, start, json, places), unusable: null });
  }
  const others = errors.filter((error) => !['additionalProperties', 'required', 'if'].includes(error.keyword));
  for (const error of others.sort((a, b) => rank(a.keyword) - rank(b.keyword))) {
    if (named.has(error.instancePath)) continue;
    named.add(error.instancePath);
    const path = pointerPath(error.instancePath, json);
    findings.push({ problem: valueProblem({ error, path, value: at(json, path), schema: schemaAt(start, json, path)?.schema ?? {}, places }), unusable: path });
  }
  return findings.sort((a, b) => a.problem.span.start - b.problem.span.start);
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
  const cursor = schemaAt(start, json, path);
  const settled = cursor === null ? {} : settle(cursor, owner).schema;
  const refused = textField(objectField(settled, 'x-dagbook-refused'), name);
  if (refused !== null) return { code: 'unknown-field', message: `"${name}" is not read here. ${refused}`, span: places.keySpan([...path, name]) };
  const known = Object.keys(objectField(settled, 'properties'));
  const absent = known.filter((candidate) => field(owner, candidate) === undefined);
  const suggestion = suggests ? (nearestWord(name, absent) ?? synonym(name, absent)) : null;
  const advice = suggestion === null ? fieldAdvice(name, known) : didYouMean(suggestion);
  return {
    code: 'unknown-field',
    message: `Unknown field "${name}".${advice}`,
    span: places.keySpan([...path, name]),
    ...(suggestion === null ? {} : { suggestion }),
  };
}

/** Words that other families and tools use for the same thing. */
function synonym(name: string, known: readonly string[]): string | null {
  const synonyms = new Map([
    ['agent', 'agent_spec'], ['needs', 'depends_on'], ['after', 'depends_on'], ['dependencies', 'depends_on'], ['if', 'when'],
    ['condition', 'when'], ['prompt', 'system_prompt'], ['instructions', 'system_prompt'], ['goal', 'task'], ['budget', 'cost_caps'],
    ['caps', 'cost_caps'], ['limits', 'cost_caps'], ['adapter', 'adapter_kind'], ['steps', 'nodes'], ['resource', 'agent'], ['agent_spec', 'agent'], ['processor', 'itemProcessor'], ['next', 'default'],
    ['source', 'from'], ['src', 'from'], ['target', 'to'], ['dest', 'to'], ['max_iterations', 'max_iters'], ['iterations', 'max_iters'], ['name', 'id'], ['system', 'system_prompt'],
  ]);
  const meant = synonyms.get(name.toLowerCase());
  return meant !== undefined && known.includes(meant) ? meant : null;
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
