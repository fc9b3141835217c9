import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, isObject, listField, objectField, textField } from './json-access.ts';
import { orList } from './nearest-word.ts';
import { follow, type SchemaCursor } from './schema-walk.ts';

/** Fields that stand one level too high or too low: one mistake, however many fields it makes unknown and missing. */
export interface WrongLevel {
  /** The field the message points at. */
  readonly name: string;
  readonly message: string;
  /** Fields that are unknown because of it. */
  readonly unknown: readonly string[];
  /** Fields that are missing, or have no value, because of it. */
  readonly missing: readonly string[];
}

/** What of a mapping's unknown fields is only indented wrongly. */
export function wrongLevels(unknown: readonly string[], owner: JsonObject, at: SchemaCursor): readonly WrongLevel[] {
  return [...tooHigh(unknown, owner, at), ...tooLow(unknown, owner, at)];
}

/** They belong under a field that has no value, or that is missing. */
function tooHigh(unknown: readonly string[], owner: JsonObject, { root, schema }: SchemaCursor): readonly WrongLevel[] {
  const required = listField(schema, 'required');
  return Object.entries(objectField(schema, 'properties')).flatMap(([parent, child]) => {
    const isEmpty = field(owner, parent) === null;
    if (!isEmpty && (field(owner, parent) !== undefined || !required.includes(parent))) return [];
    const below = isObject(child) ? follow(root, child) : {};
    const inner = objectField(below, 'properties');
    // Of a mapping with names of the author's own, by the field that tells its values apart: states.
    const decisive = textField(follow(root, objectField(below, 'additionalProperties')), 'x-dagbook-alternatives-by');
    const belonging = unknown.filter((name) => Object.hasOwn(inner, name) || (decisive !== null && textField(field(owner, name), decisive) !== null));
    const [name] = belonging;
    if (name === undefined) return [];
    const names = belonging.map((each) => `"${each}"`).join(' and ');
    const advice = isEmpty ? (belonging.length === 1 ? 'Indent it deeper.' : 'Indent them deeper.') : `Write "${parent}:" above, and indent ${belonging.length === 1 ? 'it' : 'them'} below.`;
    return [{ name, message: `${names} ${belonging.length === 1 ? 'belongs' : 'belong'} under "${parent}". ${advice}`, unknown: belonging, missing: [parent] }];
  });
}

/** What is missing stands under a field that does not belong there. */
function tooLow(unknown: readonly string[], owner: JsonObject, { schema }: SchemaCursor): readonly WrongLevel[] {
  const known = objectField(schema, 'properties');
  const missing = [...listField(schema, 'required'), ...listField(objectField(schema, 'else'), 'required')].filter((name) => typeof name === 'string' && field(owner, name) === undefined).map(String);
  return unknown.flatMap((name) => {
    const below: Json | undefined = field(owner, name);
    const held = isObject(below) ? missing.filter((each) => field(below, each) !== undefined) : [];
    if (!isObject(below) || held.length === 0 || Object.keys(below).some((key) => !Object.hasOwn(known, key))) return [];
    return [{ name, message: `There is no "${name}" here: ${orList(held.map((each) => `"${each}"`)).replace(' or ', ' and ')} ${held.length === 1 ? 'stands' : 'stand'} one level higher. Remove "${name}:" and indent less.`, unknown: [name], missing: held }];
  });
}

