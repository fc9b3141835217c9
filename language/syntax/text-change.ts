/** The one stretch in which two texts differ. */
export interface TextChange {
  readonly start: number;
  /** Where the stretch ends in the earlier text. */
  readonly oldEnd: number;
  /** Where it ends in the later one. */
  readonly newEnd: number;
}

/** The smallest stretch that covers every difference; null = the same text. */
export function textChange(before: string, after: string): TextChange | null {
  if (before === after) return null;
  const shorter = Math.min(before.length, after.length);
  const start = commonPrefix(before, after, shorter);
  const tail = commonSuffix(before, after, shorter - start);
  return { start, oldEnd: before.length - tail, newEnd: after.length - tail };
}

/** Long stretches are compared whole, which the engine does many characters at a time. */
const STRIDE = 4096;

function commonPrefix(a: string, b: string, limit: number): number {
  let length = 0;
  while (length + STRIDE <= limit && a.slice(length, length + STRIDE) === b.slice(length, length + STRIDE)) length += STRIDE;
  while (length < limit && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

function commonSuffix(a: string, b: string, limit: number): number {
  let length = 0;
  const same = (size: number): boolean => a.slice(a.length - length - size, a.length - length) === b.slice(b.length - length - size, b.length - length);
  while (length + STRIDE <= limit && same(STRIDE)) length += STRIDE;
  while (length < limit && a.charCodeAt(a.length - length - 1) === b.charCodeAt(b.length - length - 1)) length += 1;
  return length;
}
