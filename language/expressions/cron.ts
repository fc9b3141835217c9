/** A cron line of five fields, read. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 = Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** The fields as written. */
  readonly fields: readonly [string, string, string, string, string];
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const parts = [
  { name: 'minute', low: 0, high: 59, names: [] },
  { name: 'hour', low: 0, high: 23, names: [] },
  { name: 'day of the month', low: 1, high: 31, names: [] },
  { name: 'month', low: 1, high: 12, names: monthNames },
  { name: 'day of the week', low: 0, high: 7, names: dayNames },
] as const;

/** The first of five fields that is not what cron understands; null where all are, or where there are not five. */
export function cronMistake(line: string): { readonly message: string; readonly offset: number; readonly length: number } | null {
  const words = [...line.matchAll(/\S+/g)];
  if (words.length !== parts.length) return null;
  for (const [i, { name, low, high, names }] of parts.entries()) {
    const word = words[i];
    if (word === undefined || readField(word[0], low, high, names) !== null) continue;
    const named = names.length === 0 ? '' : `, or ${names[0]} to ${names.at(-1) ?? ''}`;
    return { message: `"${word[0]}" is no ${name}: that is ${low} to ${high}${named}, * for each, with - , and / between.`, offset: word.index, length: word[0].length };
  }
  return null;
}

/** Null where a field is not what cron understands: `*`, numbers, ranges, lists, steps and English names. */
export function parseCron(line: string): Cron | null {
  const fields = line.trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = fields;
  if (fields.length !== 5 || minute === undefined || hour === undefined || day === undefined || month === undefined || weekday === undefined) return null;
  const [minutes = null, hours = null, days = null, months = null, read = null] = parts.map(({ low, high, names }, i) => readField(fields[i] ?? '', low, high, names));
  if (minutes === null || hours === null || days === null || months === null || read === null) return null;
  return { minutes, hours, days, months, weekdays: new Set([...read].map((value) => value % 7)), fields: [minute, hour, day, month, weekday] };
}

function readField(field: string, low: number, high: number, names: readonly string[]): ReadonlySet<number> | null {
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return null;
    const [, star, first, second, stepWord] = match;
    const step = stepWord === undefined ? 1 : Number(stepWord);
    const from = star !== undefined ? low : readNumber(first ?? '', low, names);
    const to = star !== undefined ? high : second !== undefined ? readNumber(second, low, names) : stepWord === undefined ? from : high;
    if (from === null || to === null || step < 1 || from < low || to > high || from > to) return null;
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return values;
}

function readNumber(word: string, low: number, names: readonly string[]): number | null {
  if (/^\d{1,2}$/.test(word)) return Number(word);
  const index = names.indexOf(word.toLowerCase());
  return index < 0 ? null : index + low;
}
