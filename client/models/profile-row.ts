import * as l10n from '@vscode/l10n';
import type { ProfileRecord } from '../../protocol/model-profile.ts';
import type { RowWords } from '../ledger/run-item.ts';
import type { StatusLook } from '../words/status-words.ts';

/** A model profile as the view shows it: whether it is in use, and where its server is. */
export function profileRow(profile: ProfileRecord): RowWords {
  const { name, path, provider, base_url: address, command, served_models: models, pid } = profile;
  const look = lookOf(profile);
  return {
    label: name,
    description: [look.word, ...(address === null ? [] : [address])].join(' · '),
    tooltip: [
      `${name}: ${look.word}`, todo(profile),
      address === null ? l10n.t('It names no base_url, so it cannot be started.') : l10n.t('Its server: {0}', address),
      command === null ? l10n.t('Somebody else starts it.') : l10n.t('Started by: {0}', command),
      ...(pid === null ? [] : [l10n.t('Process {0}', pid)]),
      l10n.t('Speaks the API of {0}', provider), ...(models.length === 0 ? [] : [l10n.t('Serves {0}', models.join(', '))]), path,
    ].filter((line) => line !== '').join('\n'),
    look: { ...look, word: '' },
    context: `profile ${profile.state}${address === null ? ' nowhere' : ''}`,
  };
}

function lookOf({ state }: ProfileRecord): StatusLook {
  switch (state) {
    case 'in-use':
      return { icon: 'vm-active', color: 'charts.green', word: l10n.t('in use') };
    case 'stopped':
      return { icon: 'vm-outline', color: 'charts.orange', word: l10n.t('has ended') };
    case 'idle':
      return { icon: 'vm-outline', color: null, word: l10n.t('not started') };
    case 'off':
      return { icon: 'circle-slash', color: null, word: l10n.t('switched off') };
  }
}

function todo({ state, provider }: ProfileRecord): string {
  switch (state) {
    case 'in-use':
      return l10n.t('Calls to {0} go there until it is stopped.', provider);
    case 'stopped':
      return l10n.t('Its process is gone, and calls to {0} still go there. Start it again, or stop using it.', provider);
    case 'idle':
      return '';
    case 'off':
      return l10n.t('Write "enabled: true" in its document first.');
  }
}

/** By provider: the profile its calls go to. */
export function profilesInUse(profiles: readonly ProfileRecord[]): ReadonlyMap<string, ProfileRecord> {
  return new Map(profiles.filter(({ state }) => state === 'in-use' || state === 'stopped').map((profile) => [profile.provider, profile]));
}
