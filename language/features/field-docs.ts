import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { orList } from '../documents/nearest-word.ts';

/** What a schema says about one of its fields, as Markdown. `required` says whether the mapping may go without it. */
export function fieldDocs(name: string, schema: JsonObject, required: boolean): string {
  const about = textField(schema, 'description') ?? '';
  const facts = [required ? 'required' : null, typeInWords(schema), defaultInWords(schema)].filter((fact) => fact !== null);
  const parts = [`**${name}** · ${facts.join(' · ')}`, about, valuesList(schema), notYet(schema), exampleOf(name, schema)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** `text`, `whole number, at least 1`, `list of texts`, `one of a or b`. */
export function typeInWords(schema: JsonObject): string {
  const expected = textField(schema, 'x-dagbook-expected');
  if (expected !== null) return expected;
  const allowed = listField(schema, 'enum');
  if (allowed.length > 0) return `one of ${orList(allowed.map(String))}`;
  const constant = field(schema, 'const');
  if (constant !== undefined) return `\`${inlineYaml(constant)}\``;
  const type = field(schema, 'type');
  const types = Array.isArray(type) ? (type as readonly Json[]) : [type ?? null];
  const words = orList(types.map((each) => typeWord(each, schema)));
  return `${words}${bounds(schema)}`;
}

function typeWord(type: Json, schema: JsonObject): string {
  switch (type) {
    case 'string':
      return textField(schema, 'x-dagbook-reference') === null ? 'text' : `${textField(schema, 'x-dagbook-reference') ?? ''} reference`;
    case 'integer':
      return 'whole number';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return listWord(schema);
    case 'object':
      return 'mapping';
    default:
      return 'any value';
  }
}

function listWord(schema: JsonObject): string {
  const reference = textField(schema, 'x-dagbook-reference');
  if (reference !== null) return `list of ${reference} ids`;
  const items = textField(objectField(schema, 'items'), 'type');
  return items === 'string' ? 'list of texts' : 'list';
}

function bounds(schema: JsonObject): string {
  const words = [
    ['minimum', 'at least'],
    ['exclusiveMinimum', 'greater than'],
    ['maximum', 'at most'],
    ['minItems', 'at least'],
  ] as const;
  const found = words.flatMap(([keyword, said]) => {
    const limit = field(schema, keyword);
    return typeof limit === 'number' ? [`${said} ${limit}${keyword !== 'minItems' ? '' : limit === 1 ? ' item' : ' items'}`] : [];
  });
  return found.length === 0 ? '' : `, ${found.join(', ')}`;
}

function defaultInWords(schema: JsonObject): string | null {
  const standard = field(schema, 'default');
  if (standard !== undefined) return `default \`${inlineYaml(standard)}\``;
  const by = field(schema, 'x-dagbook-default-by');
  if (by === undefined) return null;
  const values = Object.entries(objectField(by, 'values')).map(([when, value]) => `${when}: \`${inlineYaml(value)}\``);
  return `default by \`${textField(by, 'field') ?? ''}\` (${values.join(', ')})`;
}

function valuesList(schema: JsonObject): string {
  return listField(schema, 'oneOf')
    .filter(isObject)
    .flatMap((alternative) => {
      const about = textField(alternative, 'description');
      const [example] = listField(alternative, 'examples');
      return about === null || example === undefined || textField(alternative, 'description')?.startsWith("The kernel's") === true ? [] : [`- \`${inlineYaml(example)}\` ${about}`];
    })
    .join('\n');
}

function notYet(schema: JsonObject): string {
  const whole = textField(schema, 'x-dagbook-not-yet');
  if (whole !== null) return `*Not yet:* ${whole}`;
  const values = Object.keys(objectField(schema, 'x-dagbook-not-yet-values'));
  return values.length === 0 ? '' : `*Not yet:* ${orList(values)}`;
}

function exampleOf(name: string, schema: JsonObject): string {
  const [example] = listField(schema, 'examples');
  return example === undefined ? '' : `\`\`\`yaml\n${name}: ${inlineYaml(example)}\n\`\`\``;
}

/** A value in one line of YAML. */
export function inlineYaml(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(inlineYaml).join(', ')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${inlineYaml(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  return value === '' || /^[\s{["'&*!|>%@`#-]|[:#]\s|[,\]}]|^(true|false|null|[\d.+-]+)$/.test(value) ? JSON.stringify(value) : value;
}
