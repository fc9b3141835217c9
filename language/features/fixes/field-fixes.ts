import type { Json, JsonObject } from '../../../protocol/json.ts';
import { field, isObject, listField, objectField, textField } from '../../documents/json-access.ts';
import { follow } from '../../documents/schema-walk.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { candidateSchemas, openAlternatives, schemaOfDocument } from '../document-schema.ts';
import { documentSkeletons } from '../document-skeletons.ts';
import { inlineYaml } from '../field-docs.ts';
import { nodesFor } from '../node-scope.ts';
import { valueAt } from '../../documents/value-at.ts';
import { addItem, newline, setField } from '../yaml-edit.ts';
import { writeScalar } from '../write-scalar.ts';
import { editFix, replaceFix, type Fix, type Fixer, type FixPlace } from './fix.ts';

const firstNode = 'id: first\n    task: { goal: Say what is to be done. }';

/** A field that must be there, with the schema's example. */
export const addMissingField: Fixer = (at) => {
  const name = /^"([^"]+)" is missing/.exec(at.diagnostic.message)?.[1];
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  if (name === undefined) return [];
  for (let length = at.path.length; length >= Math.max(0, at.path.length - 1); length -= 1) {
    const path = at.path.slice(0, length);
    const value = valueAt(at.json, path);
    if (!isObject(value) || Object.hasOwn(value, name)) continue;
    const owner = candidateSchemas(root, at.json, path).flatMap((schema) => openAlternatives(schema, value)).find(({ schema }) => Object.hasOwn(objectField(schema, 'properties'), name));
    if (owner === undefined) continue;
    const schema = follow(owner.root, objectField(objectField(owner.schema, 'properties'), name));
    return editFix(at, `Add "${name}"`, [setField(at.editor, path, name, valueFor(at, [...path, name], schema))], true);
  }
  return [];
};

/** Something that may stand there: a node that exists, an allowed word, the example. */
function valueFor(at: FixPlace, path: YamlPath, schema: JsonObject): string {
  if (path.length === 1 && path[0] === 'nodes') return `\n  - ${firstNode}`;
  if (textField(schema, 'x-dagbook-reference') === 'node') {
    const ids = nodesFor(at.analyzed.document, path, new Set(), '');
    if (schema['type'] === 'array' && ids.length > 0) return `[${ids.slice(0, 2).map(writeScalar).join(', ')}]`;
    if (ids[0] !== undefined) return writeScalar(ids[0]);
  }
  const example: Json | undefined = listField(schema, 'enum')[0] ?? listField(schema, 'examples')[0];
  return example === undefined ? '""' : inlineYaml(example);
}

/** What an adapter cannot do without. */
export const addAdapterField: Fixer = (at) => {
  if (at.diagnostic.message.startsWith('The schedule never fires')) return editFix(at, 'Let it run every weekday at nine', [setField(at.editor, ['schedule'], 'cron', '"0 9 * * 1-5"')], true);
  const words = /needs (.*?)\. /.exec(`${at.diagnostic.message} `)?.[1] ?? '';
  const names = [...words.matchAll(/"(\w+)"/g)].map((match) => match[1] ?? '');
  const owner: YamlPath = at.path[0] === 'nodes' ? at.path.slice(0, 2) : [];
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  return names.flatMap((name, i): readonly Fix[] => {
    const [schema] = candidateSchemas(root, at.json, [...owner, name]);
    if (schema === undefined) return [];
    const fix = editFix(at, `Add "${name}"`, [setField(at.editor, owner, name, valueFor(at, [...owner, name], schema.schema))]);
    return fix.map((each) => ({ ...each, preferred: i === 0 }));
  });
};

/** One more item, from the schema's example. */
export const addExampleItem: Fixer = (at) => {
  const key = at.path.at(-1);
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  if (typeof key !== 'string') return [];
  if (at.path.length === 1 && key === 'nodes') return editFix(at, 'Add a node', [setField(at.editor, [], 'nodes', '[{ id: first, task: { goal: Say what is to be done. } }]')], true);
  const items = candidateSchemas(root, at.json, [...at.path, 0]).flatMap((schema) => openAlternatives(schema, null));
  const example = items.flatMap(({ schema }) => listField(schema, 'examples'))[0];
  return example === undefined ? [] : editFix(at, 'Add an item', [addItem(at.editor, at.path.slice(0, -1), key, inlineYaml(example))]);
};

/** The dash that the next item of a list lacks, or the line that the next document lacks. */
export const beginItem: Fixer = (at) => {
  const { start } = at.diagnostic.span;
  const { text } = at.context;
  if (at.diagnostic.message.includes('write --- above it')) return editFix(at, 'Begin another document here', [{ span: { start, end: start }, newText: `---${newline(text)}` }], true);
  if (!at.diagnostic.message.includes('write "- " before it') || !/^ *$/.test(text.slice(text.lastIndexOf('\n', start - 1) + 1, start)) || text.slice(start - 2, start) !== '  ') return [];
  return editFix(at, 'Begin another item here', [{ span: { start: start - 2, end: start }, newText: '- ' }], true);
};

/** The second of two equal keys, with what stands under it. */
export const removeDuplicateKey: Fixer = (at) => {
  const { text } = at.context;
  const { start, end } = at.diagnostic.span;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(line, start).trim() !== '') return removeFromFlowText(at, start, end);
  const column = start - line;
  const lines = text.slice(end).split('\n');
  let length = (lines[0] ?? '').length + 1;
  for (const each of lines.slice(1)) {
    const indent = /^ */.exec(each)?.[0].length ?? 0;
    if (each.trim() !== '' && (indent < column || (indent === column && !each.trimStart().startsWith('- ')))) break;
    length += each.length + 1;
  }
  return editFix(at, 'Remove the second one', [{ span: { start: line, end: Math.min(text.length, end + length) }, newText: '' }], true);
};

function removeFromFlowText(at: FixPlace, start: number, end: number): readonly Fix[] {
  const { text } = at.context;
  let depth = 0;
  for (let i = end; i < text.length; i += 1) {
    const character = text.charAt(i);
    if ('[{'.includes(character)) depth += 1;
    else if ((']}'.includes(character) && depth === 0) || (character === ',' && depth === 0)) {
      const before = /,\s*$/.exec(text.slice(0, start));
      return editFix(at, 'Remove the second one', [{ span: { start: before?.index ?? start, end: i }, newText: '' }], true);
    } else if (']}'.includes(character)) depth -= 1;
    else if (/["'\r\n]/.test(character)) return [];
  }
  return [];
}

/** What an empty file begins with. */
export const fillDocument: Fixer = (at) => {
  const skeletons = documentSkeletons(at.analyzed.document.kind, at.context.file);
  const break_ = newline(at.context.text);
  return skeletons.flatMap(({ label, insertText }, i) => {
    const plain = withoutStops(insertText).replaceAll('\n', break_);
    return editFix(at, `Begin with a ${label}`, [{ span: { start: at.context.text.length, end: at.context.text.length }, newText: plain }], i === 0);
  });
};

/** The text of a snippet as it stands before anything is filled in. */
export function withoutStops(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}|\$\d/g, '$1').replace(/\\([$}\\])/g, '$1');
}

/** A credential becomes the name of a secret. */
export const nameSecret: Fixer = (at) => {
  const { place, path, diagnostic, context } = at;
  const inValue = place.on === 'value' && place.node.kind === 'scalar' && place.node.span.start <= diagnostic.span.start && diagnostic.span.end <= place.node.span.end;
  if (!inValue) return editFix(at, 'Take it out of the comment', [{ span: diagnostic.span, newText: '(removed)' }], true);
  const address = /^([a-z][a-z0-9+.-]*:\/\/)/i.exec(at.written);
  if (address !== null) return editFix(at, 'Take the password out of the address', [{ span: diagnostic.span, newText: address[1] ?? '' }], true);
  const name = secretName(path);
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  const schemas = candidateSchemas(root, at.json, path);
  const takesMapping = schemas.every(({ schema }) => field(schema, 'type') !== 'string');
  if (takesMapping) return editFix(at, `Name the secret ${name} instead`, [{ span: place.node.span, newText: `{ secret: ${name} }` }], true);
  return editFix(at, 'Take it out of the text', [{ span: diagnostic.span, newText: context.text.charAt(diagnostic.span.start) === '"' ? '""' : 'SECRET' }], true);
};

function secretName(path: YamlPath): string {
  const key = path.findLast((segment) => typeof segment === 'string') ?? 'api_key';
  const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
  return /^[A-Z]/.test(name) ? name : `SECRET_${name}`;
}

/** A cap with room for an answer beside the longest prompt: the next full thousand above twice what the prompt may take. */
export const raiseCap: Fixer = (at) => {
  const bound = Number(/above (\d+)/.exec(at.diagnostic.message)?.[1]);
  const enough = Math.ceil((2 * bound) / 1000) * 1000;
  return Number.isSafeInteger(enough) && enough > 0 ? replaceFix(at, `Raise it to ${enough}`, String(enough), true) : [];
};

/** The tool server that a tool names, by an address to be corrected. */
export const declareServer: Fixer = (at) => {
  const name = valueAt(at.json, at.path);
  return typeof name === 'string' ? editFix(at, `Declare the server "${name}"`, [addItem(at.editor, [], 'mcp_servers', `{ name: ${writeScalar(name)}, url: "http://127.0.0.1:4000/mcp" }`)]) : [];
};
