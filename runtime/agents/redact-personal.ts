import type { Json, JsonObject } from '../../protocol/json.ts';

export type PersonalKind = 'email' | 'phone' | 'card' | 'iban' | 'ssn' | 'ip';

export interface Redacted<T> {
  readonly text: T;
  /** How often what was found. */
  readonly found: Readonly<Partial<Record<PersonalKind, number>>>;
}

interface Pattern {
  readonly kind: PersonalKind;
  readonly pattern: RegExp;
  /** Tells what merely looks like it. */
  readonly holds?: (match: string) => boolean;
}

/** In this order: a card number must not be taken for a telephone number. Each is linear in the text. */
const PATTERNS: readonly Pattern[] = [
  { kind: 'email', pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}\p{L}{2,24}/gu },
  { kind: 'iban', pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g, holds: isIban },
  { kind: 'card', pattern: /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.]*\d)/g, holds: isCard },
  { kind: 'ssn', pattern: /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g },
  { kind: 'ip', pattern: /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.]*\d)/g, holds: (ip) => ip !== '127.0.0.1' && ip !== '0.0.0.0' },
  { kind: 'phone', pattern: /(?<![\p{L}\p{N}.+-])(?:\+\d{1,3}[ ./-]?(?:\(\d{1,4}\)[ ./-]?)?\d(?:[ ./-]?\d){6,12}|\(\d{3}\) ?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,5})(?![\p{L}\p{N}]|[.-]\d)/gu },
];

/** Blacks out what may be personal: mail addresses, telephone, card, account and social security numbers, IP addresses. Names stay. */
export function redactPersonal(text: string): Redacted<string> {
  const found: Partial<Record<PersonalKind, number>> = {};
  let rest = text;
  for (const { kind, pattern, holds } of PATTERNS) {
    rest = rest.replace(pattern, (match) => {
      if (holds !== undefined && !holds(match)) return match;
      found[kind] = (found[kind] ?? 0) + 1;
      return `[${kind}]`;
    });
  }
  return { text: rest, found };
}

/** The same in every text of a JSON value, keys included. */
export function redactPersonalIn(value: Json): Redacted<Json> {
  const found: Partial<Record<PersonalKind, number>> = {};
  const clean = (text: string): string => {
    const one = redactPersonal(text);
    for (const [kind, count] of Object.entries(one.found) as [PersonalKind, number][]) found[kind] = (found[kind] ?? 0) + count;
    return one.text;
  };
  const walk = (json: Json): Json => {
    if (typeof json === 'string') return clean(json);
    if (Array.isArray(json)) return (json as readonly Json[]).map(walk);
    if (typeof json !== 'object' || json === null) return json;
    return Object.fromEntries(Object.entries(json as JsonObject).map(([key, item]) => [clean(key), walk(item)]));
  };
  return { text: walk(value), found };
}

/** The check digit of card numbers (Luhn). */
function isCard(match: string): boolean {
  const digits = match.replace(/\D/g, '');
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && !/^(\d)\1*$/.test(digits);
}

/** The check digits of account numbers (ISO 7064, modulo 97). */
function isIban(match: string): boolean {
  const text = match.replaceAll(' ', '');
  if (text.length < 15 || text.length > 34) return false;
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
