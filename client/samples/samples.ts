import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

/** A folder of `examples/`, as a person knows it. */
export interface Sample {
  readonly folder: string;
  readonly label: string;
  readonly about: string;
  /** What is opened first. */
  readonly first: string;
}

export const TUTORIAL: Sample = { folder: 'tutorial', label: 'Tutorial', about: 'three agents, one after the other', first: 'configs/workflows/my_first_research_loop.yaml' };

/** Where a window that is opened again finds what it was about. */
const PENDING = 'dagbook.pendingSample';

interface Pending {
  readonly folder: string;
  readonly first: string;
  readonly walkthrough: boolean;
}

/** Every example that is installed with the extension, the tutorial first. */
export async function installedSamples(extension: vscode.Uri): Promise<readonly Sample[]> {
  const examples = vscode.Uri.joinPath(extension, 'examples');
  const folders = (await vscode.workspace.fs.readDirectory(examples)).filter(([, type]) => type === vscode.FileType.Directory).map(([name]) => name);
  const samples = await Promise.all(folders.filter((name) => name !== TUTORIAL.folder).map((folder) => describe(examples, folder)));
  return [TUTORIAL, ...samples];
}

/** Copies a sample into a folder of the person's choosing and opens it; the window is opened again for that. */
export async function openSample({ extension, memory, sample, walkthrough }: { readonly extension: vscode.Uri; readonly memory: vscode.Memento; readonly sample: Sample; readonly walkthrough: boolean }): Promise<void> {
  const [parent] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, canSelectMany: false, openLabel: l10n.t('Copy Here'), title: l10n.t('Where shall the folder "dagbook-{0}" be made?', sample.folder) })) ?? [];
  if (parent === undefined) return;
  const target = await freeName(parent, `dagbook-${sample.folder}`);
  await copyTree(vscode.Uri.joinPath(extension, 'examples', sample.folder), target);
  if (sample.folder === TUTORIAL.folder) await seedMistake(vscode.Uri.joinPath(target, sample.first));
  const pending: Pending = { folder: target.toString(), first: sample.first, walkthrough };
  await memory.update(PENDING, pending);
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceReuseWindow: true });
}

/** In the window that was opened for a sample: shows what it is about. Once. */
export async function goOnWithSample(memory: vscode.Memento): Promise<void> {
  const pending = memory.get<Pending>(PENDING);
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === pending?.folder);
  if (pending === undefined || folder === undefined) return;
  await memory.update(PENDING, undefined);
  if (pending.walkthrough) await vscode.commands.executeCommand('workbench.action.openWalkthrough', { category: 'dagbook.dagbook#dagbook.start', step: 'fix' }, false);
  await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, ...pending.first.split('/')), { viewColumn: pending.walkthrough ? vscode.ViewColumn.Beside : vscode.ViewColumn.One, preview: false });
}

/** The slip that the walkthrough has one mend: a dependency on a node that is spelt otherwise. */
async function seedMistake(file: vscode.Uri): Promise<void> {
  const text = Buffer.from(await vscode.workspace.fs.readFile(file)).toString('utf8');
  await vscode.workspace.fs.writeFile(file, Buffer.from(text.replace('depends_on: [research]', 'depends_on: [reserch]'), 'utf8'));
}

async function describe(examples: vscode.Uri, folder: string): Promise<Sample> {
  const readme = await Promise.resolve(vscode.workspace.fs.readFile(vscode.Uri.joinPath(examples, folder, 'README.md'))).then((bytes) => Buffer.from(bytes).toString('utf8'), () => '');
  const about = /^(?!#)\S.*$/m.exec(readme)?.[0] ?? '';
  const label = /^#\s+(.+)$/m.exec(readme)?.[1] ?? folder;
  return { folder, label, about, first: (await firstWorkflow(vscode.Uri.joinPath(examples, folder), '')) ?? 'README.md' };
}

async function firstWorkflow(root: vscode.Uri, folder: string): Promise<string | null> {
  const names = await vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(root, ...folder.split('/').filter((part) => part !== '')));
  for (const [name, type] of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (type === vscode.FileType.File && (/\.workflow\.ya?ml$/.test(name) || (path.startsWith('configs/workflows/') && /\.ya?ml$/.test(name)))) return path;
    const below = type === vscode.FileType.Directory && name !== '.dagbook' ? await firstWorkflow(root, path) : null;
    if (below !== null) return below;
  }
  return null;
}

async function freeName(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const uri = vscode.Uri.joinPath(parent, number === 1 ? name : `${name}-${number}`);
    const there = await Promise.resolve(vscode.workspace.fs.stat(uri)).then(() => true, () => false);
    if (!there) return uri;
  }
}

/** Without the ledger that an example may have. */
async function copyTree(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  await vscode.workspace.fs.createDirectory(to);
  for (const [name, type] of await vscode.workspace.fs.readDirectory(from)) {
    if (name === '.dagbook') continue;
    const [source, target] = [vscode.Uri.joinPath(from, name), vscode.Uri.joinPath(to, name)];
    if (type === vscode.FileType.Directory) await copyTree(source, target);
    else await vscode.workspace.fs.copy(source, target);
  }
}
