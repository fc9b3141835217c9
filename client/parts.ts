import * as vscode from 'vscode';
import { startHost } from './host/host-connection.ts';
import { HostPool } from './hosts/host-pool.ts';
import { DocumentIndex } from './language/document-index.ts';
import { LanguageService } from './language/language-service.ts';
import { ModelKeys } from './models/model-keys.ts';
import { directionKey, graphAction } from './panels/graph-actions.ts';
import { GraphPanels } from './panels/graph-panels.ts';
import { KeptLayouts } from './panels/kept-layouts.ts';
import { LockedTexts } from './panels/locked-texts.ts';
import { runAction } from './panels/run-actions.ts';
import { RunPanels } from './panels/run-panels.ts';
import { ShownRuns } from './panels/shown-runs.ts';
import { LedgerQuery } from './query/ledger-query.ts';
import { RunLauncher } from './runs/run-launcher.ts';
import type { Disposable } from './signal.ts';
import { graphDirection } from './workspace/editor-settings.ts';
import { runningRefusal } from './workspace/folders.ts';
import { showFailure } from './workbench/show-failure.ts';

/** What the extension consists of. Everybody is given only what they need of it. */
export interface Parts extends Disposable {
  readonly extension: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly memory: vscode.Memento;
  readonly hosts: HostPool;
  readonly language: LanguageService;
  readonly documents: DocumentIndex;
  readonly graphs: GraphPanels;
  readonly runPanels: RunPanels;
  readonly launcher: RunLauncher;
  readonly keys: ModelKeys;
  readonly query: LedgerQuery;
}

/** Made, not started: nothing here waits, forks or reads. */
export function makeParts(context: vscode.ExtensionContext): Parts {
  const { extensionUri: extension, workspaceState: memory } = context;
  const log = vscode.window.createOutputChannel('Dagbook', { log: true });
  const keys = new ModelKeys(context.secrets, process.env);
  const script = vscode.Uri.joinPath(extension, 'dist', 'host.mjs').fsPath;
  const hosts = new HostPool({ log, secrets: async () => keys.all(), connect: () => startHost({ execPath: process.execPath, script, env: process.env, log: (line) => { log.info(`host: ${line}`); } }) });
  const language = new LanguageService(extension, log);
  const documents = new DocumentIndex(language);
  const lockedTexts = new LockedTexts();
  const refusal = (): string | null => runningRefusal() ?? (hosts.state === 'down' ? (hosts.all.flatMap(({ host }) => (host.state.kind === 'down' ? [host.state.message] : []))[0] ?? null) : null);
  const told = async (work: Promise<void>): Promise<void> => work.catch((error: unknown) => showFailure(error, log));
  const graphs: GraphPanels = new GraphPanels(extension, {
    language, lockedTexts, layouts: new KeptLayouts(memory), shownRuns: new ShownRuns(memory, hosts, documents), memory, log, refusal,
    direction: (uri) => memory.get<'down' | 'right'>(directionKey(uri)) ?? graphDirection(uri),
    isWorkflow: async (uri) => (await documents.at(uri).catch(() => [])).some(({ kind }) => kind === 'workflow'),
    act: async (panel, message) => told(graphAction({ hosts, launcher: () => launcher, memory }, panel, message)),
  });
  const runPanels = new RunPanels(extension, hosts, memory, { log, refusal, act: async (panel, message) => told(runAction(hosts, panel, message)) });
  const launcher: RunLauncher = new RunLauncher({ hosts, documents, graphs, lockedTexts, memory, log });
  const query = new LedgerQuery(hosts);
  let down = hosts.state === 'down';
  const listening = [
    documents.changed.listen(() => { graphs.documentsChanged(); }),
    hosts.returned.listen(({ host }) => {
      graphs.hostReturned(host);
      runPanels.hostReturned(host);
    }),
    hosts.changed.listen(() => {
      if (down === (hosts.state === 'down')) return;
      down = !down;
      graphs.settingsChanged();
      runPanels.settingsChanged();
    }),
    // Also when another window has stored one.
    context.secrets.onDidChange(() => { hosts.reconfigure().catch((error: unknown) => { log.error(error instanceof Error ? error : String(error)); }); }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      graphs.settingsChanged();
      runPanels.settingsChanged();
      hosts.wake();
    }),
  ];
  return { extension, log, memory, hosts, language, documents, graphs, runPanels, launcher, keys, query, dispose: () => { vscode.Disposable.from(...listening, query, runPanels, graphs, documents, language, hosts).dispose(); } };
}
