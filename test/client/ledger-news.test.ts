import { describe, expect, it, onTestFinished } from 'vitest';
import type { HostPool } from '../../client/hosts/host-pool.ts';
import type { DocumentIndex } from '../../client/language/document-index.ts';
import type { LanguageService } from '../../client/language/language-service.ts';
import { tellLedgerNews } from '../../client/language/ledger-news.ts';
import { Signal } from '../../client/signal.ts';
import { LEDGER_NEWS, type LedgerNews } from '../../protocol/language-requests.ts';

/** What the language server is told, with a ledger behind that a test changes. */
function told() {
  const asked: unknown[] = [];
  const news: LedgerNews[] = [];
  const ledger = { status: 'running', ready: true, paid: ['openai', 'anthropic'] };
  const call = async (method: string, params: { readonly kind?: string }): Promise<readonly unknown[]> => {
    asked.push([method, params]);
    if (method === 'paidModels') return ledger.paid;
    if (method === 'lastRuns') return [{ id: 'r1', workflow_name: 'w', status: ledger.status, spec_hash: 'a', total_cost_micros: 7, started_at: 'then', ended_at: ledger.status === 'running' ? null : 'now' }];
    return params.kind === 'agent' ? [{ kind: 'agent', name: 'old', spec_hash: '1', source_path: null, created_at: '2026-01-01' }, { kind: 'agent', name: 'new', spec_hash: '2', source_path: 'a.yaml', created_at: '2026-02-01' }] : [];
  };
  const host = { get state() { return { kind: ledger.ready ? 'ready' : 'off' }; }, call };
  const hosts = { all: [{ folder: { uri: 'file:///c%3A/here' }, host }], changed: new Signal<void>(), runsChanged: new Signal<never>() };
  const here = { kind: 'workflow', folder: 'file:///c:/here' };
  const documents = { changed: new Signal<void>(), all: async () => [{ ...here, name: 'w' }, { ...here, name: null }, { ...here, kind: 'agent', name: 'x' }, { ...here, folder: 'file:///c:/there', name: 'other' }] };
  const language = { started: new Signal<void>(), notify: async (method: string, params: LedgerNews) => { if (method === LEDGER_NEWS) news.push(params); } };
  const failures: unknown[] = [];
  const servers = new Signal<void>();
  const telling = tellLedgerNews(hosts as unknown as HostPool, documents as unknown as DocumentIndex, language as unknown as LanguageService, servers, (error) => failures.push(error));
  onTestFinished(() => telling.dispose());
  const until = async (fits: () => boolean): Promise<void> => {
    for (const end = Date.now() + 20_000; !fits(); await new Promise((resolve) => setTimeout(resolve, 10))) if (Date.now() > end) throw new Error(JSON.stringify({ news, asked, failures }));
  };
  return { hosts, documents, language, servers, ledger, news, asked, failures, until };
}

describe('what the ledger knows', () => {
  it('is told to the language server, latest version first, and only when it is something new', async () => {
    const { hosts, documents, language, ledger, news, asked, failures, until } = told();
    hosts.changed.fire();
    hosts.runsChanged.fire(undefined as never);
    await until(() => news.length === 1);
    expect(news[0]).toEqual({
      folder: 'file:///c%3A/here',
      lastRuns: [{ workflow: 'w', run: 'r1', status: 'running', specHash: 'a', costMicros: 7, at: 'then' }],
      freeProviders: ['ollama', 'vscode'],
      versions: [{ kind: 'agent', name: 'new', specHash: '2', sourcePath: 'a.yaml' }, { kind: 'agent', name: 'old', specHash: '1', sourcePath: null }],
    });
    expect(asked[0]).toEqual(['lastRuns', { workflows: ['w'] }]);
    documents.changed.fire();
    await until(() => asked.length === 8);
    ledger.status = 'completed';
    hosts.runsChanged.fire(undefined as never);
    await until(() => news.length === 2);
    expect(news[1]?.lastRuns).toMatchObject([{ status: 'completed', at: 'now' }]);
    language.started.fire();
    await until(() => news.length === 3);
    expect([news[2], failures]).toEqual([news[1], []]);
  });

  it('says anew which providers cost nothing when calls go elsewhere', async () => {
    const { hosts, servers, ledger, news, until } = told();
    hosts.changed.fire();
    await until(() => news.length === 1);
    ledger.paid = ['anthropic'];
    servers.fire();
    await until(() => news.length === 2);
    expect(news[1]?.freeProviders).toEqual(['openai', 'ollama', 'vscode']);
  });

  it('starts no runtime by itself', async () => {
    const { documents, hosts, ledger, news, asked, until } = told();
    ledger.ready = false;
    documents.changed.fire();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([news, asked]).toEqual([[], []]);
    ledger.ready = true;
    hosts.changed.fire();
    await until(() => news.length === 1);
  });
});
