import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { offerCommandLine } from './command-line/terminal-path.ts';
import { documentHandlers } from './commands/document-handlers.ts';
import { haltHandlers } from './commands/halt-handlers.ts';
import { registerCommands } from './commands/register-commands.ts';
import { reviewHandlers } from './commands/review-handlers.ts';
import { resumeRuns, runHandlers } from './commands/run-handlers.ts';
import { transferHandlers } from './commands/transfer-handlers.ts';
import { announceDeaths } from './hosts/host-messages.ts';
import { offerInterrupted } from './hosts/offer-interrupted.ts';
import { tellLedgerNews } from './language/ledger-news.ts';
import { answerLockedSpecs } from './language/locked-specs.ts';
import { tellVirtualFolders } from './language/virtual-folders.ts';
import { modelHandlers } from './models/model-handlers.ts';
import { makeParts } from './parts.ts';
import { announceFailures } from './runs/announce-ends.ts';
import { announceQuestions } from './runs/answer-question.ts';
import { provideRecordDocuments } from './runs/record-documents.ts';
import { goOnWithSample } from './samples/samples.ts';
import { Signal } from './signal.ts';
import { keepContextKeys } from './workbench/context-keys.ts';
import { keepDocumentKind } from './workbench/document-kind.ts';
import { registerLanguageTools } from './workbench/language-tools.ts';
import { offerOwnLanguage } from './workbench/language-status.ts';
import { provideManualPages } from './workbench/manual-pages.ts';
import { provideRunTasks } from './workbench/run-tasks.ts';
import { showStatusBar } from './workbench/status-bar.ts';
import { linkRunIds } from './workbench/terminal-links.ts';
import { chooseWorkflow, type ChooseWorkflow } from './workbench/choose-workflow.ts';
import { showViews } from './views/show-views.ts';

/** Only wires: whatever takes time is begun here and waited for elsewhere. */
export function activate(context: vscode.ExtensionContext): void {
  const begun = performance.now();
  if (vscode.l10n.bundle !== undefined) l10n.config({ contents: vscode.l10n.bundle });
  const parts = makeParts(context);
  const { hosts, language, documents, graphs, runPanels, launcher, log, memory } = parts;
  const views = showViews(parts);
  const pick: ChooseWorkflow = (title, kinds) => chooseWorkflow(documents, graphs.active?.uri ?? null, title, kinds);
  const isSeen = (): boolean => graphs.isVisible || runPanels.isVisible || views.ledgerTree.visible;
  const sightChanged = new Signal<void>();
  const resume: Parameters<typeof announceDeaths>[1] = async (runs, { folder }) => resumeRuns({ hosts, launcher, memory }, folder, runs);
  context.subscriptions.push(
    parts, views,
    registerCommands({
      ...runHandlers({ hosts, launcher, memory, chooseWorkflow: pick }),
      ...haltHandlers(hosts),
      ...reviewHandlers({ ...parts, ...views }),
      ...documentHandlers({ extension: context.extensionUri, graphs, language, memory: context.globalState, log, chooseWorkflow: pick }),
      ...modelHandlers({ extension: context.extensionUri, hosts, keys: parts.keys, view: views.models, note: views.modelsNote }),
      ...transferHandlers({ extension: context.extensionUri, hosts, ...views }),
      ...parts.query.handlers,
    }, log),
    keepContextKeys(hosts),
    showStatusBar(hosts),
    announceDeaths(hosts, resume),
    announceQuestions(hosts, { shows: (run) => graphs.shows(run) || runPanels.shows(run), changed: sightChanged }),
    graphs.sightChanged.listen(() => { sightChanged.fire(); }),
    runPanels.sightChanged.listen(() => { sightChanged.fire(); }),
    announceFailures(hosts, launcher.own, isSeen),
    provideRecordDocuments(hosts),
    provideManualPages(context.extensionUri),
    keepDocumentKind(documents),
    offerOwnLanguage(documents),
    provideRunTasks(context.extensionUri, documents),
    registerLanguageTools(context.extensionUri),
    linkRunIds(hosts),
    offerInterrupted(hosts, resume),
    tellVirtualFolders(language, log),
    tellLedgerNews(hosts, documents, language, views.models.serversChanged, (error) => { log.error(error instanceof Error ? error : String(error)); }),
  );
  offerCommandLine(context);
  answerLockedSpecs(hosts, language);
  void language.start().catch((error: unknown) => { log.error(error instanceof Error ? error : String(error)); });
  hosts.wake();
  void goOnWithSample(context.globalState);
  log.info(`Activated in ${(performance.now() - begun).toFixed(1)} ms.`);
}

/** Everything is let go of by its subscription. */
export function deactivate(): void {
  return;
}
