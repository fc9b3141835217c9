import * as l10n from '@vscode/l10n';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** One question of a form, made from one property of a JSON Schema. */
export type FormStep = FormStepBase &
  (
    | { readonly kind: 'pick'; readonly options: readonly FormOption[] }
    | { readonly kind: 'many'; readonly options: readonly FormOption[] }
    | { readonly kind: 'text' }
    | { readonly kind: 'number'; readonly whole: boolean }
    /** Words, separated by commas. */
    | { readonly kind: 'list' }
    /** Whatever has no field of its own: JSON. */
    | { readonly kind: 'json' }
  );

interface FormStepBase {
  /** The property; empty = the whole value. */
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly required: boolean;
  /** What stands there at first; undefined = nothing. */
  readonly initial: Json | undefined;
  readonly schema: JsonObject;
}

export interface FormOption {
  readonly label: string;
  readonly value: Json;
}

export type Reading = { readonly ok: true; readonly value: Json | undefined } | { readonly ok: false; readonly message: string };

/**
 * The questions for a value of this schema. An object asks for each property, what is required first; any other schema
 * is one question. `given` are values from before, such as those of the last run.
 */
export function formSteps(schema: JsonObject, given: JsonObject = {}): readonly FormStep[] {
  const properties = objectOf(schema['properties']);
  if (properties === null || Object.keys(properties).length === 0) {
    return isObjectSchema(schema) ? [] : [stepOf('', schema, true, given[''])];
  }
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const steps = Object.entries(properties).map(([key, property]) => stepOf(key, objectOf(property) ?? {}, required.includes(key), given[key]));
  return [...steps.filter((step) => step.required), ...steps.filter((step) => !step.required)];
}

/** Properties of a run's inputs: `required` may stand at the input itself. */
export function inputsSchema(inputs: Readonly<Record<string, JsonObject>>): JsonObject {
  const required = Object.entries(inputs).filter(([, schema]) => schema['required'] === true && schema['default'] === undefined);
  return { type: 'object', properties: { ...inputs }, required: required.map(([name]) => name) };
}

/** What was answered, as one value of the schema. A step left empty is not in it. */
export function formValue(steps: readonly FormStep[], answers: ReadonlyMap<string, Json>): Json {
  const [only] = steps;
  if (steps.length === 1 && only?.key === '') return answers.get('') ?? null;
  return Object.fromEntries(steps.flatMap(({ key }) => (answers.has(key) ? [[key, answers.get(key) as Json]] : [])));
}

/** What was typed, as a value; or what is wrong with it. Empty means "nothing", which a required step refuses. */
export function readTyped(step: FormStep, typed: string): Reading {
  const text = step.kind === 'text' ? typed : typed.trim();
  if (text === '') return step.required ? wrong(l10n.t('A value is needed.')) : { ok: true, value: undefined };
  switch (step.kind) {
    case 'text':
      return checked(step.schema, text);
    case 'number':
      return readNumber(step, text);
    case 'list':
      return checkedList(step.schema, text.split(',').map((word) => word.trim()).filter((word) => word !== ''));
    case 'json':
      return readJson(step.schema, text);
    case 'pick':
    case 'many': {
      const option = step.options.find(({ label }) => label === text);
      return option === undefined ? wrong(l10n.t('Choose one of: {0}.', step.options.map(({ label }) => label).join(', '))) : { ok: true, value: option.value };
    }
  }
}

/** A value as one would type it. */
export function typedAs(step: FormStep, value: Json | undefined): string {
  if (value === undefined) return '';
  if (step.kind === 'list' && Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' && step.kind !== 'json' ? value : JSON.stringify(value);
}

function stepOf(key: string, schema: JsonObject, required: boolean, given: Json | undefined): FormStep {
  const base: FormStepBase = {
    key,
    title: typeof schema['title'] === 'string' ? schema['title'] : key,
    description: typeof schema['description'] === 'string' ? schema['description'] : '',
    required,
    initial: given ?? schema['default'],
    schema,
  };
  const choices = schema['enum'];
  if (Array.isArray(choices)) return { ...base, kind: 'pick', options: optionsOf(choices) };
  switch (schema['type']) {
    case 'boolean':
      return { ...base, kind: 'pick', options: [{ label: l10n.t('Yes'), value: true }, { label: l10n.t('No'), value: false }] };
    case 'integer':
      return { ...base, kind: 'number', whole: true };
    case 'number':
      return { ...base, kind: 'number', whole: false };
    case 'string':
      return { ...base, kind: 'text' };
    case 'array':
      return listStep(base);
    default:
      return { ...base, kind: 'json' };
  }
}

function listStep(base: FormStepBase): FormStep {
  const items = objectOf(base.schema['items']);
  const choices = items?.['enum'];
  if (Array.isArray(choices)) return { ...base, kind: 'many', options: optionsOf(choices) };
  return items?.['type'] === 'string' ? { ...base, kind: 'list' } : { ...base, kind: 'json' };
}

function optionsOf(values: readonly Json[]): readonly FormOption[] {
  return values.map((value) => ({ label: typeof value === 'string' ? value : JSON.stringify(value), value }));
}

function readNumber(step: FormStep & { readonly kind: 'number' }, text: string): Reading {
  const value = Number(text);
  if (!Number.isFinite(value)) return wrong(l10n.t('"{0}" is not a number.', text));
  if (step.whole && !Number.isInteger(value)) return wrong(l10n.t('A whole number is needed.'));
  return checked(step.schema, value);
}

function readJson(schema: JsonObject, text: string): Reading {
  try {
    return checked(schema, JSON.parse(text) as Json);
  } catch (error) {
    return wrong(l10n.t('This is not JSON: {0}', error instanceof Error ? error.message : String(error)));
  }
}

function checkedList(schema: JsonObject, words: readonly string[]): Reading {
  const items = objectOf(schema['items']) ?? {};
  for (const word of words) {
    const reading = checked(items, word);
    if (!reading.ok) return wrong(`${word}: ${reading.message}`);
  }
  return checked(schema, words);
}

/** The rules a person runs into. The runtime checks the whole schema before it runs anything. */
function checked(schema: JsonObject, value: Json): Reading {
  const message = typeof value === 'number' ? numberRule(schema, value) : typeof value === 'string' ? textRule(schema, value) : Array.isArray(value) ? listRule(schema, value.length) : null;
  if (message !== null) return wrong(message);
  return fitsType(schema['type'], value) ? { ok: true, value } : wrong(l10n.t('This must be of the type {0}.', typeWords(schema['type'])));
}

function numberRule(schema: JsonObject, value: number): string | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as Readonly<Record<string, unknown>>;
  if (typeof minimum === 'number' && value < minimum) return l10n.t('At least {0}.', minimum);
  if (typeof maximum === 'number' && value > maximum) return l10n.t('At most {0}.', maximum);
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return l10n.t('More than {0}.', exclusiveMinimum);
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return l10n.t('Less than {0}.', exclusiveMaximum);
  return null;
}

function textRule(schema: JsonObject, value: string): string | null {
  const { minLength, maxLength, pattern } = schema as Readonly<Record<string, unknown>>;
  // As JSON Schema counts: by code point.
  const length = Array.from(value).length;
  if (typeof minLength === 'number' && length < minLength) return l10n.t('At least {0} characters.', minLength);
  if (typeof maxLength === 'number' && length > maxLength) return l10n.t('At most {0} characters.', maxLength);
  if (typeof pattern === 'string' && !matches(pattern, value)) return l10n.t('This must match {0}.', pattern);
  return null;
}

function listRule(schema: JsonObject, length: number): string | null {
  const { minItems, maxItems } = schema as Readonly<Record<string, unknown>>;
  if (typeof minItems === 'number' && length < minItems) return l10n.t('At least {0} items.', minItems);
  if (typeof maxItems === 'number' && length > maxItems) return l10n.t('At most {0} items.', maxItems);
  return null;
}

/** A pattern that is none is the document's mistake, which the checker tells; a person can still answer. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value);
  } catch {
    return true;
  }
}

function fitsType(type: Json | undefined, value: Json): boolean {
  const types = [type ?? []].flat();
  return types.length === 0 || types.some((name) => typeof name === 'string' && typeNames(value).includes(name));
}

function typeNames(value: Json): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  return Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
}

function typeWords(type: Json | undefined): string {
  return [type ?? []].flat().filter((name) => typeof name === 'string').join(', ');
}

function isObjectSchema(schema: JsonObject): boolean {
  return schema['type'] === 'object' || schema['properties'] !== undefined || Object.keys(schema).length === 0;
}

function objectOf(value: Json | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

function wrong(message: string): Reading {
  return { ok: false, message };
}
