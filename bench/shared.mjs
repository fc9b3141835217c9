import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Nearest-rank quantile. */
export function quantile(values, p) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

export const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;

export function machine() {
  return `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`;
}

/** One line per bin, as wide as it is full. */
export function histogram(values, bins) {
  const counts = bins.map((to, i) => values.filter((v) => v < to && v >= (bins[i - 1] ?? 0)).length);
  const rest = values.filter((v) => v >= bins.at(-1)).length;
  const most = Math.max(...counts, rest, 1);
  const bar = (n) => '█'.repeat(Math.round((n / most) * 40));
  return [...bins.map((to, i) => `${String(bins[i - 1] ?? 0).padStart(5)}–${String(to).padEnd(5)} ms ${String(counts[i]).padStart(4)} ${bar(counts[i])}`), `     ≥${String(bins.at(-1)).padEnd(5)} ms ${String(rest).padStart(4)} ${bar(rest)}`].join('\n');
}
