import type * as vscode from 'vscode';

/** Providers that want a key, and the variable it is read from (docs/models.md). */
export const KEYED_PROVIDERS = [
  { provider: 'openai', label: 'OpenAI', variable: 'OPENAI_API_KEY', models: ['gpt-5-mini', 'gpt-5', 'gpt-4.1-mini'] },
  { provider: 'anthropic', label: 'Anthropic', variable: 'ANTHROPIC_API_KEY', models: ['claude-sonnet-4-5', 'claude-haiku-4-5'] },
] as const;

/** Keys live in the editor's secret storage, by the name of their variable; never in a file or a setting. */
export class ModelKeys {
  readonly #storage: vscode.SecretStorage;
  readonly #environment: Readonly<Record<string, string | undefined>>;

  constructor(storage: vscode.SecretStorage, environment: Readonly<Record<string, string | undefined>>) {
    this.#storage = storage;
    this.#environment = environment;
  }

  /** What a host or a verb is told beyond its environment. A stored key goes before one of the environment. */
  async all(): Promise<Readonly<Record<string, string>>> {
    const found = await Promise.all(KEYED_PROVIDERS.map(async ({ variable }) => ({ variable, key: await this.#storage.get(keyOf(variable)) })));
    return Object.fromEntries(found.flatMap(({ variable, key }) => (key === undefined ? [] : [[variable, key]])));
  }

  /** Where the key of a variable comes from. */
  async sourceOf(variable: string): Promise<'stored' | 'environment' | 'none'> {
    if ((await this.#storage.get(keyOf(variable))) !== undefined) return 'stored';
    return (this.#environment[variable] ?? '') === '' ? 'none' : 'environment';
  }

  async store(variable: string, key: string): Promise<void> {
    await this.#storage.store(keyOf(variable), key);
  }

  async forget(variable: string): Promise<void> {
    await this.#storage.delete(keyOf(variable));
  }
}

function keyOf(variable: string): string {
  return `dagbook.${variable}`;
}
