import { LOCKED_SPECS_REQUEST, type LockedSpecsAnswer, type LockedSpecsParams } from '../../protocol/language-requests.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { sameFolder } from './ledger-news.ts';
import type { LanguageService } from './language-service.ts';

/**
 * Answers the language server for the ledgers. No runtime is started for it: where there is a ledger one runs anyway, and
 * once it is ready, the news of it let the server ask again.
 */
export function answerLockedSpecs(hosts: Pick<HostPool, 'all'>, language: Pick<LanguageService, 'answer'>): void {
  language.answer(LOCKED_SPECS_REQUEST, async ({ folder, specHashes }: LockedSpecsParams): Promise<LockedSpecsAnswer> => {
    const there = hosts.all.find(({ folder: { uri }, host }) => host.state.kind === 'ready' && sameFolder(uri.toString(), folder));
    return there === undefined ? [] : await there.host.call('lockedSpecs', { specHashes });
  });
}
