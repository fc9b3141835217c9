import type { Span } from '../syntax/span.ts';
import { locate, type YamlPath } from '../syntax/yaml-path.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from '../syntax/yaml-tree.ts';
import type { TextEdit } from './feature-context.ts';

/** Edits of YAML that keep its style: block stays block, flow stays flow. Null where the text does not allow them. */
export interface YamlEditor {
  readonly text: string;
  readonly tree: YamlNode;
}

export function mapAt({ tree }: YamlEditor, path: YamlPath): YamlMap | null {
  const place = locate(tree, path);
  return place?.node.kind === 'map' ? place.node : null;
}

export function seqAt({ tree }: YamlEditor, path: YamlPath): YamlSeq | null {
  const place = locate(tree, path);
  return place?.node.kind === 'seq' ? place.node : null;
}

export function isFlow(text: string, node: YamlMap | YamlSeq): boolean {
  return /[[{]/.test(text.charAt(node.span.start));
}

export function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Sets a field to a value of one line (or, in block style, of several: lines after the first are indented below the key). */
export function setField(editor: YamlEditor, path: YamlPath, key: string, value: string): TextEdit | null {
  const map = mapAt(editor, path);
  if (map === null) return emptyMapField(editor, path, key, value);
  const { text } = editor;
  const own = map.entries.find((entry) => entry.key === key && !entry.merged);
  if (own !== undefined) {
    const { span } = own.value;
    if (span.end === span.start) return { span: { start: own.keySpan.end + 1, end: own.keySpan.end + 1 }, newText: ` ${value}` };
    // A block collection begins on the next line: its place is behind the colon.
    const behind = /[\r\n]/.test(text.slice(own.keySpan.end, span.start));
    return behind ? { span: { start: own.keySpan.end + 1, end: trimmedEnd(text, span) }, newText: ` ${value}` } : { span: { start: span.start, end: trimmedEnd(text, span) }, newText: value };
  }
  const last = map.entries.findLast((entry) => !entry.merged);
  if (isFlow(text, map)) {
    const at = last === undefined ? map.span.start + 1 : entryEnd(text, last);
    return { span: { start: at, end: at }, newText: last === undefined ? ` ${key}: ${value.trim()} ` : `, ${key}: ${value.trim()}` };
  }
  if (last === undefined) return null;
  const first = map.entries.find((entry) => !entry.merged) ?? last;
  return insertLine(text, entryEnd(text, last), columnOf(text, first.keySpan.start), `${key}:${value.startsWith('\n') ? '' : ' '}${value}`);
}

/** `{}` and a key without a value become a mapping of one field. */
function emptyMapField({ text, tree }: YamlEditor, path: YamlPath, key: string, value: string): TextEdit | null {
  const place = locate(tree, path);
  if (place?.keySpan == null || place.node.kind !== 'scalar' || place.node.value !== null) return null;
  const start = place.keySpan.end + 1;
  return { span: { start, end: Math.max(start, place.node.span.end) }, newText: `\n${' '.repeat(columnOf(text, place.keySpan.start) + 2)}${key}: ${value}` };
}

/** A new line below the one that holds `offset`. */
export function insertLine(text: string, offset: number, column: number, line: string): TextEdit {
  const at = lineEnd(text, offset);
  return { span: { start: at, end: at }, newText: `${newline(text)}${' '.repeat(column)}${line.replaceAll('\n', `${newline(text)}${' '.repeat(column)}`)}` };
}

export function newline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Takes a field out of its mapping, with its lines where it has lines of its own. */
export function removeField(editor: YamlEditor, path: YamlPath, key: string): TextEdit | null {
  const map = mapAt(editor, path);
  const own = map?.entries.filter((entry) => !entry.merged) ?? [];
  const index = own.findIndex((entry) => entry.key === key);
  const entry = own[index];
  if (map === null || entry === undefined) return null;
  const spans = own.map((each) => ({ start: each.keySpan.start, end: entryEnd(editor.text, each) }));
  if (isFlow(editor.text, map)) return removeFromFlow(editor.text, spans, index);
  if (own.length === 1) return { span: spans[0] ?? map.span, newText: '{}' };
  return removeFromBlock(editor.text, spans, index);
}

/** Takes an item out of its sequence; the last one leaves `[]`. */
export function removeItem(editor: YamlEditor, path: YamlPath, index: number): TextEdit | null {
  const seq = seqAt(editor, path);
  if (seq?.items[index] === undefined) return null;
  const { text } = editor;
  const spans = seq.items.map(({ span }) => ({ start: span.start, end: trimmedEnd(text, span) }));
  if (isFlow(text, seq)) return removeFromFlow(text, spans, index);
  const dashes = spans.map(({ start, end }) => ({ start: dashBefore(text, start), end }));
  if (dashes.length === 1) {
    const place = locate(editor.tree, path);
    return place?.keySpan == null ? null : { span: { start: place.keySpan.end + 1, end: dashes[0]?.end ?? seq.span.end }, newText: ' []' };
  }
  return removeFromBlock(text, dashes, index);
}

/** Another value of one line in the place of what is there. */
export function replaceValue({ text, tree }: YamlEditor, path: YamlPath, value: string): TextEdit | null {
  const node = locate(tree, path)?.node;
  return node === undefined ? null : { span: { start: node.span.start, end: trimmedEnd(text, node.span) }, newText: value };
}

/** Moves an item behind the last one, with its style and its comments. Null where an anchor stands in it: what is between may need it. */
export function moveItemToEnd(editor: YamlEditor, path: YamlPath, index: number): readonly (TextEdit | null)[] {
  const { text } = editor;
  const item = seqAt(editor, path)?.items[index];
  const key = path.at(-1);
  if (item === undefined || typeof key !== 'string') return [null];
  const raw = text.slice(item.span.start, trimmedEnd(text, item.span)).replaceAll('\r\n', '\n');
  const before = text.slice(dashBefore(text, item.span.start), item.span.start);
  if (/(^|[\s,[{])&/.test(`${before} ${raw}`) || before.includes('#')) return [null];
  const column = columnOf(text, item.span.start);
  const lines = raw.split('\n').map((line, i) => (i > 0 && line.slice(0, column).trim() === '' ? line.slice(column) : line));
  return [removeItem(editor, path, index), addItem(editor, path.slice(0, -1), key, lines.join('\n'))];
}

/** Takes an item away, and its list with it where it was the only one. */
export function removeItemOrField(editor: YamlEditor, path: YamlPath, index: number): TextEdit | null {
  const seq = seqAt(editor, path);
  const name = path.at(-1);
  if (seq?.items.length === 1 && typeof name === 'string') return removeField(editor, path.slice(0, -1), name);
  return removeItem(editor, path, index);
}

/** Adds items at the end of a list field, which is made where it is not there. */
export function addItems(editor: YamlEditor, path: YamlPath, key: string, items: readonly string[]): TextEdit | null {
  const seq = seqAt(editor, [...path, key]);
  const { text } = editor;
  if (seq === null) return locate(editor.tree, [...path, key]) === null ? setField(editor, path, key, `[${items.join(', ')}]`) : null;
  const last = seq.items.at(-1);
  if (isFlow(text, seq)) {
    const at = last === undefined ? seq.span.start + 1 : trimmedEnd(text, last.span);
    return { span: { start: at, end: at }, newText: `${last === undefined ? '' : ', '}${items.join(', ')}` };
  }
  if (last === undefined) return null;
  const lines = items.map((item) => `- ${item.replaceAll('\n', '\n  ')}`).join('\n');
  return insertLine(text, trimmedEnd(text, last.span), columnOf(text, dashBefore(text, last.span.start)), lines);
}

export function addItem(editor: YamlEditor, path: YamlPath, key: string, item: string): TextEdit | null {
  return addItems(editor, path, key, [item]);
}

export function dashBefore(text: string, start: number): number {
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const dash = text.lastIndexOf('-', start - 1);
  // `-` on a line of its own, the item below it.
  return dash >= line ? dash : text.lastIndexOf('-', line);
}

export function entryEnd(text: string, entry: YamlEntry): number {
  const { span } = entry.value;
  return span.end > entry.keySpan.end ? trimmedEnd(text, span) : Math.max(span.end, text.indexOf(':', entry.keySpan.end) + 1);
}

/** Without the line breaks that a block scalar or a block collection may end with. */
export function trimmedEnd(text: string, span: Span): number {
  let { end } = span;
  while (end > span.start && /\s/.test(text.charAt(end - 1))) end -= 1;
  return end;
}

/** Where the line break of a line begins; the end of the text for its last. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  if (end < 0) return text.length;
  return end > offset && text.charAt(end - 1) === '\r' ? end - 1 : end;
}

function removeFromFlow(text: string, spans: readonly Span[], index: number): TextEdit | null {
  const own = spans[index];
  const next = spans[index + 1];
  const previous = spans[index - 1];
  if (own === undefined) return null;
  if (next !== undefined) return { span: { start: own.start, end: next.start }, newText: '' };
  if (previous !== undefined) return { span: { start: previous.end, end: own.end }, newText: '' };
  // A comma behind the only one goes with it.
  const comma = /^\s*,/.exec(text.slice(own.end))?.[0].length ?? 0;
  return { span: { start: own.start, end: own.end + comma }, newText: '' };
}

function removeFromBlock(text: string, spans: readonly Span[], index: number): TextEdit | null {
  const own = spans[index];
  if (own === undefined) return null;
  const line = text.lastIndexOf('\n', own.start - 1) + 1;
  const next = spans[index + 1];
  // Behind a dash the next field moves up; else the lines go.
  if (text.slice(line, own.start).trim() !== '') return next === undefined ? null : { span: { start: own.start, end: next.start }, newText: '' };
  const end = lineEnd(text, own.end);
  if (end < text.length) return { span: { start: line, end: end + (text.startsWith('\r\n', end) ? 2 : 1) }, newText: '' };
  return { span: { start: Math.max(0, line - (text.charAt(line - 2) === '\r' ? 2 : 1)), end }, newText: '' };
}

