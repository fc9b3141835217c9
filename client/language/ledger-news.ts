import { LEDGER_NEWS, type LedgerNews } from '../../protocol/language-requests.ts';
import type { RunRecord, VersionRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import type { Disposable, Signal } from '../signal.ts';
import type { DocumentIndex } from './document-index.ts';
import type { LanguageService } from './language-service.ts';

/** Those whose price depends on where their calls go. */
const PROVIDERS = ['openai', 'anthropic', 'ollama', 'vscode'];

/** Many changes that come together are told once. */
const SOON_MS = 150;

/**
 * Tells the language server what the ledgers know, as far as a runtime runs anyway: last runs for its lenses, versions
 * that references can be pinned to, and which models cost nothing. `changed`: of what else it depends on.
 */
export function tellLedgerNews(hosts: HostPool, documents: DocumentIndex, language: LanguageService, changed: Signal<void>, onFailure: (error: unknown) => void): Disposable {
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | null = null;
  const tell = async (): Promise<void> => {
    const all = await documents.all();
    for (const { folder, host } of hosts.all) {
      if (host.state.kind !== 'ready') continue;
      const uri = folder.uri.toString();
      const workflows = [...new Set(all.flatMap((document) => (document.kind === 'workflow' && document.name !== null && sameFolder(document.folder, uri) ? [document.name] : [])))];
      const [lastRuns, paid, agents, flows] = await Promise.all([host.call('lastRuns', { workflows }), host.call('paidModels', { of: { kind: 'models', models: PROVIDERS } }), host.call('versions', { kind: 'agent', name: null }), host.call('versions', { kind: 'workflow', name: null })]);
      const news: LedgerNews = { folder: uri, lastRuns: lastRuns.map(lastRun), freeProviders: PROVIDERS.filter((provider) => !paid.includes(provider)), versions: [...agents, ...flows].sort((a, b) => (a.created_at > b.created_at ? -1 : 1)).map(version) };
      const text = JSON.stringify(news);
      if (told.get(uri) === text) continue;
      told.set(uri, text);
      await language.notify(LEDGER_NEWS, news);
    }
  };
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      tell().catch(onFailure);
    }, SOON_MS);
  };
  const listening = [hosts.changed.listen(soon), hosts.runsChanged.listen(soon), documents.changed.listen(soon), changed.listen(soon), language.started.listen(() => { told.clear(); soon(); })];
  return {
    dispose: () => {
      if (timer !== null) clearTimeout(timer);
      for (const each of listening) each.dispose();
    },
  };
}

/** The server writes URIs its own way (`%3A` or `:`). */
export function sameFolder(a: string, b: string): boolean {
  const plain = (uri: string): string => decodeURIComponent(uri).replace(/\/$/, '');
  return plain(a) === plain(b);
}

function lastRun({ id, workflow_name, status, spec_hash, total_cost_micros, started_at, ended_at }: RunRecord): LedgerNews['lastRuns'][number] {
  return { workflow: workflow_name, run: id, status, specHash: spec_hash, costMicros: total_cost_micros, at: ended_at ?? started_at };
}

function version({ kind, name, spec_hash, source_path }: VersionRecord): LedgerNews['versions'][number] {
  return { kind, name, specHash: spec_hash, sourcePath: source_path };
}
