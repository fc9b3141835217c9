import type { Json } from '../../protocol/json.ts';
import { percentDecoded } from './percent-decoded.ts';
import { createRedactorOf, SHORTEST_SECRET, type Redactor } from './redact-secret.ts';

/** All secrets a process knows of, and the one thing that takes them out of what it shows and writes. */
export interface Secrets {
  /** A secret's value by its name; null = there is none. What was told is known from then on. */
  readonly value: (name: string) => string | null;
  /** More that must not get out, by name. */
  know(values: Readonly<Record<string, string>>): void;
  readonly redactor: Redactor;
  /** The name of a secret whose value stands somewhere in a JSON value, in whatever form; null = none does. */
  nameIn(value: Json): string | null;
}

export function createSecrets(lookUp: (name: string) => string | null): Secrets {
  const names = new Map<string, string>();
  let values: readonly string[] = [];
  const redactor = createRedactorOf(() => values);
  const know = (given: Readonly<Record<string, string>>): void => {
    // As it was given, and as it is used: headers hold no space around it.
    const fresh = Object.entries(given).flatMap(([name, value]) => [value, value.trim()].map((each) => [each, name] as const)).filter(([value]) => value.length >= SHORTEST_SECRET && !names.has(value));
    if (fresh.length === 0) return;
    for (const [value, name] of fresh) names.set(value, name);
    values = [...names.keys()];
  };
  return {
    redactor,
    know,
    value(name) {
      const value = lookUp(name);
      if (value !== null) know({ [name]: value });
      return value;
    },
    nameIn(value) {
      if (values.length === 0) return null;
      const text = JSON.stringify(value);
      if (redactor.text(text) === text) return null;
      return values.map((each) => ({ each, one: createRedactorOf(() => [each]) })).filter(({ one }) => one.text(text) !== text).map(({ each }) => names.get(each) ?? null)[0] ?? null;
    },
  };
}

/** Names under which environments hold credentials. */
const TELLING = /(?:^|_)(?:(?:[A-Z]*_?)KEY|[A-Z]*SECRET|[A-Z]*TOKEN|PASSWORD|PASSWD|PASSPHRASE|PAT)$/i;

/**
 * What in an environment is a credential by its name, or stands as one in an address or among the headers for spans:
 * whoever asks for it or not, nothing of it may get out.
 */
export function credentialsIn(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, value = '']) => {
    if (TELLING.test(name)) return looksSecret(value) ? [[name, value]] : [];
    const parts = /^OTEL_EXPORTER_OTLP_(TRACES_)?HEADERS$/.test(name) ? headerValues(value) : credentialsInAddress(value);
    return parts.filter(looksSecret).map((part, at) => [`${name}${at === 0 ? '' : `#${at + 1}`}`, part] as const);
  }));
}

/** Long, with digits among letters: no word, no number and no path. */
function looksSecret(value: string): boolean {
  return value.length >= 12 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/^[/~.]|\s/.test(value);
}

function headerValues(text: string): readonly string[] {
  return text.split(',').flatMap((pair) => {
    const value = percentDecoded(pair.slice(pair.indexOf('=') + 1).trim());
    return [value, ...value.split(' ')];
  });
}

/** The password of an address, and what stands in its query under a telling name. */
export function credentialsInAddress(text: string): readonly string[] {
  if (!text.includes('://') || !URL.canParse(text)) return [];
  const { username, password, searchParams } = new URL(text);
  const named = [...searchParams].filter(([name]) => TELLING_PARAMETER.test(name)).map(([, value]) => value);
  return [percentDecoded(password), ...(password === '' ? [percentDecoded(username)] : []), ...named].filter((value) => value !== '');
}

/** Names of query parameters that hold credentials. */
const TELLING_PARAMETER = /^(?:key|sig|signature|code|auth|.*(?:api[_-]?key|access[_-]?key|token|secret|password|passwd|subscription[_-]key))$/i;
