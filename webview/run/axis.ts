/** Steps an axis of time may have: milliseconds. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000];

export interface Axis {
  /** How much time the axis covers, and how far its ticks are apart: milliseconds. */
  readonly span: number;
  readonly step: number;
}

/** A little more than what there is, in four or five steps of a round length. */
export function axisOf(ms: number): Axis {
  const span = Math.max(4, ms * 1.03);
  const day = STEPS.at(-1) ?? 1;
  const step = STEPS.find((candidate) => span / candidate <= 5.5) ?? Math.ceil(span / 5 / day) * day;
  return { span, step };
}

export function ticksOf({ span, step }: Axis): readonly number[] {
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, at) => at * step);
}

/** `0 s`, `200 ms`, `1 m 30 s`, `2 h`. */
export function tickWords(ms: number, { step }: Axis): string {
  if (step < 1_000) return ms === 0 ? '0' : ms % 1_000 === 0 ? `${ms / 1_000} s` : ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(step < 10 ? 3 : step < 100 ? 2 : 1)} s`;
  const parts = [[Math.floor(ms / 86_400_000), 'd'], [Math.floor(ms / 3_600_000) % 24, 'h'], [Math.floor(ms / 60_000) % 60, 'm'], [Math.floor(ms / 1_000) % 60, 's']] as const;
  const words = parts.filter(([value]) => value > 0).slice(0, 2).map(([value, unit]) => `${value} ${unit}`);
  return words.length === 0 ? '0 s' : words.join(' ');
}
