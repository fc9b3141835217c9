/** Figures as people read them. All of them line up under tabular figures. */

const COUNT = new Intl.NumberFormat('en-US');

/** `1,204` */
export function count(value: number): string {
  return COUNT.format(value);
}

/** Integer micro-dollars with as many digits as they need, four at least below a dollar: `$0.0042`, `$0.000031`, `$12.50`, `$0`. */
export function money(micros: number): string {
  if (micros === 0) return '$0';
  const dollars = micros / 1e6;
  if (dollars >= 100) return `$${COUNT.format(Math.round(dollars))}`;
  if (dollars >= 10) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toFixed(dollars >= 0.0001 ? 4 : 6)}`;
}

/** A cap, as the document has it: `$0.50`, `$8`, `$0.005`. */
export function cap(micros: number): string {
  const dollars = micros / 1e6;
  if (Number.isInteger(dollars)) return `$${COUNT.format(dollars)}`;
  const digits = String(dollars).split('.')[1]?.length ?? 2;
  return `$${dollars.toFixed(Math.max(2, Math.min(6, digits)))}`;
}

/** Milliseconds: `40 ms`, `1.2 s`, `3 m 04 s`, `2 h 05 m`, `3 d 04 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < 100) return `${Math.round(whole)} ms`;
  if (whole < 59_950) return `${(whole / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(whole / 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ${two(Math.floor((seconds % 3_600) / 60))} m`;
  return `${Math.floor(seconds / 86_400)} d ${two(Math.floor((seconds % 86_400) / 3_600))} h`;
}

/** `just now`, `2 m ago`, `3 h ago`, `5 d ago`; the exact time belongs into the tooltip. */
export function ago(then: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - then) / 1_000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** `1 node`, `3 nodes` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${COUNT.format(value)} ${value === 1 ? one : many}`;
}
