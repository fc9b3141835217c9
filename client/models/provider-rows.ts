import * as l10n from '@vscode/l10n';
import type { Json } from '../../protocol/json.ts';
import { KEYED_PROVIDERS } from './model-keys.ts';

/** What `dagbook models list --json` says of one model, or of a provider that has none to show. */
export interface ListedModel {
  readonly provider: string;
  /** Empty = the provider itself. */
  readonly model: string;
  readonly state: string;
  readonly profile: string | null;
  readonly hint: string;
}

export interface ProviderRow {
  readonly provider: string;
  readonly label: string;
  readonly state: string;
  readonly icon: string;
  readonly hint: string;
  /** What menus ask for. */
  readonly context: string;
  /** `provider:model` of what it was last said to have; null = it was not asked. */
  readonly models: readonly ListedModel[] | null;
}

/** What the view shows of each provider: whether it can be used, as far as that is known without asking it over the network. */
export function providerRows(keys: Readonly<Record<string, 'stored' | 'environment' | 'none'>>, listed: readonly ListedModel[] | null): readonly ProviderRow[] {
  const of = (provider: string): readonly ListedModel[] | null => listed?.filter((model) => model.provider === provider) ?? null;
  const simulated: ProviderRow = { provider: 'simulated', label: l10n.t('Simulated'), state: l10n.t('built in, offline, free'), icon: 'beaker', hint: l10n.t('The same answer every time; nothing is called.'), context: 'provider simulated', models: [] };
  const keyed = KEYED_PROVIDERS.map(({ provider, label, variable }): ProviderRow => {
    const source = keys[variable] ?? 'none';
    const said = of(provider);
    return {
      provider, label, models: said,
      state: [keyWords(source), ...problemOf(said)].join(' · '),
      icon: source === 'none' ? 'circle-outline' : 'key',
      hint: source === 'none' ? l10n.t('Needs a key: use the command "Use a Real Model…", or set {0} in the environment.', variable) : variable,
      context: `provider keyed ${source}`,
    };
  });
  const ollama = of('ollama');
  return [simulated, ...keyed, {
    provider: 'ollama', label: 'Ollama', models: ollama, icon: 'vm', hint: l10n.t('Models on this machine; free, no key.'), context: 'provider local',
    state: ollama === null ? l10n.t('on this machine, not asked yet') : (problemOf(ollama)[0] ?? modelCount(ollama)),
  }];
}

/** Rows of the command line's answer; what has another shape is left out. */
export function listedModels(json: Json): readonly ListedModel[] {
  return (Array.isArray(json) ? (json as readonly Json[]) : []).flatMap((row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return [];
    const { provider, model, state, profile, hint } = row as Readonly<Record<string, Json>>;
    return typeof provider === 'string' && typeof model === 'string' && typeof state === 'string' ? [{ provider, model, state, profile: typeof profile === 'string' ? profile : null, hint: typeof hint === 'string' ? hint : '' }] : [];
  });
}

function problemOf(listed: readonly ListedModel[] | null): readonly string[] {
  const whole = listed?.find(({ model, profile }) => model === '' && profile === null);
  return whole === undefined || whole.state === 'ready' || whole.state === 'key missing' ? [] : [whole.state];
}

function modelCount(listed: readonly ListedModel[]): string {
  const count = listed.filter(({ model }) => model !== '').length;
  return count === 1 ? l10n.t('1 model') : l10n.t('{0} models', count);
}

function keyWords(source: 'stored' | 'environment' | 'none'): string {
  switch (source) {
    case 'stored':
      return l10n.t('key stored in the editor');
    case 'environment':
      return l10n.t('key in the environment');
    case 'none':
      return l10n.t('no key');
  }
}
