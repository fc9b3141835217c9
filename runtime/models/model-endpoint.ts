import type { JsonObject } from '../../protocol/json.ts';
import { objectOf, textOf } from './json-parts.ts';
import { isLoopback } from './loopback.ts';
import { credentialsInAddress } from './secrets.ts';

/** Where calls go, and with which key. */
export interface Endpoint {
  readonly base: URL;
  /** True for the address the provider is known by, false for any other. */
  readonly own: boolean;
  readonly loopback: boolean;
  readonly key: string | null;
}

export type EndpointResult = { readonly ok: true; readonly endpoint: Endpoint } | { readonly ok: false; readonly problem: string };

export interface EndpointRules {
  readonly ownUrl: string;
  /** The environment variable of the provider's key; null = it has none. */
  readonly keyVariable: string | null;
  /** An address from the environment: from the same hands as the key, so the key may go there. */
  readonly configuredUrl: string | null;
  /** A secret's value by its name; null = there is none. */
  readonly secret: (name: string) => string | null;
}

/**
 * The provider's own key goes to its own address and to the one the environment names, and nowhere else: an agent
 * document that names another address must name the key for it too (`extras.api_key: {secret: NAME}`).
 */
export function resolveEndpoint(baseUrl: string | null, extras: JsonObject, rules: EndpointRules): EndpointResult {
  const base = readBaseUrl(baseUrl ?? rules.ownUrl);
  if (typeof base === 'string') return { ok: false, problem: base };
  const own = base.origin === new URL(rules.ownUrl).origin;
  const loopback = isLoopback(base);
  const trusted = own || (rules.configuredUrl !== null && baseUrl === rules.configuredUrl);
  const named = secretName(extras);
  if (named === null) return { ok: false, problem: 'model.extras.api_key must name a secret: api_key: {secret: NAME}' };
  const variable = named.name ?? (trusted ? rules.keyVariable : null);
  if (variable === null) return { ok: true, endpoint: { base, own, loopback, key: null } };
  const key = rules.secret(variable)?.trim() ?? '';
  if (key === '') {
    if (named.name === null && loopback) return { ok: true, endpoint: { base, own, loopback, key: null } };
    return { ok: false, problem: `its key is missing: set the environment variable ${variable}` };
  }
  if (!/^[\x21-\x7e]+$/.test(key)) return { ok: false, problem: `the environment variable ${variable} holds characters that no key has` };
  return { ok: true, endpoint: { base, own, loopback, key } };
}

/** Null = what stands there is not the name of a secret. */
function secretName(extras: JsonObject): { readonly name: string | null } | null {
  const given = extras['api_key'] ?? null;
  if (given === null) return { name: null };
  const name = textOf(objectOf(given)['secret']);
  return /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) ? { name } : null;
}

/** The address, or what is wrong with it. It is not repeated in the message when it may hold a password. */
function readBaseUrl(text: string): URL | string {
  if (!URL.canParse(text)) return 'its base_url is no address';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `its base_url begins with ${url.protocol}, not with http: or https:`;
  if (url.username !== '' || url.password !== '') return 'its base_url holds a name or password; name the key as a secret under model.extras.api_key';
  if (credentialsInAddress(text).length > 0) return 'its base_url holds a credential in its query; name the key as a secret under model.extras.api_key';
  url.hash = '';
  return url;
}

/** An address as anybody may read it: without what stands before its host, and without its query. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return address;
  const url = new URL(address);
  if (url.username === '' && url.password === '' && url.search === '') return address;
  return `${url.origin}${url.pathname === '/' ? '' : url.pathname}`;
}

/**
 * Joins a path, and what it asks for, onto a base address, whose own path and query stay. Some write an address with the first
 * part of what comes below it (`…/v1` for Anthropic, `…/api` for Ollama): it is not written twice.
 */
export function urlBelow(base: URL, path: string, query: Readonly<Record<string, string>> = {}): URL {
  const url = new URL(base.href);
  const own = url.pathname.replace(/\/+$/, '');
  const first = path.includes('/') ? `/${path.slice(0, path.indexOf('/'))}` : null;
  url.pathname = first !== null && own.endsWith(first) ? `${own.slice(0, -first.length)}/${path}` : `${own}/${path}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}
