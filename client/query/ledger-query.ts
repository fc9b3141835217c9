import { randomBytes } from 'node:crypto';
import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Handler } from '../commands/command-id.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { mayRun } from '../runs/may-run.ts';
import { inform, sayBriefly, whileWorking } from '../workbench/plain-window.ts';
import { columnBeside } from '../workbench/column-beside.ts';
import { chooseFolder, localFolders } from '../workspace/folders.ts';
import { toCsv, toJson, type QueryResult } from './query-result.ts';
import { resultHtml } from './result-html.ts';
import { sqlSuggestions, type SqlTable } from './sql-place.ts';

const NAME = 'Ledger query';
const MOST_ROWS = 1_000;
const FIRST_QUERY = `SELECT id, workflow_name, status, started_at, ended_at, total_tokens, total_cost_usd
FROM workflow_runs
ORDER BY started_at DESC
LIMIT 50;
`;

type QueryCommand = 'dagbook.ledgerSql' | 'dagbook.query.run' | 'dagbook.query.exportCsv' | 'dagbook.query.exportJson';

interface ShownResult {
  readonly panel: vscode.WebviewPanel;
  query: string;
  folder: vscode.WorkspaceFolder;
  result: QueryResult;
}

/** SQL over a read-only connection: an editor with completion of tables and columns, its results as a table. */
export class LedgerQuery implements vscode.Disposable {
  readonly #hosts: HostPool;
  readonly #schemas = new Map<string, readonly SqlTable[]>();
  readonly #folders = new Map<string, vscode.WorkspaceFolder>();
  readonly #subscriptions: vscode.Disposable;
  #shown: ShownResult | null = null;

  constructor(hosts: HostPool) {
    this.#hosts = hosts;
    const ours: vscode.DocumentFilter = { language: 'sql', scheme: 'untitled', pattern: `**/${NAME}*` };
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerCompletionItemProvider(ours, { provideCompletionItems: async (document, position) => this.#complete(document, position) }, '.', ' '),
      vscode.languages.registerCodeLensProvider(ours, {
        provideCodeLenses: () => [new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), { title: `▷ ${l10n.t('Run Query')}`, command: 'dagbook.query.run' })],
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => { setActive(editor); }),
    );
  }

  readonly handlers: Readonly<Record<QueryCommand, Handler>> = {
    'dagbook.ledgerSql': () => this.#open(),
    'dagbook.query.run': () => this.#run(),
    'dagbook.query.exportCsv': () => this.#export('csv', toCsv),
    'dagbook.query.exportJson': () => this.#export('json', toJson),
  };

  dispose(): void {
    this.#subscriptions.dispose();
    this.#shown?.panel.dispose();
  }

  async #open(): Promise<void> {
    const folder = (await mayRun()) ? await chooseFolder() : null;
    if (folder === null) return;
    const uri = vscode.Uri.from({ scheme: 'untitled', path: `${NAME} ${folder.name}.sql` });
    this.#folders.set(uri.toString(), folder);
    const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(uri), 'sql');
    // Not over a graph or a run: those are looked at beside it.
    const editor = await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.One });
    if (document.getText() === '') await editor.edit((edit) => { edit.insert(new vscode.Position(0, 0), FIRST_QUERY); });
    setActive(editor);
    this.#schemas.set(folder.uri.toString(), await this.#hosts.of(folder).call('schema', {}));
  }

  /** The selection, else the whole text. */
  async #run(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !isQuery(editor.document)) return this.#open();
    const folder = this.#folderOf(editor.document);
    if (folder === undefined || !(await mayRun())) return;
    const query = editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection);
    const begun = performance.now();
    const result = await whileWorking({ location: vscode.ProgressLocation.Window, title: l10n.t('Querying the ledger') }, async () =>
      this.#hosts.of(folder).call('sql', { query, values: [], limit: MOST_ROWS }));
    this.#show(folder, query, result, performance.now() - begun);
  }

  #show(folder: vscode.WorkspaceFolder, query: string, result: QueryResult, milliseconds: number): void {
    const shown = this.#shown ?? this.#panel(folder, query, result);
    Object.assign(shown, { folder, query, result });
    shown.panel.webview.html = resultHtml({ nonce: randomBytes(18).toString('base64url'), language: vscode.env.language, query, result, milliseconds });
    shown.panel.reveal(undefined, true);
  }

  #panel(folder: vscode.WorkspaceFolder, query: string, result: QueryResult): ShownResult {
    const panel = vscode.window.createWebviewPanel('dagbook.query', l10n.t('Query Result'), { viewColumn: columnBeside(), preserveFocus: true }, {
      enableScripts: false, enableCommandUris: ['dagbook.query.exportCsv', 'dagbook.query.exportJson'], localResourceRoots: [],
    });
    panel.onDidDispose(() => { this.#shown = null; });
    this.#shown = { panel, folder, query, result };
    return this.#shown;
  }

  /** All rows, not only those that are shown. */
  async #export(extension: 'csv' | 'json', write: (result: QueryResult) => string): Promise<void> {
    const shown = this.#shown;
    if (shown === null) return void inform(l10n.t('Run a query first.'));
    const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(shown.folder.uri, `ledger.${extension}`), filters: { [extension.toUpperCase()]: [extension] } });
    if (target === undefined) return;
    const { query, folder } = shown;
    const result = shown.result.more ? await this.#hosts.of(folder).call('sql', { query, values: [], limit: 1_000_000 }) : shown.result;
    await vscode.workspace.fs.writeFile(target, Buffer.from(write(result), 'utf8'));
    const words = result.rows.length === 1 ? l10n.t('1 row written to {0}.', vscode.workspace.asRelativePath(target)) : l10n.t('{0} rows written to {1}.', result.rows.length, vscode.workspace.asRelativePath(target));
    sayBriefly('check', words, 8_000);
  }

  async #complete(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]> {
    const folder = this.#folderOf(document);
    if (folder === undefined) return [];
    const key = folder.uri.toString();
    const tables = this.#schemas.get(key) ?? (await this.#hosts.of(folder).call('schema', {}));
    this.#schemas.set(key, tables);
    const before = document.getText(new vscode.Range(new vscode.Position(0, 0), position));
    return sqlSuggestions(before, document.getText(), tables).map((suggestion) => {
      switch (suggestion.kind) {
        case 'keyword':
          return new vscode.CompletionItem(suggestion.name, vscode.CompletionItemKind.Keyword);
        case 'column':
          return withDetail(new vscode.CompletionItem(suggestion.name, vscode.CompletionItemKind.Field), suggestion.of.join(', '));
        case 'table':
        case 'view':
          return withDetail(new vscode.CompletionItem(suggestion.name, vscode.CompletionItemKind.Struct), `${suggestion.kind}: ${suggestion.columns.join(', ')}`);
      }
    });
  }

  /** An editor that was there before the window was opened again belongs to the folder in its name. */
  #folderOf(document: vscode.TextDocument): vscode.WorkspaceFolder | undefined {
    const folders = localFolders();
    return this.#folders.get(document.uri.toString()) ?? folders.find(({ name }) => document.uri.path.includes(name)) ?? folders[0];
  }
}

function isQuery(document: vscode.TextDocument): boolean {
  return document.languageId === 'sql' && document.uri.scheme === 'untitled' && document.uri.path.includes(NAME);
}

function setActive(editor: vscode.TextEditor | undefined): void {
  void vscode.commands.executeCommand('setContext', 'dagbook.queryActive', editor !== undefined && isQuery(editor.document));
}

function withDetail(item: vscode.CompletionItem, detail: string): vscode.CompletionItem {
  item.detail = detail;
  return item;
}
