import { asLine, displayWidth, middleCut, padEnd, padStart } from './display-text.ts';
import type { Style, Terminal } from './terminal.ts';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand right, so that their digits line up. */
  readonly align?: 'left' | 'right';
  readonly style?: (row: Row) => Style | null;
  /** Longer cells are shortened in the middle. */
  readonly max?: number;
}

/** A table with aligned columns. Cells come from documents and models, so they are made harmless here. */
export function printTable<Row>(out: Terminal, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  const cells = rows.map((row) => columns.map((column) => {
    const text = asLine(column.cell(row));
    return column.max === undefined ? text : middleCut(text, column.max);
  }));
  const widths = columns.map((column, at) => Math.max(displayWidth(column.title), ...cells.map((row) => displayWidth(row[at] ?? ''))));
  const pad = (text: string, at: number): string => (columns[at]?.align === 'right' ? padStart : padEnd)(text, widths[at] ?? 0);
  out.line(columns.map((column, at) => out.style('dim', pad(column.title, at))).join('  ').trimEnd());
  cells.forEach((row, index) => {
    const line = row.map((text, at) => {
      const source = rows[index];
      const style = source === undefined ? null : (columns[at]?.style?.(source) ?? null);
      return style === null ? pad(text, at) : out.style(style, pad(text, at));
    });
    out.line(line.join('  ').trimEnd());
  });
}

/** `1,204`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `840 ms`, `1.2 s`, `3 m 04 s`, `2 h 05 m`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** `840 B`, `1.2 kB`, `4.7 GB`: powers of a thousand, as disks and downloads are labelled. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${units[step] ?? ''}`;
}
