import type { Cron } from '../expressions/cron.ts';

const monthWords = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const dayWords = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `At 09:00, on Monday to Friday`. */
export function cronInWords({ fields, minutes, hours, days, months, weekdays }: Cron): string {
  const [minute, hour, day, month, weekday] = fields;
  const parts = [timeInWords(minute, hour, minutes, hours)];
  const onDays = day === '*' ? null : `on ${day.startsWith('*/') ? `every ${day.slice(2)}. day` : `day ${runs([...days], String)}`} of the month`;
  const onWeekdays = weekday === '*' ? null : `on ${runs([...weekdays].sort((a, b) => (a + 6) % 7 - (b + 6) % 7), (value) => dayWords[value] ?? '')}`;
  // As cron has it: where both are given, either is enough.
  if (onDays !== null || onWeekdays !== null) parts.push([onDays, onWeekdays].filter((part) => part !== null).join(' or '));
  if (month !== '*') parts.push(`in ${runs([...months], (value) => monthWords[value - 1] ?? '')}`);
  return parts.join(', ');
}

function timeInWords(minute: string, hour: string, minutes: ReadonlySet<number>, hours: ReadonlySet<number>): string {
  const inHours = hour === '*' ? '' : `, in hour ${runs([...hours], String)}`;
  if (minute === '*') return `Every minute${inHours}`;
  if (minute.startsWith('*/')) return `Every ${minute.slice(2)} minutes${inHours}`;
  if (hour === '*') return `At minute ${runs([...minutes], String)} of every hour`;
  if (minutes.size * hours.size > 6) return `At minute ${runs([...minutes], String)}${inHours}`;
  return `At ${[...hours].flatMap((h) => [...minutes].map((m) => `${two(h)}:${two(m)}`)).join(' and ')}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `1, 3 to 5`. */
function runs(values: readonly number[], word: (value: number) => string): string {
  const found: [number, number][] = [];
  for (const value of values) {
    const last = found.at(-1);
    if (last !== undefined && (value === last[1] + 1 || (last[1] === 6 && value === 0))) last[1] = value;
    else found.push([value, value]);
  }
  return found.map(([from, to]) => (from === to ? word(from) : `${word(from)} to ${word(to)}`)).join(', ');
}

interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** The next times after `now`, oldest first; fewer where the line has no more within five years. Null for an unknown zone. */
export function nextTimes(cron: Cron, now: Date, timeZone: string, count: number): readonly Date[] | null {
  const zone = zoneReader(timeZone);
  if (zone === null) return null;
  const found: Date[] = [];
  const today = zone(now.getTime());
  for (let ahead = 0; ahead < 366 * 5 && found.length < count; ahead += 1) {
    const date = new Date(Date.UTC(today.year, today.month - 1, today.day + ahead));
    if (!matchesDay(cron, date)) continue;
    for (const hour of cron.hours) {
      for (const minute of cron.minutes) {
        const time = toInstant({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour, minute }, zone);
        if (time !== null && time > now.getTime()) found.push(new Date(time));
      }
    }
  }
  return found.sort((a, b) => a.getTime() - b.getTime()).slice(0, count);
}

function matchesDay({ fields, days, months, weekdays }: Cron, date: Date): boolean {
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const onDay = days.has(date.getUTCDate());
  const onWeekday = weekdays.has(date.getUTCDay());
  return fields[2].startsWith('*') || fields[4].startsWith('*') ? onDay && onWeekday : onDay || onWeekday;
}

type ZoneReader = (instant: number) => LocalTime;

function zoneReader(timeZone: string): ZoneReader | null {
  try {
    const format = new Intl.DateTimeFormat('en-GB', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    return (instant) => {
      const parts = new Map(format.formatToParts(new Date(instant)).map(({ type, value }) => [type, Number(value)]));
      const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
      return { year: part('year'), month: part('month'), day: part('day'), hour: part('hour'), minute: part('minute') };
    };
  } catch {
    return null;
  }
}

/** Null for a time that a change of clocks leaves out. */
function toInstant(local: LocalTime, zone: ZoneReader): number | null {
  const wanted = asUtc(local);
  const near = [wanted, wanted - (asUtc(zone(wanted)) - wanted)].map((guess) => wanted - (asUtc(zone(guess)) - guess));
  return near.find((instant) => asUtc(zone(instant)) === wanted) ?? null;
}

function asUtc({ year, month, day, hour, minute }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}
