import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json } from '../../protocol/json.ts';
import { runVerb } from '../command-line/run-verb.ts';
import type { GraphPanels } from '../panels/graph-panels.ts';
import { installedSamples, openSample, TUTORIAL } from '../samples/samples.ts';
import { chooseFolder, fileUri, localFolders, workspaceFile } from '../workspace/folders.ts';
import type { Handler } from './command-id.ts';
import { textOf, uriOf } from './register-commands.ts';

export interface DocumentHandlerParts {
  readonly extension: vscode.Uri;
  readonly graphs: GraphPanels;
  /** Outlives the window. */
  readonly memory: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
  readonly chooseWorkflow: (title: string) => Promise<vscode.Uri | null>;
}

type DocumentCommand =
  | 'dagbook.graph' | 'dagbook.graph.find' | 'dagbook.graph.fit' | 'dagbook.graph.zoomIn' | 'dagbook.graph.zoomOut' | 'dagbook.graph.list' | 'dagbook.graph.exportSvg' | 'dagbook.graph.exportPng' | 'dagbook.graph.keep'
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
    'dagbook.graph.keep': () => {
      const graph = graphs.active;
      if (graph === null) return;
      graphs.pin(graph, true);
      vscode.window.setStatusBarMessage(`$(pin) ${l10n.t('This graph stays with its document; the next one opens beside it.')}`, 5_000);
    },
    'dagbook.check': () => vscode.commands.executeCommand('workbench.actions.view.problems'),
    'dagbook.explain': (argument) => explain(extension, argument),
    'dagbook.convert': (argument) => convert(extension, argument),
    'dagbook.new': () => newWorkflow(extension),
    'dagbook.openSample': async () => {
      const samples = await installedSamples(extension);
      const picked = await vscode.window.showQuickPick(samples.map((sample) => ({ label: sample.label, detail: sample.about, sample })), { title: l10n.t('Which sample?'), matchOnDetail: true });
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

/** The manual page of a diagnostic code. */
async function explain(extension: vscode.Uri, argument: unknown): Promise<void> {
  const code = textOf(argument, 'code') ?? (typeof argument === 'string' ? argument : await askCode(extension));
  if (code === null) return;
  const json = await runVerb({ extension: extension.fsPath, workspace: null, words: ['explain', code] });
  const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: explanationText(code, json) });
  await vscode.commands.executeCommand('markdown.showPreview', document.uri).then(undefined, () => vscode.window.showTextDocument(document));
}

async function askCode(extension: vscode.Uri): Promise<string | null> {
  const json = await runVerb({ extension: extension.fsPath, workspace: null, words: ['explain'] });
  const rows = (Array.isArray(json) ? (json as readonly Json[]) : []).flatMap((row) => {
    const [code, title] = [textOf(row, 'code'), textOf(row, 'title')];
    return code === null ? [] : [{ label: code, detail: title ?? '' }];
  });
  return (await vscode.window.showQuickPick(rows, { title: l10n.t('Which code?'), matchOnDetail: true }))?.label ?? null;
}

function explanationText(code: string, json: Json): string {
  return textOf(json, 'markdown') ?? textOf(json, 'text') ?? `# ${code}\n\n\`\`\`json\n${JSON.stringify(json, null, 2)}\n\`\`\`\n`;
}

async function convert(extension: vscode.Uri, argument: unknown): Promise<void> {
  const uri = uriOf(argument) ?? vscode.window.activeTextEditor?.document.uri;
  const file = uri === undefined ? null : workspaceFile(uri);
  if (file === null || uri === undefined) throw new Error(l10n.t('Open the document that shall be converted first.'));
  const to = await vscode.window.showQuickPick([{ label: l10n.t('States document'), description: 'agentrc.workflow', to: 'states' }, { label: 'Amazon States Language', description: 'JSON', to: 'asl' }], { title: l10n.t('Convert {0} to what?', file.file) });
  if (to === undefined) return;
  const json = await runVerb({ extension: extension.fsPath, workspace: file.folder.uri.fsPath, words: ['convert', uri.fsPath, '--to', to.to] });
  const text = textOf(json, 'text');
  const content = to.to === 'asl' && text === null ? `${JSON.stringify(json, null, 2)}\n` : (text ?? JSON.stringify(json, null, 2));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: to.to === 'asl' ? 'json' : 'dagbook', content }), { viewColumn: vscode.ViewColumn.Beside });
}

async function newWorkflow(extension: vscode.Uri): Promise<void> {
  const folder = await chooseFolder();
  if (folder === null || localFolders().length === 0) throw new Error(l10n.t('Open a folder first: the workflow needs a place.'));
  const list = await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['new'] });
  const rows = (Array.isArray(list) ? (list as readonly Json[]) : []).flatMap((row) => {
    const [name, about] = [textOf(row, 'name'), textOf(row, 'about')];
    return name === null ? [] : [{ label: name, detail: about ?? '' }];
  });
  const picked = await vscode.window.showQuickPick(rows, { title: l10n.t('New workflow: from which template?'), matchOnDetail: true });
  if (picked === undefined) return;
  const name = await vscode.window.showInputBox({
    title: l10n.t('New workflow: its name'), value: picked.label, prompt: l10n.t('It becomes the name of the file, too.'),
    validateInput: (text) => (/^[A-Za-z][A-Za-z0-9_-]*$/.test(text) ? null : l10n.t('Letters, digits, "_" and "-", beginning with a letter.')),
  });
  if (name === undefined) return;
  const made = await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['new', picked.label, '--name', name] });
  const files = typeof made === 'object' && made !== null && Array.isArray((made as Readonly<Record<string, Json>>)['files']) ? ((made as Readonly<Record<string, Json>>)['files'] as readonly Json[]) : [];
  for (const file of files) if (typeof file === 'string') await vscode.window.showTextDocument(fileUri(folder, file), { preview: false });
}
