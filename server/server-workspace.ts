import { createHash } from 'node:crypto';
import path from 'node:path';
import { URI } from 'vscode-uri';
import { isInside } from '../disk/inside.ts';
import { defaultSettings, type Settings } from '../disk/settings.ts';
import { WorkspaceFolder } from '../disk/workspace-folder.ts';
import { AnalysisSession, type LedgerKnowledge, type Workspace } from '../language/index.ts';

/** One folder with its session; or, for documents that lie in no folder we can read, one document for itself. */
export interface ServerWorkspace {
  /** Absolute; null = not on the disk: what other files hold cannot be known. */
  readonly root: string | null;
  readonly disk: WorkspaceFolder | null;
  session: AnalysisSession;
  settings: Settings;
  /** As the editor's own side has last told. */
  ledger: LedgerKnowledge;
  readonly uriOf: (file: string) => string;
  /** Null for a URI that is not below the root. */
  readonly pathOf: (uri: string) => string | null;
}

type OnBug = (path: string, error: unknown) => void;

export function diskWorkspace(root: string, settings: Settings, onBug: OnBug): ServerWorkspace {
  const disk = new WorkspaceFolder(root);
  return {
    root,
    disk,
    session: makeSession(workspaceOf(disk, settings), settings, onBug),
    settings,
    ledger: {},
    uriOf: (file) => URI.file(path.join(root, file)).toString(),
    pathOf: (uri) => relativePath(root, uri),
  };
}

/** For `untitled:` and other schemes: the document is all there is. */
export function loneWorkspace(uri: string, onBug: OnBug): ServerWorkspace {
  const name = path.posix.basename(URI.parse(uri).path) || 'untitled.yaml';
  const empty: Workspace = { read: () => ({ kind: 'missing' }), list: () => [], settings: { agents: {}, workflowGlobs: [] } };
  return {
    root: null,
    disk: null,
    session: makeSession(empty, defaultSettings, onBug),
    settings: defaultSettings,
    ledger: {},
    uriOf: () => uri,
    pathOf: (asked) => (asked === uri ? name : null),
  };
}

/** Settings decide what is recognised, so everything is looked at anew. */
export function applySettings(workspace: ServerWorkspace, settings: Settings, onBug: OnBug): void {
  workspace.settings = settings;
  if (workspace.disk === null) return;
  workspace.session = makeSession(workspaceOf(workspace.disk, settings), settings, onBug);
  workspace.session.ledgerChanged(workspace.ledger);
}

function workspaceOf(disk: WorkspaceFolder, settings: Settings): Workspace {
  return { read: (file) => disk.read(file), list: () => disk.list(), settings };
}

function makeSession(workspace: Workspace, { defaultModel }: Settings, onBug: OnBug): AnalysisSession {
  return new AnalysisSession(workspace, { sha256, defaultModel, onBug });
}

function relativePath(root: string, uri: string): string | null {
  const parsed = URI.parse(uri);
  if (parsed.scheme !== 'file' || !isInside(root, parsed.fsPath)) return null;
  return path.relative(root, parsed.fsPath).split(path.sep).join('/');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
