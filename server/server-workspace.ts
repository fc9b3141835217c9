import { createHash } from 'node:crypto';
import path from 'node:path';
import { URI } from 'vscode-uri';
import { isInside } from '../disk/inside.ts';
import { defaultSettings, type Settings } from '../disk/settings.ts';
import { WorkspaceFolder } from '../disk/workspace-folder.ts';
import { AnalysisSession, type LedgerKnowledge, type LockedSpec, type Workspace } from '../language/index.ts';
import { LockedSpecs, type AskLedger } from './locked-specs.ts';
import { ToldFolder } from './told-folder.ts';

/** One folder with its session; or, for documents that lie in no folder we know the files of, one document for itself. */
export interface ServerWorkspace {
  /** Absolute; null = not on the disk. */
  readonly root: string | null;
  /** Null = what other files hold cannot be known. */
  readonly files: WorkspaceFolder | ToldFolder | null;
  session: AnalysisSession;
  settings: Settings;
  /** As the editor's own side has last told. */
  ledger: LedgerKnowledge;
  /** Null where there is no folder that a ledger could lie in. */
  readonly specs: LockedSpecs | null;
  readonly uriOf: (file: string) => string;
  /** Null for a URI that is not below the root. */
  readonly pathOf: (uri: string) => string | null;
}

/** What the workspaces tell, and whom they ask. */
export interface WorkspacePorts {
  readonly onBug: (path: string, error: unknown) => void;
  readonly ledger: (workspace: ServerWorkspace, specHashes: readonly string[]) => ReturnType<AskLedger>;
  readonly onLedgerFailure: (error: unknown) => void;
  /** Versions were found in a ledger, and analyses of this workspace no longer hold. */
  readonly onLockedSpecs: () => void;
}

export function diskWorkspace(root: string, settings: Settings, ports: WorkspacePorts): ServerWorkspace {
  const disk = new WorkspaceFolder(root);
  const specs = new LockedSpecs(async (hashes) => await ports.ledger(made, hashes), {
    found: (hashes) => {
      made.session.lockedSpecsChanged(hashes);
      ports.onLockedSpecs();
    },
    failure: ports.onLedgerFailure,
  });
  const made: ServerWorkspace = {
    root,
    files: disk,
    session: makeSession(workspaceOf(disk, settings), settings, ports, (hash) => specs.find(hash)),
    settings,
    ledger: {},
    specs,
    uriOf: (file) => URI.file(path.join(root, file)).toString(),
    pathOf: (uri) => relativePath(root, uri),
  };
  return made;
}

/** A folder that lies on no disk; nothing of it is known before it is told. */
export function toldWorkspace(uri: string, ports: WorkspacePorts): ServerWorkspace {
  const files = new ToldFolder(uri);
  return {
    root: null,
    files,
    session: makeSession(workspaceOf(files, defaultSettings), defaultSettings, ports, null),
    settings: defaultSettings,
    ledger: {},
    specs: null,
    uriOf: (file) => files.uriOf(file),
    pathOf: (asked) => files.pathOf(asked),
  };
}

/** For `untitled:` and other schemes: the document is all there is. */
export function loneWorkspace(uri: string, ports: WorkspacePorts): ServerWorkspace {
  const name = path.posix.basename(URI.parse(uri).path) || 'untitled.yaml';
  const empty: Workspace = { read: () => ({ kind: 'missing' }), list: () => [], settings: { agents: {}, workflowGlobs: [] } };
  return {
    root: null,
    files: null,
    session: makeSession(empty, defaultSettings, ports, null),
    settings: defaultSettings,
    ledger: {},
    specs: null,
    // What is made of it lies beside it.
    uriOf: (file) => (file === name || file === '' ? uri : URI.parse(uri).with({ path: path.posix.join(path.posix.dirname(URI.parse(uri).path), file) }).toString()),
    pathOf: (asked) => (asked === uri ? name : null),
  };
}

/** Settings decide what is recognised, so everything is looked at anew. */
export function applySettings(workspace: ServerWorkspace, settings: Settings, ports: WorkspacePorts): void {
  workspace.settings = settings;
  const { files, specs } = workspace;
  if (files === null) return;
  workspace.session = makeSession(workspaceOf(files, settings), settings, ports, specs && ((hash) => specs.find(hash)));
  // The setting may name another ledger.
  specs?.ledgerChanged();
  workspace.session.ledgerChanged(workspace.ledger);
}

function workspaceOf(files: WorkspaceFolder | ToldFolder, settings: Settings): Workspace {
  return { read: (file) => files.read(file), list: () => files.list(), settings };
}

function makeSession(workspace: Workspace, { defaultModel }: Settings, { onBug }: WorkspacePorts, lockedSpec: ((specHash: string) => LockedSpec | null) | null): AnalysisSession {
  return new AnalysisSession(workspace, { sha256, defaultModel, onBug, ...(lockedSpec === null ? {} : { lockedSpec }) });
}

function relativePath(root: string, uri: string): string | null {
  const parsed = URI.parse(uri);
  if (parsed.scheme !== 'file' || !isInside(root, parsed.fsPath)) return null;
  return path.relative(root, parsed.fsPath).split(path.sep).join('/');
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
