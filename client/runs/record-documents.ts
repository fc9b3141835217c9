import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { BodyRecord, QuestionRecord, VersionRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { localFolders } from '../workspace/folders.ts';
import { questionPage } from './question-words.ts';
import type { RunRef } from './run-ref.ts';

const VERSION_SCHEME = 'dagbook-version';
const BODY_SCHEME = 'dagbook-body';
const QUESTION_SCHEME = 'dagbook-question';

/** A locked version as a read-only document. What it needs to be read again stands in its query, so it survives a reload. */
export function versionUri(folder: vscode.WorkspaceFolder, { id, kind, name, version }: Pick<VersionRecord, 'id' | 'kind' | 'name' | 'version'>): vscode.Uri {
  return vscode.Uri.from({ scheme: VERSION_SCHEME, path: `/${name.replaceAll('/', '-')} v${version}.yaml`, query: new URLSearchParams({ folder: folder.uri.toString(), kind, id }).toString() });
}

/** A request or a response of one step. */
export function bodyUri({ folder, id }: RunRef, seq: number, part: 'request' | 'response'): vscode.Uri {
  return vscode.Uri.from({ scheme: BODY_SCHEME, path: `/${part} ${seq}.json`, query: new URLSearchParams({ folder: folder.uri.toString(), run: id, seq: String(seq), part }).toString() });
}

/** What a run asks a person about: a page of words, in a language of its own, because in Markdown the editor would follow links to commands. */
export function questionUri({ run, path, node_id: node }: QuestionRecord): vscode.Uri {
  return vscode.Uri.from({ scheme: QUESTION_SCHEME, path: `/dagbook-question/${node}`, query: new URLSearchParams({ run, path }).toString() });
}

/** What the ledger holds, as documents that nobody can change. */
export function provideRecordDocuments(hosts: HostPool): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(VERSION_SCHEME, { provideTextDocumentContent: (uri) => readable(async () => versionText(hosts, uri)) }),
    vscode.workspace.registerTextDocumentContentProvider(QUESTION_SCHEME, { provideTextDocumentContent: (uri) => questionText(hosts, uri) }),
    vscode.workspace.registerTextDocumentContentProvider(BODY_SCHEME, { provideTextDocumentContent: (uri) => readable(async () => bodyText(hosts, uri)) }),
  );
}

async function versionText(hosts: HostPool, uri: vscode.Uri): Promise<string> {
  const query = new URLSearchParams(uri.query);
  const { text } = await hosts.of(folderOf(query)).call('versionText', { kind: query.get('kind') === 'agent' ? 'agent' : 'workflow', id: query.get('id') ?? '' });
  return text;
}

function questionText(hosts: HostPool, uri: vscode.Uri): string {
  const query = new URLSearchParams(uri.query);
  const question = hosts.questions.find(({ run, path }) => run === query.get('run') && path === query.get('path'));
  return question === undefined ? l10n.t('This question is answered.') : questionPage(question);
}

async function bodyText(hosts: HostPool, uri: vscode.Uri): Promise<string> {
  const query = new URLSearchParams(uri.query);
  const bodies = await hosts.of(folderOf(query)).call('stepBodies', { run: query.get('run') ?? '', seq: Number(query.get('seq')) });
  return bodyWords(query.get('part') === 'response' ? bodies.response : bodies.request);
}

function bodyWords(body: BodyRecord): string {
  switch (body.kind) {
    case 'value':
      return typeof body.value === 'string' ? body.value : `${JSON.stringify(body.value, null, 2)}\n`;
    case 'pruned':
      return l10n.t('This body was pruned. Its hash is {0}.', body.hash ?? '');
    case 'none':
      return l10n.t('This step has none.');
  }
}

function folderOf(query: URLSearchParams): vscode.WorkspaceFolder {
  const folder = localFolders().find(({ uri }) => uri.toString() === query.get('folder'));
  if (folder === undefined) throw new Error(l10n.t('The folder of this record is not open.'));
  return folder;
}

/** An editor shows no error of a content provider: the text says it. */
async function readable(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch (error) {
    return l10n.t('This record cannot be read: {0}', error instanceof Error ? error.message : String(error));
  }
}
