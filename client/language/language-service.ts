import * as vscode from 'vscode';
import type { LanguageClient, LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { Signal } from '../signal.ts';
import { LensCommands } from './lens-commands.ts';

/** Another server looks after this id too; ours adds what only it knows (see docs/editors.md). */
const LIMITED = ['yaml'];

/** The language server, started beside the activation and not before the first answer is wanted by somebody. */
export class LanguageService implements vscode.Disposable {
  readonly #extension: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  readonly #answers = new Map<string, (params: unknown) => Promise<unknown>>();
  #client: Promise<LanguageClient> | null = null;
  readonly #lenses = new LensCommands();

  /** It runs, for the first time or again after it had died, and has the documents that are open. */
  readonly started = new Signal<void>();

  constructor(extension: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#extension = extension;
    this.#log = log;
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

  async onNotification(method: string, listener: (params: unknown) => void): Promise<vscode.Disposable> {
    return (await this.start()).onNotification(method, listener);
  }

  /** What the server may ask of the editor's side; said before it starts. */
  answer(method: string, answer: (params: never) => Promise<unknown>): void {
    this.#answers.set(method, answer as (params: unknown) => Promise<unknown>);
  }

  dispose(): void {
    void this.#client?.then((client) => client.dispose()).catch(() => undefined);
    this.#lenses.dispose();
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
    await client.start();
    return client;
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector: schemes().flatMap((scheme) => ['dagbook', ...LIMITED].map((language) => ({ language, scheme }))),
      initializationOptions: { commands: true, ledger: true, limitedLanguageIds: LIMITED },
      outputChannel: this.#log,
      middleware: { provideCodeLenses: async (document, token, next) => this.#lenses.clickable((await next(document, token)) ?? []) },
      diagnosticPullOptions: { onChange: true, onSave: true, onTabs: false },
    };
  }
}

/** Read-only copies, such as the left side of a diff, are not for checking: only what a person works on. */
function schemes(): readonly string[] {
  return [...new Set(['file', 'untitled', ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme)])];
}
