import type { Uri } from 'vscode';
import { URI, Utils } from 'vscode-uri';
import { Signal } from '../../client/signal.ts';

/**
 * Stands in for the editor, for tests of what speaks to it: `vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode)`. What was shown
 * and done is kept; what a person would answer is set beforehand, else they leave. Names and shapes are those of `vscode.d.ts`.
 */
interface FakeDocument {
  readonly uri: Uri;
  readonly version: number;
  readonly isDirty?: boolean;
  readonly isUntitled?: boolean;
  getText(): string;
}

interface Person {
  /** The files they choose in a dialog; undefined = they leave it. */
  open: readonly Uri[] | undefined;
  save: Uri | undefined;
  /** The button they press, by its words. */
  button: string | undefined;
}

/** What was shown, in order: where, and its words. */
type Shown = readonly [where: 'box' | 'dialog' | 'error' | 'information' | 'status' | 'warning', words: string, buttons?: readonly string[]];

function blank() {
  return {
    person: { open: undefined, save: undefined, button: undefined } as Person,
    shown: [] as Shown[],
    executed: [] as (readonly unknown[])[],
    /** By path. */
    written: new Map<string, Buffer>(),
    folders: [] as { readonly uri: Uri; readonly name: string; readonly index: number }[],
    documents: [] as FakeDocument[],
    visible: [] as { readonly document: FakeDocument }[],
    settings: {} as Readonly<Record<string, unknown>>,
    panels: [] as FakePanel[],
    activeEditorChanged: new Signal<unknown>(),
    textChanged: new Signal<{ readonly document: FakeDocument; readonly contentChanges: readonly unknown[] }>(),
  };
}

/** The editor of the test that runs. */
export const editor = blank();

/** A new one, for the next test. */
export function newEditor(): void {
  Object.assign(editor, blank());
}

/** As the editor's own `Uri.parse`. */
export const uri: (text: string) => Uri = URI.parse.bind(URI);

/** A file that is open in the editor. */
export function documentOf(at: Uri, text = '', more: Partial<FakeDocument> = {}): FakeDocument {
  return { uri: at, version: 1, isDirty: false, isUntitled: at.scheme === 'untitled', getText: () => text, ...more };
}

/** A webview panel: `said` is what its page was sent, `hear` is what the page says. */
class FakePanel {
  readonly #heard = new Signal<unknown>();
  readonly #disposed = new Signal<void>();
  readonly said: { readonly kind: string }[] = [];
  title = '';
  active = true;
  visible = true;
  readonly onDidChangeViewState = new Signal<void>().listen;
  readonly onDidDispose = this.#disposed.listen;
  readonly webview = {
    html: '', options: {}, cspSource: '',
    asWebviewUri: (uri: Uri) => uri,
    onDidReceiveMessage: this.#heard.listen,
    postMessage: async (message: { readonly kind: string }) => { this.said.push(message); return true; },
  };
  reveal(): void { this.visible = true; }
  dispose(): void { this.#disposed.fire(); }
  hear(message: unknown): void { this.#heard.fire(message); }
}

class Disposable {
  readonly #end: () => void;
  constructor(end: () => void) { this.#end = end; }
  static from(...all: readonly { dispose(): void }[]): Disposable {
    return new Disposable(() => { for (const one of all) one.dispose(); });
  }
  dispose(): void { this.#end(); }
}

const silent = new Signal<never>().listen;
const isIn = (folder: Uri, uri: Uri): boolean => folder.scheme === uri.scheme && uri.path.startsWith(`${folder.path}/`);

const notify = (where: Shown[0]) => async (words: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
  const buttons = rest.filter((one) => typeof one === 'string');
  editor.shown.push([where, words, buttons]);
  return buttons.find((one) => one === editor.person.button);
};

export const vscode = {
  Uri: Object.assign(URI, { joinPath: Utils.joinPath }),
  Disposable,
  CancellationError: class extends Error {},
  ViewColumn: { Active: -1, Beside: -2, One: 1 },
  ProgressLocation: { Window: 10 },
  env: { language: 'en' },
  languages: { registerCompletionItemProvider: () => new Disposable(() => undefined), registerCodeLensProvider: () => new Disposable(() => undefined) },
  commands: { executeCommand: async (...call: readonly unknown[]) => { editor.executed.push(call); } },
  window: {
    get visibleTextEditors() { return editor.visible; },
    activeTextEditor: undefined,
    onDidChangeActiveTextEditor: (listener: (value: unknown) => void) => editor.activeEditorChanged.listen(listener),
    onDidChangeTextEditorSelection: silent,
    createOutputChannel: () => ({ info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined }),
    registerWebviewPanelSerializer: () => new Disposable(() => undefined),
    createWebviewPanel: () => {
      const panel = new FakePanel();
      editor.panels.push(panel);
      return panel;
    },
    showOpenDialog: async () => editor.person.open,
    showSaveDialog: async ({ defaultUri }: { readonly defaultUri: Uri }) => {
      editor.shown.push(['dialog', defaultUri.path]);
      return editor.person.save;
    },
    showQuickPick: async (_rows: unknown, { title }: { readonly title: string }) => { editor.shown.push(['box', title]); },
    showErrorMessage: notify('error'),
    showInformationMessage: notify('information'),
    showWarningMessage: notify('warning'),
    setStatusBarMessage: (words: string) => { editor.shown.push(['status', words]); },
    withProgress: async <T>(_options: unknown, work: () => Promise<T>) => work(),
  },
  workspace: {
    isTrusted: true,
    get workspaceFolders() { return editor.folders; },
    get textDocuments() { return editor.documents; },
    onDidChangeTextDocument: (listener: (value: { readonly document: FakeDocument; readonly contentChanges: readonly unknown[] }) => void) => editor.textChanged.listen(listener),
    onDidChangeConfiguration: silent,
    onDidChangeWorkspaceFolders: silent,
    onDidGrantWorkspaceTrust: silent,
    getWorkspaceFolder: (uri: Uri) => editor.folders.find((folder) => isIn(folder.uri, uri)),
    getConfiguration: () => ({ get: (name: string, standard?: unknown) => editor.settings[name] ?? standard }),
    asRelativePath: (uri: Uri) => editor.folders.filter((folder) => isIn(folder.uri, uri)).map((folder) => uri.path.slice(folder.uri.path.length + 1))[0] ?? uri.fsPath,
    openTextDocument: async (uri: Uri) => editor.documents.find((document) => document.uri.toString() === uri.toString()),
    fs: { writeFile: async (uri: Uri, bytes: Uint8Array) => { editor.written.set(uri.path, Buffer.from(bytes)); } },
  },
};
