import { createAnthropicProvider } from './anthropic.ts';
import type { HttpProviderOptions } from './http-provider.ts';
import { createOllamaProvider } from './ollama.ts';
import { createOpenAiProvider } from './openai.ts';
import type { ModelProvider } from './provider.ts';
import type { Redactor } from './redact-secret.ts';
import { createSimulatedProvider } from './simulated.ts';

export interface ProviderOptions {
  readonly secret?: (name: string) => string | null;
  /** Per provider: where its calls go when an agent names no `base_url`. */
  readonly endpoints?: Readonly<Record<string, string>>;
  /** The same because of the model profiles that are in use now: a document named the address, so none of our keys goes there. `endpoints` goes before. */
  readonly profileEndpoints?: () => Readonly<Record<string, string>>;
  /** Takes every secret out of what comes back, of whatever call; absent = of each call its key. */
  readonly redactor?: Redactor;
}

/** A connection that is silent for so long is given up: milliseconds. An agent may say otherwise. */
const IDLE_MS = 60_000;

/** The providers that are built in. */
export function createProviders({ secret = () => null, endpoints = {}, profileEndpoints = () => ({}), redactor }: ProviderOptions): readonly ModelProvider[] {
  const over = (name: string): HttpProviderOptions => ({ secret, endpoint: () => endpoints[name] ?? profileEndpoints()[name] ?? null, keyed: endpoints[name] !== undefined, idleMs: IDLE_MS, ...(redactor === undefined ? {} : { redactor }) });
  return [createSimulatedProvider(), createOpenAiProvider(over('openai')), createAnthropicProvider(over('anthropic')), createOllamaProvider(over('ollama'))];
}

/** Where calls go by the variables that the providers' own tools read. `OLLAMA_HOST` may be a bare host, or what a server listens on. */
export function endpointsFrom(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const given = { openai: environment['OPENAI_BASE_URL'], anthropic: environment['ANTHROPIC_BASE_URL'], ollama: ollamaUrl(environment['OLLAMA_HOST']) };
  return Object.fromEntries(Object.entries(given).flatMap(([name, url]) => (url === undefined || url.trim() === '' ? [] : [[name, url.trim()]])));
}

function ollamaUrl(host: string | undefined): string | undefined {
  const given = host?.trim() ?? '';
  if (given === '') return undefined;
  const url = /^https?:\/\//.test(given) ? given : `http://${given.includes(':') ? given : `${given}:11434`}`;
  return url.replace('//0.0.0.0', '//127.0.0.1');
}
