import type { Json, JsonObject } from '../../protocol/json.ts';
import { flattenSchema, isList, isObject, typeList } from './flatten-schema.ts';
import type { RequestContext } from './request-context.ts';
import { matches } from './sample-pattern.ts';
import { isProse, sampleText, type Draw } from './sample-text.ts';
import { words } from './simulated-prose.ts';

/** Below this depth optional parts are left out, so that a schema that refers to itself comes to an end. */
const briefDepth = 5;
const maxDepth = 40;

/**
 * An instance of a JSON Schema with values that fit the request: taken over from its inputs and upstream outputs where a
 * field has the same name, else from examples, defaults, enums and the field's name and description.
 *
 * Not honoured, because no answer could be derived from them: `not`, `contains`, `dependent…`, remote references.
 */
export function sampleFromSchema(schema: JsonObject, context: RequestContext, draw: Draw): Json {
  return new Sampler(schema, context, draw).sample(schema, '', 0, null);
}

class Sampler {
  readonly #root: JsonObject;
  readonly #context: RequestContext;
  readonly #draw: Draw;
  readonly #known: ReadonlyMap<string, Json>;

  constructor(root: JsonObject, context: RequestContext, draw: Draw) {
    this.#root = root;
    this.#context = context;
    this.#draw = draw;
    this.#known = knownValues(context);
  }

  /** @param index place among the items of a list, so that they differ; null outside any */
  sample(schema: Json | undefined, name: string, depth: number, index: number | null): Json {
    const flat = flattenSchema(schema, this.#root, depth >= briefDepth);
    if (flat['const'] !== undefined) return flat['const'];
    const type = typeOf(flat);
    const ready = this.#ready(flat, type, name, index);
    if (ready !== undefined) return ready;
    if (isList(flat['enum'])) return this.#choose(flat['enum']);
    switch (type) {
      case 'null':
        return null;
      case 'boolean':
        return this.#boolean(name);
      case 'integer':
      case 'number':
        return sampleNumber(flat, type === 'integer', name, this.#draw.random);
      case 'array':
        return this.#array(flat, name, depth);
      case 'object':
        return this.#object(flat, depth, index);
      case 'string':
        return sampleText(flat, name, index, this.#context, this.#draw);
    }
  }

  /** A value somebody has already given for this field. */
  #ready(schema: JsonObject, type: JsonType, name: string, index: number | null): Json | undefined {
    const known = isProse(name) ? undefined : this.#known.get(words(name));
    const examples = isList(schema['examples']) ? schema['examples'] : [];
    const example = examples.length > 0 ? examples[(index ?? 0) % examples.length] : undefined;
    return [known, example, schema['default']].find((value) => value !== undefined && this.#fits(value, schema, type));
  }

  #fits(value: Json, schema: JsonObject, type: JsonType): boolean {
    if (isList(schema['enum']) && !schema['enum'].some((item) => JSON.stringify(item) === JSON.stringify(value))) return false;
    const within = (size: number, least: string, most: string): boolean =>
      size >= (numberOf(schema[least]) ?? -Infinity) && size <= (numberOf(schema[most]) ?? Infinity);
    switch (type) {
      case 'string':
        return typeof value === 'string' && within(value.length, 'minLength', 'maxLength') && (typeof schema['pattern'] !== 'string' || matches(schema['pattern'], value));
      case 'integer':
      case 'number': {
        if (typeof value !== 'number' || (type === 'integer' && !Number.isInteger(value))) return false;
        const { least, most, step } = numberRange(schema, type === 'integer');
        return value >= least && value <= most && (step === null || Number.isInteger(value / step));
      }
      case 'boolean':
        return typeof value === 'boolean';
      case 'null':
        return value === null;
      case 'array': {
        if (!isList(value) || !within(value.length, 'minItems', 'maxItems')) return false;
        if (schema['uniqueItems'] === true && new Set(value.map((item) => JSON.stringify(item))).size < value.length) return false;
        const items = flattenSchema(schema['items'], this.#root, false);
        return schema['prefixItems'] === undefined && value.every((item) => isScalar(item) && this.#fits(item, items, typeOf(items)));
      }
      // Whether an object fits would need a whole validator; it is made afresh instead.
      case 'object':
        return false;
    }
  }

  #choose(values: readonly Json[]): Json {
    const hopeful = values.filter((value) => typeof value !== 'string' || !/^(error|failed|failure|unknown|n\/?a|none|null|other|invalid)$/i.test(value));
    const [first, ...others] = hopeful.length > 0 ? hopeful : values;
    return first === undefined ? null : this.#draw.pick<Json>([first, ...others]);
  }

  #boolean(name: string): boolean {
    const plain = words(name);
    if (/continue|fail|error|block|abort|reject|flag|danger|violat|retry|stop/.test(plain)) return false;
    if (/pass|ok|success|valid|approv|complete|done|enabled|accept|ready|safe|support/.test(plain)) return true;
    return this.#draw.random() < 0.6;
  }

  #array(schema: JsonObject, name: string, depth: number): Json {
    const prefix = isList(schema['prefixItems']) ? schema['prefixItems'] : isList(schema['items']) ? schema['items'] : [];
    const rest = isList(schema['items']) ? schema['additionalItems'] : schema['items'];
    const least = numberOf(schema['minItems']) ?? 0;
    const most = numberOf(schema['maxItems']) ?? Infinity;
    const criteria = isObject(rest) && isObject(rest['properties']) && rest['properties']['criterion'] !== undefined ? this.#context.criteria.length : 0;
    const usual = depth >= briefDepth || rest === false ? 0 : criteria > 0 ? criteria : 2;
    const count = Math.max(least, Math.min(most, Math.max(usual, prefix.length)));
    const items: Json[] = [];
    const seen = new Set<string>();
    for (let index = 0, attempt = 0; items.length < count && attempt < count + 200; attempt++) {
      const item = this.sample(prefix[items.length] ?? rest, singular(name), depth + 1, index++);
      const key = JSON.stringify(item);
      if (schema['uniqueItems'] === true && seen.has(key)) continue;
      seen.add(key);
      items.push(item);
    }
    return items;
  }

  #object(schema: JsonObject, depth: number, index: number | null): Json {
    const properties = isObject(schema['properties']) ? schema['properties'] : {};
    const required = (isList(schema['required']) ? schema['required'] : []).filter((key) => typeof key === 'string');
    const names = depth >= briefDepth ? Object.keys(properties).filter((key) => required.includes(key)) : Object.keys(properties).filter((key) => properties[key] !== false);
    const others = schema['additionalProperties'];
    const all = [...new Set([...names, ...required])];
    for (let extra = 1; all.length < (numberOf(schema['minProperties']) ?? 0) && others !== false; extra++) all.push(`item_${extra}`);
    const most = numberOf(schema['maxProperties']) ?? Infinity;
    const kept = all.length <= most ? all : [...new Set([...required, ...all])].slice(0, most);
    if (depth > maxDepth) return {};
    return Object.fromEntries(kept.map((key) => [key, this.sample(properties[key] ?? others, key, depth + 1, index)]));
  }
}

type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';
const jsonTypes: readonly string[] = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'] satisfies readonly JsonType[];

function isJsonType(type: string): type is JsonType {
  return jsonTypes.includes(type);
}

function typeOf(schema: JsonObject): JsonType {
  const stated = (typeList(schema['type']) ?? []).filter(isJsonType);
  const substantial = stated.find((type) => type !== 'null') ?? stated[0];
  if (substantial !== undefined) return substantial;
  const has = (...keys: readonly string[]): boolean => keys.some((key) => schema[key] !== undefined);
  if (has('properties', 'required', 'additionalProperties', 'minProperties')) return 'object';
  if (has('items', 'prefixItems', 'minItems', 'uniqueItems')) return 'array';
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return 'number';
  return 'string';
}

/** Scalars and lists of scalars in the request by the words of their names; the nearest one wins: inputs, then upstream, then the run's inputs. */
function knownValues({ inputs, upstream, run }: RequestContext): ReadonlyMap<string, Json> {
  const known = new Map<string, Json>();
  const take = (values: Json | undefined): void => {
    if (!isObject(values)) return;
    for (const [name, value] of Object.entries(values)) if (isScalar(value) || (isList(value) && value.every(isScalar))) known.set(words(name), value);
  };
  take(run['inputs']);
  for (const output of Object.values(upstream)) take(output);
  take(inputs);
  return known;
}

function isScalar(value: Json): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function numberRange(schema: JsonObject, whole: boolean): { readonly least: number; readonly most: number; readonly step: number | null } {
  const step = numberOf(schema['multipleOf']) ?? (whole ? 1 : null);
  const above = numberOf(schema['exclusiveMinimum']);
  const below = numberOf(schema['exclusiveMaximum']);
  const least = numberOf(schema['minimum']) ?? -Infinity;
  const most = numberOf(schema['maximum']) ?? Infinity;
  const gap = step ?? Math.min(0.01, above !== null && below !== null ? (below - above) / 4 : 0.01);
  return { least: above === null ? least : Math.max(least, above + gap * (step === null ? 1 : Number.EPSILON)), most: below === null ? most : Math.min(most, below - gap * (step === null ? 1 : Number.EPSILON)), step };
}

function sampleNumber(schema: JsonObject, whole: boolean, name: string, random: () => number): number {
  const above = numberOf(schema['exclusiveMinimum']);
  const below = numberOf(schema['exclusiveMaximum']);
  const { least, most, step } = numberRange(schema, whole);
  const wished = wishedNumber(words(name), least, most, random);
  const clamped = Math.min(most, Math.max(least, wished));
  if (step === null) {
    const rounded = Number(clamped.toFixed(2));
    return rounded >= least && rounded <= most ? rounded : clamped;
  }
  const floor = Math.max(least, above ?? -Infinity);
  const ceiling = Math.min(most, below ?? Infinity);
  let steps = Math.round(clamped / step);
  while (steps * step > ceiling || steps * step === below) steps--;
  while (steps * step < floor || steps * step === above) steps++;
  // Multiples of a decimal step pick up binary dust (3 × 0.1): keep the digits the step has.
  return Number((steps * step).toFixed(Math.min(15, (String(step).split('.')[1] ?? '').length)));
}

function wishedNumber(name: string, least: number, most: number, random: () => number): number {
  const spread = random();
  if (Number.isFinite(least) && Number.isFinite(most)) return least + (most - least) * (0.6 + 0.3 * spread);
  if (/score|confidence|probability|likelihood|ratio|weight|fraction|share$/.test(name)) return 0.6 + 0.3 * spread;
  if (/percent|pct/.test(name)) return 5 + Math.floor(spread * 60);
  if (/year/.test(name)) return 2026;
  if (/days|hours|minutes/.test(name)) return 30;
  if (/price|amount|cost|value|usd|total/.test(name)) return 100 + Math.floor(spread * 900);
  const low = Number.isFinite(least) ? least : Number.isFinite(most) ? most - 10 : 1;
  return low + Math.floor(spread * 9);
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
