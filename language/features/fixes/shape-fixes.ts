import type { Json } from '../../../protocol/json.ts';
import { isList, isObject, listField, objectField, textField } from '../../documents/json-access.ts';
import { meantValue } from '../../documents/meant-value.ts';
import { follow, schemaAt, settle } from '../../documents/schema-walk.ts';
import { wrongLevels } from '../../documents/wrong-level.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import type { YamlEntry, YamlMap } from '../../syntax/yaml-tree.ts';
import { schemaOfDocument } from '../document-schema.ts';
import type { TextEdit } from '../feature-context.ts';
import { valueAt } from '../../documents/value-at.ts';
import { columnOf, entryEnd, isFlow, mapAt, newline, replaceValue, setField, trimmedEnd } from '../yaml-edit.ts';
import { writeScalar } from '../write-scalar.ts';
import { editFix, replaceFix, type Fix, type Fixer, type FixPlace } from './fix.ts';
import { useSuggestion } from './suggestion-fixes.ts';

/** The suggestion is YAML already: a list, a number, a mapping. It goes where the value stands that was not meant so. */
export const useMeantValue: Fixer = (at) => {
  const { suggestion } = at.diagnostic;
  if (suggestion === undefined) return [];
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  const means = (path: YamlPath): boolean => {
    const schema = schemaAt(root, at.json, path);
    return schema !== null && meantValue(valueAt(at.json, path), schema) === suggestion;
  };
  const path = at.path.map((_, i) => at.path.slice(0, at.path.length - i)).find(means);
  const title = `Write ${suggestion}`;
  if (path === undefined) return replaceFix(at, title, suggestion, true);
  const key = path.at(-1);
  return editFix(at, title, [typeof key === 'string' ? setField(at.editor, path.slice(0, -1), key, suggestion) : replaceValue(at.editor, path, suggestion)], true);
};

/** The right word, or the right value as YAML. */
export const useWordOrValue: Fixer = (at) => (/^\w+$/.test(at.diagnostic.suggestion ?? '') ? useSuggestion : useMeantValue)(at);

/** A mapping where a list belongs: its fields by name become items, or it becomes the only one. */
export const makeItems: Fixer = (at) => {
  const map = mapAt(at.editor, at.path);
  const schema = schemaAt(schemaOfDocument(at.analyzed.document.kind, at.json), at.json, at.path);
  const value = valueAt(at.json, at.path);
  if (map === null || schema === null || schema.schema['type'] !== 'array' || !isObject(value) || map.entries.some(({ merged }) => merged)) return [];
  const items = follow(schema.root, objectField(schema.schema, 'items'));
  const [key] = listField(items, 'required');
  const isNamed = (key === 'id' || key === 'name') && Object.values(value).every((item) => item === null || isObject(item));
  if (isNamed) return editFix(at, `Write a list of items with "${key}"`, map.entries.map((entry) => namedItem(at, map, entry, key)), true);
  const [first] = map.entries;
  if (first === undefined || !Object.hasOwn(objectField(items, 'properties'), first.key)) return [];
  return editFix(at, 'Make it a list of one', onlyItem(at, map), true);
};

/** `research:` with its fields below as `- id: research`. */
function namedItem({ editor: { text } }: FixPlace, map: YamlMap, { key, keySpan, value }: YamlEntry, name: string): TextEdit | null {
  if (isFlow(text, map) || (value.kind !== 'map' && value.kind !== 'scalar')) return null;
  const head = `- ${name}: ${writeScalar(key)}`;
  if (value.kind === 'scalar') return { span: { start: keySpan.start, end: keySpan.end + 1 }, newText: head };
  if (!isFlow(text, value)) return columnOf(text, value.span.start) === columnOf(text, keySpan.start) + 2 ? { span: { start: keySpan.start, end: keySpan.end + 1 }, newText: head } : null;
  return { span: { start: keySpan.start, end: value.span.start + 1 }, newText: `- { ${name}: ${writeScalar(key)}${value.entries.length === 0 ? ' ' : ','}` };
}

function onlyItem({ editor: { text } }: FixPlace, map: YamlMap): readonly TextEdit[] {
  const end = trimmedEnd(text, map.span);
  if (isFlow(text, map)) return [{ span: { start: map.span.start, end: map.span.start }, newText: '[' }, { span: { start: end, end }, newText: ']' }];
  const [first, ...rest] = linesOf(text, map.span.start, end);
  return first === undefined ? [] : [{ span: { start: map.span.start, end: map.span.start }, newText: '- ' }, ...rest.map((start) => ({ span: { start, end: start }, newText: '  ' }))];
}

/** Where each line of a stretch begins that holds something. */
function linesOf(text: string, from: number, to: number): readonly number[] {
  const starts: number[] = [];
  for (let line = text.lastIndexOf('\n', from - 1) + 1; line <= to && line < text.length; line = text.indexOf('\n', line) + 1) {
    if (/\S/.test(text.slice(line, text.indexOf('\n', line) < 0 ? text.length : text.indexOf('\n', line)))) starts.push(line);
    if (text.indexOf('\n', line) < 0) break;
  }
  return starts;
}

/** Fields that stand one level too high or too low move there. */
export const moveLevel: Fixer = (at) => {
  const key = at.path.at(-1);
  const path = at.path.slice(0, -1);
  const owner: Json = valueAt(at.json, path);
  const map = mapAt(at.editor, path);
  const unsettled = schemaAt(schemaOfDocument(at.analyzed.document.kind, at.json), at.json, path);
  if (at.place.on !== 'key' || typeof key !== 'string' || !isObject(owner) || isList(owner) || map === null || unsettled === null || isFlow(at.editor.text, map)) return [];
  if (textField(unsettled.schema, 'x-dagbook-alternatives-by') === 'type' && textField(owner[key], 'type') !== null) return outdent(at, map, key);
  const schema = settle(unsettled, owner);
  const unknown = Object.keys(owner).filter((name) => !Object.hasOwn(objectField(schema.schema, 'properties'), name));
  const level = wrongLevels(unknown, owner, schema).find(({ name }) => name === key);
  const [parent] = level?.missing ?? [];
  if (level === undefined || parent === undefined) return [];
  return level.unknown.includes(key) && isObject(owner[key]) && Object.hasOwn(owner[key], parent) ? raise(at, map, key) : lower(at, map, level.unknown, parent);
};

/** A state that stands last in another one, as far out as that one. */
function outdent(at: FixPlace, map: YamlMap, key: string): readonly Fix[] {
  const { text } = at.editor;
  const entry = map.entries.findLast(({ merged }) => !merged);
  const parent = mapAt(at.editor, at.path.slice(0, -2))?.entries.find(({ value }) => value === map);
  if (entry?.key !== key || parent === undefined || !beginsLine(text, entry) || !beginsLine(text, parent)) return [];
  const less = columnOf(text, entry.keySpan.start) - columnOf(text, parent.keySpan.start);
  const edits = linesOf(text, entry.keySpan.start, entryEnd(text, entry)).map((line) => ({ span: { start: line, end: line + Math.min(less, /^ */.exec(text.slice(line))?.[0].length ?? 0) }, newText: '' }));
  return editFix(at, `Indent it as far as "${parent.key}"`, edits, true);
}

/** The fields below a key that does not belong there. */
function raise(at: FixPlace, map: YamlMap, key: string): readonly Fix[] {
  const { text } = at.editor;
  const entry = map.entries.find((each) => each.key === key);
  if (entry?.value.kind !== 'map' || isFlow(text, entry.value) || !beginsLine(text, entry)) return [];
  const less = columnOf(text, entry.value.span.start) - columnOf(text, entry.keySpan.start);
  const start = text.lastIndexOf('\n', entry.keySpan.start - 1) + 1;
  const [first, ...rest] = linesOf(text, entry.value.span.start, entryEnd(text, entry));
  if (first === undefined || less <= 0) return [];
  const blank = (line: number): number => Math.min(less, /^ */.exec(text.slice(line))?.[0].length ?? 0);
  const edits = [{ span: { start, end: first + blank(first) }, newText: '' }, ...rest.map((line) => ({ span: { start: line, end: line + blank(line) }, newText: '' }))];
  return editFix(at, `Remove "${key}:" and indent less`, edits, true);
}

/** Fields go below the key that they belong to, which is written above them where it is missing. */
function lower(at: FixPlace, map: YamlMap, names: readonly string[], parent: string): readonly Fix[] {
  const { text } = at.editor;
  const own = map.entries.filter(({ merged }) => !merged);
  const from = own.findIndex(({ key }) => key === names[0]);
  const moved = own.slice(from, from + names.length);
  const [first] = moved;
  const above = own.findIndex(({ key }) => key === parent);
  // Between them nothing else may stand, or it would change its place as well.
  if (first === undefined || moved.some((entry) => !names.includes(entry.key) || !beginsLine(text, entry)) || (above >= 0 && above !== from - 1)) return [];
  const column = ' '.repeat(columnOf(text, first.keySpan.start));
  const lines = moved.flatMap((entry) => linesOf(text, entry.keySpan.start, entryEnd(text, entry)));
  const edits = lines.map((line, i) => ({ span: { start: line, end: line }, newText: i === 0 && above < 0 ? `${column}${writeScalar(parent)}:${newline(text)}  ` : '  ' }));
  return editFix(at, `Indent it below "${parent}"`, edits, true);
}

function beginsLine(text: string, { keySpan }: YamlEntry): boolean {
  return text.slice(text.lastIndexOf('\n', keySpan.start - 1) + 1, keySpan.start).trim() === '';
}

/** `//` at the beginning of a comment. */
export const useHash: Fixer = (at) => {
  const { start } = at.diagnostic.span;
  return at.diagnostic.message.startsWith('A comment begins with #') && at.context.text.startsWith('//', start) ? editFix(at, 'Begin the comment with #', [{ span: { start, end: start + 2 }, newText: '#' }], true) : [];
};
