import * as vscode from 'vscode';
import type { LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { DOCUMENTS_REQUEST, type DocumentsAnswer } from '../../protocol/language-requests.ts';
import { Signal } from '../signal.ts';
import { LensCommands } from './lens-commands.ts';
import { LensRefresh } from './refresh-lenses.ts';

/** Another server looks after this id too; ours adds what only it knows (see docs/editors.md). */
const LIMITED = ['yaml'];

/** The language server, started beside the activation and not before the first answer is wanted by somebody. */
export class LanguageService implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #answers = new Map<string, (params: unknown) => Promise<unknown>>();
  readonly #listeners = new Map<string, () => void>();
  readonly #lenses = new LensCommands();
  readonly #refresh = new LensRefresh(() => this.#client);
  readonly #listening: vscode.Disposable;
  #client: Promise<LanguageClient> | null = null;
  /** Of the documents that the client was made for: its selector can never change. */
  #schemes: readonly string[] = [];

  /** It runs, for the first time or again after it had died, and has the documents that are open. */
  readonly started = new Signal<void>();

  constructor(extension: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#log = log;
    this.#listening = vscode.workspace.onDidChangeWorkspaceFolders(() => { this.#startAnew(); });
  }

  start(): Promise<LanguageClient> {
    this.#client ??= this.#start();
    return this.#client;
  }

  /** Rejects when the server does not run or refuses. */
  async request<R>(method: string, params: object, token?: vscode.CancellationToken): Promise<R> {
    const client = await this.start();
    return token === undefined ? client.sendRequest<R>(method, params) : client.sendRequest<R>(method, params, token);
  }

  async notify(method: string, params: object): Promise<void> {
    const client = await this.start();
    await client.sendNotification(method, params);
  }

  /** What the server tells without being asked; said before it starts, as all of the following. */
  onNotification(method: string, listener: () => void): void {
    this.#listeners.set(method, listener);
  }

  /** What the server may ask of the editor's side. */
  answer(method: string, answer: (params: never) => Promise<unknown>): void {
    this.#answers.set(method, answer as (params: unknown) => Promise<unknown>);
  }

  dispose(): void {
    this.#listening.dispose();
    this.#refresh.dispose();
    void this.#client?.then((client) => client.dispose()).catch(() => undefined);
    this.#lenses.dispose();
  }

  /** A folder of a scheme that no folder had before was added: its documents are looked after by a client that was made for them. */
  #startAnew(): void {
    const before = this.#client;
    if (before === null || schemes().every((scheme) => this.#schemes.includes(scheme))) return;
    this.#client = before.then(putAway).catch(() => undefined).then(async () => this.#start());
    this.#client.catch((error: unknown) => { this.#log.error(error instanceof Error ? error : String(error)); });
  }

  async #start(): Promise<LanguageClient> {
    const { LanguageClient, State, TransportKind } = await import('vscode-languageclient/node');
    const module = vscode.Uri.joinPath(this.#extension, 'dist', 'server.mjs').fsPath;
    const server: ServerOptions = { run: { module, transport: TransportKind.ipc }, debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--inspect=6019'] } } };
    const client = new LanguageClient('dagbook', 'Dagbook', server, this.#options());
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Running) this.started.fire();
    });
    for (const [method, answer] of this.#answers) client.onRequest(method, answer);
    for (const [method, listener] of this.#listeners) client.onNotification(method, listener);
    await client.start();
    return client;
  }

  #options(): LanguageClientOptions {
    this.#schemes = schemes();
    return {
      documentSelector: this.#schemes.flatMap((scheme) => ['dagbook', ...LIMITED].map((language) => ({ language, scheme }))),
      initializationOptions: { commands: true, ledger: true, limitedLanguageIds: LIMITED },
      outputChannel: this.#log,
      middleware: {
        provideCodeLenses: async (document, token, next) => {
          this.#refresh.asked(document);
          return this.#lenses.clickable((await next(document, token)) ?? []);
        },
      },
      diagnosticPullOptions: { onChange: true, onSave: true, onTabs: false },
    };
  }
}

/** Ends a client, once it has passed on what is just being told to everybody: a message to one that is ending would be told as a failure. */
async function putAway(client: LanguageClient): Promise<void> {
  await new Promise((resolve) => { setTimeout(resolve, 0); });
  await client.sendRequest<DocumentsAnswer>(DOCUMENTS_REQUEST, {});
  await client.dispose();
}

/** Read-only copies, such as the left side of a diff, are not for checking: only what a person works on. */
function schemes(): readonly string[] {
  return [...new Set(['file', 'untitled', ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)])];
}
