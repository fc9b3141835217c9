import { CodeLensRefreshRequest, type Connection } from 'vscode-languageserver/node';
import type { LedgerKnowledge } from '../language/index.ts';
import { LEDGER_NEWS, type LedgerNews } from '../protocol/language-requests.ts';
import type { Workspaces } from './workspaces.ts';

/** Takes over what the editor's own side knows of a ledger: last runs for the lenses, versions that can be pinned. */
export function registerLedgerNews(connection: Connection, workspaces: Workspaces, canRefresh: () => boolean): void {
  connection.onNotification(LEDGER_NEWS, (news: LedgerNews) => {
    const ledger = knowledgeOf(news);
    for (const workspace of workspaces.folders()) {
      if (workspace.pathOf(news.folder) !== '') continue;
      workspace.ledger = ledger;
      workspace.session.ledgerChanged(ledger);
      workspace.specs?.ledgerChanged();
    }
    if (canRefresh()) void connection.sendRequest(CodeLensRefreshRequest.type);
  });
}

function knowledgeOf({ lastRuns, versions, freeProviders }: LedgerNews): LedgerKnowledge {
  const byWorkflow = new Map(lastRuns.map((run) => [run.workflow, run]));
  return {
    lockedSpecs: versions,
    freeProviders,
    lastRun: (name) => {
      const last = byWorkflow.get(name);
      if (last === undefined) return null;
      const { run, status, specHash, costMicros, at } = last;
      return { runId: run, status, specHash, costUsd: costMicros / 1e6, ageSeconds: Math.max(0, Math.round((Date.now() - Date.parse(at)) / 1000)) };
    },
  };
}
