import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  createProtocolConnection, DidChangeTextDocumentNotification, DidCloseTextDocumentNotification, DidOpenTextDocumentNotification, DocumentDiagnosticRequest, ExitNotification, InitializedNotification,
  InitializeRequest, LogMessageNotification, PublishDiagnosticsNotification, ShutdownRequest, StreamMessageReader, StreamMessageWriter,
  type ClientCapabilities, type Diagnostic, type InitializeParams, type InitializeResult, type Position, type ProtocolConnection, type Range,
} from 'vscode-languageserver-protocol/node';
import { plainEnv, ROOT } from '../cli/kit.ts';

export interface Editor {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** What the server has written into the editor's log as an error. */
  readonly errors: readonly string[];
  readonly published: ReadonlyMap<string, readonly Diagnostic[]>;
  readonly exited: Promise<number | null>;
  /** Of the server's process. */
  readonly pid: number;
  readonly uri: (file: string) => string;
  readonly open: (file: string, text: string, languageId?: string) => Promise<void>;
  readonly change: (file: string, text: string, range?: Range) => Promise<void>;
  readonly close: (file: string) => Promise<void>;
  /** Pulled. */
  readonly diagnostics: (file: string) => Promise<readonly Diagnostic[]>;
  /** Pushed: waits until what is shown fits. */
  readonly shown: (file: string, fits: (diagnostics: readonly Diagnostic[]) => boolean) => Promise<readonly Diagnostic[]>;
}

export const FULL: ClientCapabilities = {
  workspace: { configuration: true, workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true }, workspaceEdit: { documentChanges: true }, diagnostics: { refreshSupport: true } },
  textDocument: { diagnostic: {}, publishDiagnostics: { relatedInformation: true }, documentSymbol: { hierarchicalDocumentSymbolSupport: true }, completion: { completionItem: { snippetSupport: true } } },
};

/** As an editor that only knows pushed diagnostics says it. */
export const PUSH_ONLY: ClientCapabilities = { ...FULL, textDocument: { publishDiagnostics: {} } };

/** A real server over stdio, driven by the protocol library's own client side. */
export async function startEditor(folders: readonly string[], { capabilities = FULL, settings = {}, options = {}, program = ['dist/server.mjs'] }: { readonly capabilities?: ClientCapabilities; readonly settings?: unknown; readonly options?: unknown; readonly program?: readonly [string, ...string[]] } = {}): Promise<Editor> {
  const [script, ...words] = program;
  const child = spawn(process.execPath, [path.join(ROOT, script), ...words, '--stdio'], { env: plainEnv(), stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const errors: string[] = [];
  const published = new Map<string, readonly Diagnostic[]>();
  const waiting = new Set<() => void>();
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve));
  connection.onNotification(LogMessageNotification.type, ({ type, message }) => { if (type === 1) errors.push(message); });
  connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
    published.set(uri, diagnostics);
    for (const wake of waiting) wake();
  });
  connection.onRequest('workspace/configuration', ({ items }: { readonly items: readonly unknown[] }) => items.map(() => settings));
  connection.onRequest('client/registerCapability', () => null);
  connection.onRequest('workspace/diagnostic/refresh', () => null);
  connection.listen();
  onTestFinished(async () => {
    if (child.exitCode === null) {
      await connection.sendRequest(ShutdownRequest.type).catch(() => undefined);
      await connection.sendNotification(ExitNotification.type).catch(() => undefined);
      await exited;
    }
    connection.dispose();
  });
  const workspaceFolders = folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: path.basename(folder) }));
  const initialized = await connection.sendRequest(InitializeRequest.type, { processId: process.pid, capabilities, workspaceFolders, initializationOptions: options } as InitializeParams);
  await connection.sendNotification(InitializedNotification.type, {});
  const versions = new Map<string, number>();
  const uri = (file: string): string => (file.includes(':') ? file : pathToFileURL(path.resolve(folders[0] ?? '/', file)).href);
  return {
    connection, initialized, errors, published, exited, pid: child.pid ?? 0, uri,
    open: async (file, text, languageId = 'dagbook') => await connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument: { uri: uri(file), languageId, version: 1, text } }),
    change: async (file, text, range) => {
      const version = (versions.get(file) ?? 1) + 1;
      versions.set(file, version);
      await connection.sendNotification(DidChangeTextDocumentNotification.type, { textDocument: { uri: uri(file), version }, contentChanges: [range === undefined ? { text } : { range, text }] });
    },
    close: async (file) => await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri: uri(file) } }),
    diagnostics: async (file) => {
      const report = await connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument: { uri: uri(file) } });
      return report.kind === 'full' ? report.items : [];
    },
    shown: async (file, fits) =>
      await new Promise((resolve, reject) => {
        const timer = setTimeout(() => { reject(new Error(`Shown in ${file}: ${JSON.stringify(published.get(uri(file)))}`)); }, 60_000);
        const wake = (): void => {
          const now = published.get(uri(file));
          if (now === undefined || !fits(now)) return;
          clearTimeout(timer);
          waiting.delete(wake);
          resolve(now);
        };
        waiting.add(wake);
        wake();
      }),
  };
}

/** A text with a cursor, and where that is. */
export function cursor(marked: string): { readonly text: string; readonly position: Position } {
  const offset = marked.indexOf('$0');
  const before = marked.slice(0, offset).split('\n');
  return { text: marked.slice(0, offset) + marked.slice(offset + 2), position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 } };
}
