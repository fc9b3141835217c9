import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json } from '../../protocol/json.ts';
import { runVerb } from '../command-line/run-verb.ts';
import type { LanguageService } from '../language/language-service.ts';
import type { GraphPanels } from '../panels/graph-panels.ts';
import { installedSamples, openSample, TUTORIAL } from '../samples/samples.ts';
import { convertDocument } from '../workbench/convert-document.ts';
import { showManualPage } from '../workbench/manual-pages.ts';
import { askText, pickRow, sayBriefly } from '../workbench/plain-window.ts';
import { chooseFolder, fileUri, localFolders } from '../workspace/folders.ts';
import type { Handler } from './command-id.ts';
import { textOf, uriOf } from './register-commands.ts';

export interface DocumentHandlerParts {
  readonly extension: vscode.Uri;
  readonly graphs: GraphPanels;
  readonly language: LanguageService;
  /** Outlives the window. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly chooseWorkflow: (title: string) => Promise<vscode.Uri | null>;
}

type DocumentCommand =
  | 'dagbook.graph' | 'dagbook.graph.find' | 'dagbook.graph.fit' | 'dagbook.graph.zoomIn' | 'dagbook.graph.zoomOut' | 'dagbook.graph.list' | 'dagbook.graph.exportSvg' | 'dagbook.graph.exportPng' | 'dagbook.graph.hideRun' | 'dagbook.graph.keep'
  | 'dagbook.check' | 'dagbook.explain' | 'dagbook.convert' | 'dagbook.new' | 'dagbook.openSample' | 'dagbook.openTutorial' | 'dagbook.openWalkthrough' | 'dagbook.treatAsDagbook' | 'dagbook.showLog';

/** Everything about documents that needs no run. */
export function documentHandlers(parts: DocumentHandlerParts): Readonly<Record<DocumentCommand, Handler>> {
  const { graphs, extension, memory } = parts;
  const tell = (what: Parameters<NonNullable<GraphPanels['active']>['command']>[0]): Handler => () => graphs.active?.command(what);
  return {
    'dagbook.graph': async (argument) => {
      const uri = uriOf(argument) ?? (await parts.chooseWorkflow(l10n.t('The graph of which workflow?')));
      if (uri !== null) graphs.open(uri);
    },
    'dagbook.graph.find': () => {
      graphs.active?.panel.reveal();
      graphs.active?.command('find');
    },
    'dagbook.graph.fit': tell('fit'),
    'dagbook.graph.zoomIn': tell('zoom-in'),
    'dagbook.graph.zoomOut': tell('zoom-out'),
    'dagbook.graph.list': tell('list'),
    'dagbook.graph.exportSvg': tell('export-svg'),
    'dagbook.graph.exportPng': tell('export-png'),
    'dagbook.graph.hideRun': () => { graphs.active?.hideRun(); },
    'dagbook.graph.keep': () => {
      const graph = graphs.active;
      if (graph === null) return;
      graphs.pin(graph, true);
      sayBriefly('pin', l10n.t('This graph stays with its document; the next one opens beside it.'), 5_000);
    },
    'dagbook.check': () => vscode.commands.executeCommand('workbench.actions.view.problems'),
    'dagbook.explain': (argument) => showManualPage(extension, textOf(argument, 'code') ?? (typeof argument === 'string' ? argument : null)),
    'dagbook.convert': async (argument) => {
      const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
      if (uri === undefined) throw new Error(l10n.t('Open the document that shall be converted first.'));
      await convertDocument(parts.language, uri);
    },
    'dagbook.new': () => newWorkflow(extension),
    'dagbook.openSample': async () => {
      const samples = await installedSamples(extension);
      const picked = await pickRow(samples.map((sample) => ({ label: sample.label, detail: sample.about, sample })), { title: l10n.t('Which sample?'), matchOnDetail: true });
      if (picked !== undefined) await openSample({ extension, memory, sample: picked.sample, walkthrough: false });
    },
    'dagbook.openTutorial': () => openSample({ extension, memory, sample: TUTORIAL, walkthrough: true }),
    'dagbook.openWalkthrough': () => vscode.commands.executeCommand('workbench.action.openWalkthrough', 'dagbook.dagbook#dagbook.start', false),
    'dagbook.treatAsDagbook': async () => {
      const document = vscode.window.activeTextEditor?.document;
      if (document !== undefined) await vscode.languages.setTextDocumentLanguage(document, 'dagbook');
    },
    'dagbook.showLog': () => { parts.log.show(); },
  };
}

async function newWorkflow(extension: vscode.Uri): Promise<void> {
  const folder = await chooseFolder();
  if (folder === null || localFolders().length === 0) throw new Error(l10n.t('Open a folder first: the workflow needs a place.'));
  const list = await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['new'] });
  const rows = (Array.isArray(list) ? (list as readonly Json[]) : []).flatMap((row) => {
    const [name, about] = [textOf(row, 'name'), textOf(row, 'about')];
    return name === null ? [] : [{ label: name, detail: about ?? '', description: textOf(row, 'not_yet') === null ? '' : l10n.t('drawn and checked; does not run yet') }];
  });
  const picked = await pickRow(rows, { title: l10n.t('New workflow: from which template?'), matchOnDetail: true });
  if (picked === undefined) return;
  const name = await askText({
    title: l10n.t('New workflow: its name'), value: picked.label, prompt: l10n.t('It becomes the name of the file, too.'),
    validateInput: (text) => (/^[A-Za-z][A-Za-z0-9_-]*$/.test(text) ? null : l10n.t('Letters, digits, "_" and "-", beginning with a letter.')),
  });
  if (name === undefined) return;
  const made = await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['new', picked.label, '--name', name] });
  const files = typeof made === 'object' && made !== null && Array.isArray((made as Readonly<Record<string, Json>>)['files']) ? ((made as Readonly<Record<string, Json>>)['files'] as readonly Json[]) : [];
  for (const file of files) if (typeof file === 'string') await vscode.window.showTextDocument(fileUri(folder, file), { preview: false });
}
