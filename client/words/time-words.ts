import * as l10n from '@vscode/l10n';

/** `340 ms`, `1.2 s`, `3 m 04 s`, `2 h 05 m`. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
}

/** `just now`, `5 m ago`, `3 h ago`, `2 d ago`; the date where that is long past. `now`: milliseconds since the epoch. */
export function agoWords(iso: string, now: number): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1_000);
  if (seconds < 10) return l10n.t('just now');
  if (seconds < 60) return l10n.t('{0} s ago', Math.floor(seconds));
  if (seconds < 3_600) return l10n.t('{0} m ago', Math.floor(seconds / 60));
  if (seconds < 86_400) return l10n.t('{0} h ago', Math.floor(seconds / 3_600));
  if (seconds < 14 * 86_400) return l10n.t('{0} d ago', Math.floor(seconds / 86_400));
  return dayKey(iso);
}

/** The day in the reader's time zone, `2026-11-21`: sorts by time. */
export function dayKey(iso: string): string {
  const date = new Date(iso);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `Today`, `Yesterday`, `Thursday, 19 November` (this year) or with the year. `key` as `dayKey` makes it. */
export function dayWords(key: string, now: number, locale: string): string {
  if (key === dayKey(new Date(now).toISOString())) return l10n.t('Today');
  if (key === dayKey(new Date(now - 86_400_000).toISOString())) return l10n.t('Yesterday');
  const date = new Date(`${key}T12:00:00`);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(locale, { weekday: 'long', day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) });
}

/** `2026-11-21 14:03:27`, in the reader's time zone. */
export function momentWords(iso: string): string {
  return `${dayKey(iso)} ${clockWords(iso)}:${two(new Date(iso).getSeconds())}`;
}

/** `14:03:27` of today, `2026-11-20 14:03:27` of any other day, in the reader's time zone. */
export function shortMomentWords(iso: string, now: number): string {
  const words = momentWords(iso);
  const today = `${dayKey(new Date(now).toISOString())} `;
  return words.startsWith(today) ? words.slice(today.length) : words;
}

/** `14:03`, in the reader's time zone. */
export function clockWords(iso: string): string {
  const date = new Date(iso);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
