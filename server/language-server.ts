import { DidChangeConfigurationNotification, DidChangeWatchedFilesNotification, FileChangeType, type Connection, type FileEvent, type InitializeParams, type InitializeResult } from 'vscode-languageserver/node';
import { readSettingsLeniently, SETTINGS_FILE, settingsFromSection } from '../disk/settings.ts';
import { FOLDER_FILES, LOCKED_SPECS_REQUEST, type FolderFiles, type LockedSpecRecord, type LockedSpecsAnswer, type LockedSpecsParams } from '../protocol/language-requests.ts';
import { BackgroundCheck } from './background-check.ts';
import { capabilities } from './capabilities.ts';
import { registerCommands } from './commands.ts';
import { DocumentLists } from './document-lists.ts';
import { DiagnosticReports } from './diagnostic-reports.ts';
import type { FeatureHost } from './feature-request.ts';
import { FolderWatches } from './folder-watches.ts';
import { registerLedgerNews } from './ledger-news.ts';
import type { LedgerPort } from './ledger-port.ts';
import { LedgerWatch, ledgerPlaceOf } from './ledger-watch.ts';
import { registerNavigation } from './navigation-features.ts';
import { OpenDocuments } from './open-documents.ts';
import { PulledDiagnostics } from './pulled-diagnostics.ts';
import { PushedDiagnostics } from './pushed-diagnostics.ts';
import { registerPictures } from './picture-requests.ts';
import { registerStructure } from './structure-features.ts';
import type { ServerWorkspace } from './server-workspace.ts';
import { manualPages } from './to-lsp.ts';
import { registerTyping } from './typing-features.ts';
import { Workspaces } from './workspaces.ts';

/** What the editor can do, as far as it matters here. */
interface Client {
  readonly pulls: boolean;
  readonly configuration: boolean;
  readonly configurationChanges: boolean;
  readonly watches: boolean;
  readonly folders: boolean;
  readonly lensRefresh: boolean;
  /** Whether it has our commands, so that a code lens may be clicked. */
  readonly commands: boolean;
  /** Whether it answers for the ledgers of its folders. */
  readonly ledger: boolean;
  /** Language ids whose documents another server looks after. */
  readonly limitedLanguageIds: readonly string[];
}

/** Who looks after the memory of the process. */
interface Memory {
  /** A document has come in, or everything has been looked at. */
  used(): void;
  /** A long document has been read for the first time, and what is said of it worked out. */
  read(): void;
}

/** Protocol in, `language/` called, protocol out. */
export class LanguageServer {
  readonly #connection: Connection;
  readonly #memory: Memory;
  readonly #workspaces: Workspaces;
  readonly #documents: OpenDocuments;
  readonly #pushed: PushedDiagnostics;
  readonly #pulled: PulledDiagnostics;
  readonly #background: BackgroundCheck;
  readonly #lists: DocumentLists;
  readonly #watches: FolderWatches;
  readonly #ledgerWatch: LedgerWatch | null;
  /** What an editor has sent that does not keep settings. */
  #sent: unknown;
  #client: Client = { pulls: false, configuration: false, configurationChanges: false, watches: false, folders: false, lensRefresh: false, commands: false, ledger: false, limitedLanguageIds: [] };
  /** Resolves once the settings are known: nothing is said before, or it might have to be taken back. */
  #ready: Promise<void> = Promise.resolve();
  /** Resolves once every file has been read: a check looks into all of them for a name, and must not wait for the disk then. */
  #allRead: Promise<void> = Promise.resolve();

  /** `ledger`: for editors that have no runtime to ask. */
  constructor(connection: Connection, memory: Memory, ledger: LedgerPort | null) {
    this.#connection = connection;
    this.#memory = memory;
    this.#workspaces = new Workspaces({
      onBug: (path, error) => { this.#bug(`while analysing ${path}`, error); },
      ledger: async (workspace, specHashes) => await this.#askLedger(workspace, specHashes, ledger),
      onLedgerFailure: (error) => { this.#ledgerFailed(error); },
      onLockedSpecs: () => { this.#othersChanged(); },
    });
    this.#ledgerWatch = ledger === null ? null : new LedgerWatch(ledger, this.#workspaces, (error) => { this.#ledgerFailed(error); });
    this.#documents = new OpenDocuments(this.#workspaces);
    this.#watches = new FolderWatches((changes) => { this.#filesChanged(changes); });
    this.#lists = new DocumentLists(connection, this.#workspaces, this.#documents);
    const reports = new DiagnosticReports(this.#documents, manualPages());
    this.#background = new BackgroundCheck(this.#workspaces, () => {
      this.#lists.changed();
      memory.used();
    });
    this.#pushed = new PushedDiagnostics(this.#documents, reports, () => { memory.read(); }, (params) => void connection.sendDiagnostics(params));
    this.#pulled = new PulledDiagnostics(this.#workspaces, this.#documents, reports, () => { memory.read(); }, () => void connection.languages.diagnostics.refresh());
  }

  listen(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => { this.#ready = this.#initialized(); });
    connection.onDidOpenTextDocument((params) => {
      const { uri } = params.textDocument;
      const known = this.#workspaces.all();
      this.#opened(uri, () => {
        const document = this.#documents.opened(params);
        if (!known.includes(document.workspace)) this.#ready = this.#configureMadeUp(document.workspace);
        return document;
      });
    });
    connection.onDidChangeTextDocument((params) => { this.#opened(params.textDocument.uri, () => this.#documents.changed(params)); });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      const closed = this.#documents.closed(uri);
      if (closed !== undefined && !this.#client.pulls) this.#pushed.closed(closed);
      this.#othersChanged();
    });
    connection.onDidChangeWatchedFiles(({ changes }) => { this.#filesChanged(changes); });
    connection.onNotification(FOLDER_FILES, (told: FolderFiles) => {
      if (this.#workspaces.told(told)) this.#ready = this.#configure();
      else this.#othersChanged();
    });
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#sent = settings;
      this.#ready = this.#configure();
    });
    connection.onShutdown(() => {
      this.#watches.close();
      this.#ledgerWatch?.close();
    });
    connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, token) => {
      await this.#ready;
      await this.#allRead;
      return await this.#pulled.document(uri, previousResultId, token);
    });
    connection.languages.diagnostics.onWorkspace(async (params, token) => {
      await this.#settled();
      return await this.#pulled.workspace(params, token);
    });
    this.#registerFeatures();
    connection.listen();
  }

  #registerFeatures(): void {
    const host: FeatureHost = {
      workspaces: this.#workspaces,
      documents: this.#documents,
      ready: () => this.#ready,
      settled: () => this.#settled(),
      bug: (doing, error) => { this.#bug(doing, error); },
      limited: (languageId) => this.#client.limitedLanguageIds.includes(languageId),
    };
    registerTyping(this.#connection, host);
    registerNavigation(this.#connection, host);
    registerStructure(this.#connection, host, () => this.#client.commands);
    registerPictures(this.#connection, host);
    registerCommands(this.#connection, host);
    registerLedgerNews(this.#connection, this.#workspaces, () => this.#client.lensRefresh);
    this.#lists.register(host);
  }

  #initialize(params: InitializeParams): InitializeResult {
    const { textDocument, workspace } = params.capabilities;
    this.#client = {
      pulls: textDocument?.diagnostic !== undefined,
      configuration: workspace?.configuration === true,
      configurationChanges: workspace?.didChangeConfiguration?.dynamicRegistration === true,
      watches: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
      folders: workspace?.workspaceFolders === true,
      lensRefresh: workspace?.codeLens?.refreshSupport === true,
      ...optionsOf(params.initializationOptions),
    };
    this.#pulled.canRefresh = workspace?.diagnostics?.refreshSupport === true;
    for (const uri of foldersOf(params)) this.#workspaces.addFolder(uri);
    return { serverInfo: { name: 'dagbook' }, capabilities: capabilities(this.#client) };
  }

  async #initialized(): Promise<void> {
    const connection = this.#connection;
    if (this.#client.folders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const { uri } of removed) this.#workspaces.removeFolder(uri);
        for (const { uri } of added) this.#workspaces.addFolder(uri);
        this.#ready = this.#configure();
      });
    }
    if (this.#client.watches) void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: '**/*' }] });
    if (this.#client.configurationChanges) void connection.client.register(DidChangeConfigurationNotification.type, { section: 'dagbook' });
    await this.#configure();
  }

  /** An editor that keeps settings is asked; one that does not sends them, or leaves them in `.vscode/settings.json`. */
  async #configure(): Promise<void> {
    await this.#watchFolders();
    for (const workspace of this.#workspaces.all()) await this.#setSettings(workspace);
    this.#documents.relocate();
    this.#allRead = this.#background.readAll().then(() => {
      if (!this.#client.ledger) this.#ledgerWatch?.start();
      this.#othersChanged();
    });
  }

  /** One that was made up for a document in no open folder has the same settings as the others. */
  async #configureMadeUp(workspace: ServerWorkspace): Promise<void> {
    await this.#ready;
    await this.#setSettings(workspace);
    this.#documents.relocate();
  }

  async #setSettings(workspace: ServerWorkspace): Promise<void> {
    const asked = this.#client.configuration ? await this.#ask(workspace.uriOf('')) : sectionOf(this.#sent);
    const settings = workspace.root !== null && (asked === null || asked === undefined) ? readSettingsLeniently(workspace.root) : settingsFromSection(asked);
    this.#workspaces.setSettings(workspace, settings);
  }

  /** Every file has been looked at. */
  async #settled(): Promise<void> {
    await this.#ready;
    await this.#allRead;
    await this.#background.settled();
  }

  /** A document may lie in a folder of its own. */
  async #watchFolders(): Promise<void> {
    if (!this.#client.watches) await this.#watches.watch(this.#workspaces.all().flatMap(({ root }) => root ?? []));
  }

  async #ask(scopeUri: string): Promise<unknown> {
    try {
      return (await this.#connection.workspace.getConfiguration({ scopeUri, section: 'dagbook' })) as unknown;
    } catch (error) {
      this.#bug('while asking the editor for its settings', error);
      return null;
    }
  }

  #opened(uri: string, act: () => ReturnType<OpenDocuments['changed']>): void {
    this.#memory.used();
    try {
      const document = act();
      if (document === undefined) return;
      void this.#watchFolders();
      if (this.#client.pulls) this.#pulled.changed(document);
      void this.#ready.then(() => this.#allRead).then(() => {
        this.#background.wake();
        if (!this.#client.pulls) this.#pushed.changed(document);
      });
    } catch (error) {
      this.#bug(`while taking over ${uri}`, error);
    }
  }

  #filesChanged(changes: readonly FileEvent[]): void {
    for (const { uri, type } of changes) {
      for (const { workspace, path } of this.#workspaces.holding(uri)) {
        if (path === SETTINGS_FILE && !this.#client.configuration) this.#ready = this.#configure();
        workspace.files?.noticed(path, type !== FileChangeType.Deleted);
        workspace.session.fileChanged(path);
      }
    }
    this.#othersChanged();
  }

  /** Something besides an open document has changed, so any document may have. */
  #othersChanged(): void {
    this.#background.wake();
    if (this.#client.pulls) this.#pulled.othersChanged();
    else this.#pushed.everything();
  }

  async #askLedger(workspace: ServerWorkspace, specHashes: readonly string[], ledger: LedgerPort | null): Promise<readonly LockedSpecRecord[]> {
    const params: LockedSpecsParams = { folder: workspace.uriOf(''), specHashes };
    if (this.#client.ledger) return await this.#connection.sendRequest<LockedSpecsAnswer>(LOCKED_SPECS_REQUEST, params);
    const place = ledgerPlaceOf(workspace);
    return ledger === null || place === null ? [] : await ledger.specs(place, specHashes);
  }

  #ledgerFailed(error: unknown): void {
    this.#connection.console.warn(`The ledger could not be asked: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** A bug is caught here, once, and told with its stack. */
  #bug(doing: string, error: unknown): void {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#connection.console.error(`Internal error ${doing}: ${stack}`);
  }
}

function sectionOf(sent: unknown): unknown {
  return typeof sent === 'object' && sent !== null && 'dagbook' in sent ? sent.dagbook : undefined;
}

/** Older editors name one folder, by a field that has since been deprecated. */
function foldersOf(params: InitializeParams): readonly string[] {
  const rootUri: unknown = Reflect.get(params, 'rootUri');
  return params.workspaceFolders?.map(({ uri }) => uri) ?? (typeof rootUri === 'string' ? [rootUri] : []);
}

/** `{commands, ledger, limitedLanguageIds}`: what our own editor side says about itself. */
function optionsOf(options: unknown): Pick<Client, 'commands' | 'ledger' | 'limitedLanguageIds'> {
  const given = typeof options === 'object' && options !== null ? (options as Readonly<Record<string, unknown>>) : {};
  const ids = given['limitedLanguageIds'];
  return { commands: given['commands'] === true, ledger: given['ledger'] === true, limitedLanguageIds: Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [] };
}
