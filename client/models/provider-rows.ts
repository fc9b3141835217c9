import * as l10n from '@vscode/l10n';
import type { Json } from '../../protocol/json.ts';
import type { ProfileRecord } from '../../protocol/model-profile.ts';
import { bytesWords } from '../words/money-words.ts';
import { KEYED_PROVIDERS } from './model-keys.ts';
import { profilesInUse } from './profile-row.ts';

/** What `dagbook models list --json` says of one model, or of a provider that has none to show. */
export interface ListedModel {
  readonly provider: string;
  /** Empty = the provider itself. */
  readonly model: string;
  readonly state: string;
  readonly profile: string | null;
  readonly hint: string;
  /** On the provider's disk; null where nobody says. */
  readonly bytes: number | null;
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

/**
 * What the view shows of each provider: whether it can be used, as far as that is known without asking it over the
 * network, and the address its calls go to where a profile stands in for its own.
 */
export function providerRows(keys: Readonly<Record<string, 'stored' | 'environment' | 'none'>>, listed: readonly ListedModel[] | null, profiles: readonly ProfileRecord[]): readonly ProviderRow[] {
  const inUse = profilesInUse(profiles);
  const of = (provider: string): readonly ListedModel[] | null => listed?.filter((model) => model.provider === provider && model.profile === null) ?? null;
  const simulated: ProviderRow = { provider: 'simulated', label: l10n.t('Simulated'), state: l10n.t('built in, offline, free'), icon: 'beaker', hint: l10n.t('The same answer every time; nothing is called.'), context: 'provider simulated', models: [] };
  const keyed = KEYED_PROVIDERS.map(({ provider, label, variable }): ProviderRow => {
    const source = keys[variable] ?? 'none';
    const said = of(provider);
    const instead = inUse.get(provider);
    return {
      provider, label, models: said,
      state: [...(instead === undefined ? [keyWords(source)] : [insteadWords(instead)]), ...problemOf(said)].join(' · '),
      icon: instead !== undefined ? 'plug' : source === 'none' ? 'circle-outline' : 'key',
      hint: instead !== undefined ? l10n.t('Calls go to the profile {0}; no key is sent there.', instead.name) : source === 'none' ? l10n.t('Needs a key: use the command "Use a Real Model…", or set {0} in the environment.', variable) : variable,
      context: `provider keyed ${source}`,
    };
  });
  const ollama = of('ollama');
  const instead = inUse.get('ollama');
  return [simulated, ...keyed, {
    provider: 'ollama', label: 'Ollama', models: ollama, icon: 'vm', hint: l10n.t('Models on this machine; free, no key.'), context: 'provider local',
    state: [...(instead === undefined ? [] : [insteadWords(instead)]), ollama === null ? l10n.t('not asked yet') : (problemOf(ollama)[0] ?? modelCount(ollama))].join(' · '),
  }];
}

function insteadWords({ name, base_url: address }: ProfileRecord): string {
  return l10n.t('{0} ({1})', address ?? '', name);
}

/** What is known of a listed model, in a line: `running, 2.0 GB`. */
export function listedWords({ state, bytes }: ListedModel): string {
  return [state, ...(bytes === null ? [] : [bytesWords(bytes)])].join(' · ');
}

/** Rows of the command line's answer; what has another shape is left out. */
export function listedModels(json: Json): readonly ListedModel[] {
  return (Array.isArray(json) ? (json as readonly Json[]) : []).flatMap((row) => {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) return [];
    const { provider, model, state, profile, hint, bytes } = row as Readonly<Record<string, Json>>;
    return typeof provider === 'string' && typeof model === 'string' && typeof state === 'string' ? [{ provider, model, state, profile: typeof profile === 'string' ? profile : null, hint: typeof hint === 'string' ? hint : '', bytes: typeof bytes === 'number' ? bytes : null }] : [];
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
