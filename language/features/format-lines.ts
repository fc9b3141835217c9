import type { LineIndex } from '../syntax/line-index.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlEntry, YamlMap, YamlNode, YamlSeq } from '../syntax/yaml-tree.ts';
import type { TextEdit } from './feature-context.ts';
import { columnOf, dashBefore, isFlow, trimmedEnd } from './yaml-edit.ts';

/**
 * Finds the column of every line of a document: two more per level, dashes two behind their key. Lines of a text or a
 * flow collection move with the line it begins on, so what is in them stays as it is.
 */
export class LineFormatter {
  readonly #text: string;
  readonly #lines: LineIndex;
  /** Line to its new column. */
  readonly #columns = new Map<number, number>();
  /** Lines inside scalars: no white space of theirs is ours. */
  readonly #inside = new Set<number>();
  readonly spacing: TextEdit[] = [];

  constructor(text: string, lines: LineIndex) {
    this.#text = text;
    this.#lines = lines;
  }

  visit(node: YamlNode, column: number): void {
    if (node.kind === 'map' && !isFlow(this.#text, node)) this.#map(node, column);
    else if (node.kind === 'seq' && !isFlow(this.#text, node)) this.#seq(node, column);
  }

  isInside(line: number): boolean {
    return this.#inside.has(line);
  }

  /** The edits that move lines; null where a line is of a form that is not known here, so that none may move. */
  indentation(span: Span): readonly TextEdit[] | null {
    const first = this.#lines.at(span.start).line;
    const last = this.#lines.at(Math.max(span.start, span.end - 1)).line;
    const edits: TextEdit[] = [];
    for (let line = first; line <= last; line += 1) {
      const start = this.#lines.lineStart(line);
      const old = this.#indent(line);
      const rest = this.#text.slice(start + old, this.#lines.lineStart(line + 1)).trim();
      const known = this.#columns.get(line);
      if (known === undefined && rest !== '' && !rest.startsWith('#') && !/^(?:---|\.\.\.|%)/.test(rest)) return null;
      const column = known ?? (rest.startsWith('#') ? this.#commentColumn(line, old, first, last) : old);
      if (column !== old) edits.push({ span: { start, end: start + old }, newText: ' '.repeat(column) });
    }
    return edits;
  }

  /** A comment stays with the line below it that it is in line with, else with one above. */
  #commentColumn(line: number, old: number, first: number, last: number): number {
    for (let below = line + 1; below <= last; below += 1) {
      const column = this.#columns.get(below);
      if (column === undefined) continue;
      if (this.#indent(below) === old) return column;
      break;
    }
    for (let above = line - 1; above >= first; above -= 1) {
      const column = this.#columns.get(above);
      if (column === undefined || this.#inside.has(above)) continue;
      if (this.#indent(above) === old) return column;
      if (this.#indent(above) < old) break;
    }
    return old;
  }

  #map(map: YamlMap, column: number): void {
    const own = map.entries.filter(({ merged }) => !merged);
    const [head] = own;
    const oldColumn = head === undefined ? column : columnOf(this.#text, head.keySpan.start);
    for (const entry of own) this.#entry(entry, column, oldColumn);
    this.#mergeKeys(map, column, oldColumn);
  }

  #entry(entry: YamlEntry, column: number, oldColumn: number): void {
    const { keySpan, value } = entry;
    this.#place(keySpan.start, column);
    const onLine = this.#lines.at(keySpan.start).line === this.#lines.at(value.span.start).line;
    if (onLine && value.span.end > value.span.start && /^:[ \t]{2,}$/.test(this.#text.slice(keySpan.end, value.span.start))) {
      this.spacing.push({ span: { start: keySpan.end, end: value.span.start }, newText: ': ' });
    }
    this.#value(value, keySpan.start, column, column - oldColumn);
  }

  #value(value: YamlNode, from: number, column: number, shift: number): void {
    if ((value.kind === 'map' || value.kind === 'seq') && !isFlow(this.#text, value)) this.visit(value, column + 2);
    else this.#continued(from, value, column, shift);
  }

  #seq(seq: YamlSeq, column: number): void {
    for (const item of seq.items) {
      const dash = dashBefore(this.#text, item.span.start);
      if (dash < 0 || this.#text.charAt(dash) !== '-') continue;
      const oldColumn = columnOf(this.#text, dash);
      this.#place(dash, column);
      if (/^-[ \t]{2,}$/.test(this.#text.slice(dash, item.span.start))) this.spacing.push({ span: { start: dash, end: item.span.start }, newText: '- ' });
      this.#value(item, dash, column, column - oldColumn);
    }
  }

  /** What stands first on its line decides its column. */
  #place(offset: number, column: number): void {
    const { line } = this.#lines.at(offset);
    if (columnOf(this.#text, offset) === this.#indent(line)) this.#columns.set(line, column);
  }

  /** The lines of a value after the one its key stands on. */
  #continued(from: number, value: YamlNode, column: number, shift: number): void {
    const first = this.#lines.at(from).line;
    const isBlock = value.kind === 'scalar' && (value.style === 'literal' || value.style === 'folded');
    const end = isBlock ? Math.max(value.span.start, value.span.end - 1) : trimmedEnd(this.#text, value.span);
    const last = this.#lines.at(end).line;
    const content = isBlock ? this.#contentColumn(value, first, last) : null;
    for (let line = first + 1; line <= last; line += 1) {
      if (value.kind === 'scalar') this.#inside.add(line);
      const old = this.#indent(line);
      if (!this.#isBlank(line)) this.#columns.set(line, Math.max(0, old + (content === null ? shift : column + 2 - content)));
      // White space beyond the content's column is content; before it, it is nothing.
      else if (content !== null) this.#columns.set(line, old > content ? old + column + 2 - content : 0);
    }
    // Behind a text over several lines nothing of that line is white space of ours before its last.
    if (value.kind === 'scalar' && last > first && !isBlock) this.#inside.add(first);
  }

  /** Where the content of a block begins; null where the block says so itself, and may not be moved otherwise. */
  #contentColumn(value: YamlNode, first: number, last: number): number | null {
    if (/[1-9]/.test(this.#text.slice(value.span.start, value.span.start + 4).split(/[\s#]/)[0] ?? '')) return null;
    for (let line = first + 1; line <= last; line += 1) if (!this.#isBlank(line)) return this.#indent(line);
    return null;
  }

  #isBlank(line: number): boolean {
    const start = this.#lines.lineStart(line) + this.#indent(line);
    return /[\r\n]|^$/.test(this.#text.charAt(start));
  }

  /** `<<` is no entry of the tree; its line is in line with the others of its mapping. */
  #mergeKeys(map: YamlMap, column: number, oldColumn: number): void {
    if (!map.entries.some(({ merged }) => merged)) return;
    const first = this.#lines.at(map.span.start).line;
    const last = this.#lines.at(trimmedEnd(this.#text, map.span)).line;
    for (let line = first; line <= last; line += 1) {
      const start = this.#lines.lineStart(line) + oldColumn;
      if (this.#indent(line) === oldColumn && /^<<[ \t]*:/.test(this.#text.slice(start, start + 20))) this.#columns.set(line, column);
    }
  }

  #indent(line: number): number {
    const start = this.#lines.lineStart(line);
    let at = start;
    while (this.#text.charCodeAt(at) === 32) at += 1;
    return at - start;
  }
}
