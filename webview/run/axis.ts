/** Steps an axis of time may have: milliseconds. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000];

export interface Axis {
  /** How much time the axis covers, and how far its ticks are apart: milliseconds. */
  readonly span: number;
  readonly step: number;
}

/** The room a tick takes at least, so that its label does not touch the next: pixels. */
const TICK_ROOM = 64;
/** How wide a letter of a label is, and how far the last label may reach beyond the axis: pixels. */
const LETTER = 6;
const OVERHANG = 20;
/** More ticks than these tell nothing more. */
const MOST_TICKS = 5.5;

/** A little more than what there is, in steps of a round length: as many as `width` pixels have room for, four or five at most. */
export function axisOf(ms: number, width: number): Axis {
  const span = Math.max(4, ms * 1.03);
  const most = Math.max(1, Math.min(MOST_TICKS, width / TICK_ROOM));
  const day = STEPS.at(-1) ?? 1;
  const step = STEPS.find((candidate) => span / candidate <= most) ?? Math.ceil(span / Math.floor(most) / day) * day;
  return { span, step };
}

/** Those whose label stays clear of what stands beside the axis. */
export function ticksOf(axis: Axis, width: number): readonly number[] {
  const all = Array.from({ length: Math.floor(axis.span / axis.step) + 1 }, (_, at) => at * axis.step);
  return all.filter((tick) => tick === 0 || (1 - tick / axis.span) * width + OVERHANG >= tickWords(tick, axis).length * LETTER);
}

/** `0 s`, `200 ms`, `1 m 30 s`, `2 h`. */
export function tickWords(ms: number, { step }: Axis): string {
  if (step < 1_000) return ms === 0 ? '0' : ms % 1_000 === 0 ? `${ms / 1_000} s` : ms < 1_000 ? `${ms} ms` : `${(ms / 1_000).toFixed(step < 10 ? 3 : step < 100 ? 2 : 1)} s`;
  const parts = [[Math.floor(ms / 86_400_000), 'd'], [Math.floor(ms / 3_600_000) % 24, 'h'], [Math.floor(ms / 60_000) % 60, 'm'], [Math.floor(ms / 1_000) % 60, 's']] as const;
  const words = parts.filter(([value]) => value > 0).slice(0, 2).map(([value, unit]) => `${value} ${unit}`);
  return words.length === 0 ? '0 s' : words.join(' ');
}
