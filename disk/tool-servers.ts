import type { McpServer } from '../language/index.ts';

/** A tool server as a person writes it in the settings: what `mcp_servers` of an agent has, by name. */
export interface GivenServer {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly url?: string;
  readonly env?: Readonly<Record<string, string | { readonly secret: string }>>;
  readonly headers?: Readonly<Record<string, string | { readonly secret: string; readonly prefix?: string }>>;
  readonly timeout_seconds?: number;
}

export function serverOf([name, given]: readonly [string, GivenServer]): McpServer {
  const headers = Object.entries(given.headers ?? {}).map(([key, value]) => [key, typeof value === 'string' ? value : { secret: value.secret, prefix: value.prefix ?? '' }] as const);
  return { name, command: given.command ?? null, args: given.args ?? [], url: given.url ?? null, env: given.env ?? {}, headers: Object.fromEntries(headers), timeoutSeconds: given.timeout_seconds ?? 60 };
}

/** From an editor's settings, where somebody may be typing: what cannot be meant counts as not given. */
export function toolServers(given: Readonly<Record<string, unknown>>): readonly McpServer[] {
  return Object.entries(given).flatMap(([name, server]) => (isServer(server) ? [serverOf([name, server as GivenServer])] : []));
}

const FIELDS = new Set(['command', 'args', 'url', 'env', 'headers', 'timeout_seconds']);

export function isServer(value: unknown): boolean {
  if (!isRecord(value) || Object.keys(value).some((field) => !FIELDS.has(field))) return false;
  const { command, args = [], url, env = {}, headers = {}, timeout_seconds: timeout = 60 } = value;
  const reached = command === undefined ? typeof url === 'string' && /^https?:\/\//.test(url) : url === undefined && typeof command === 'string' && command !== '';
  return reached && Array.isArray(args) && args.every((arg) => typeof arg === 'string') && isTexts(env, []) && isTexts(headers, ['prefix']) && typeof timeout === 'number' && timeout > 0 && timeout <= 86_400;
}

/** Texts, or secrets by name, which may have these fields beside it. */
function isTexts(value: unknown, beside: readonly string[]): boolean {
  return isRecord(value) && Object.values(value).every((item) => {
    if (typeof item === 'string') return true;
    return isRecord(item) && typeof item['secret'] === 'string' && item['secret'] !== '' && Object.entries(item).every(([field, text]) => field === 'secret' || (beside.includes(field) && typeof text === 'string'));
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
