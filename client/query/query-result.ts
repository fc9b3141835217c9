import type { Json } from '../../protocol/json.ts';

export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
  /** There were more rows than were asked for. */
  readonly more: boolean;
}

/** RFC 4180. Null is an empty field; what is no text is JSON. */
export function toCsv({ columns, rows }: QueryResult): string {
  return [columns, ...rows].map((row) => row.map((value) => csvField(textOf(value))).join(',')).join('\r\n') + '\r\n';
}

/** One object per row; a name that occurs twice keeps its last value, as in SQLite's own JSON. */
export function toJson({ columns, rows }: QueryResult): string {
  return `${JSON.stringify(rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))), null, 2)}\n`;
}

export function textOf(value: Json): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A cell that begins like a formula is kept from being one in a spreadsheet. */
function csvField(text: string): string {
  const harmless = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
