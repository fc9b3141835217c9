import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ProfileRecord } from '../../protocol/model-profile.ts';
import { followVerb, runVerb } from '../command-line/run-verb.ts';
import { mayRun } from '../runs/may-run.ts';
import { askText, inform, pickRow, sayBriefly, whileWorking } from '../workbench/plain-window.ts';
import type { ModelHandlerParts } from './model-handlers.ts';
import { profileRow } from './profile-row.ts';

/** Starts the server of a profile where it names a program, and has calls go there. False = given up. */
export async function startProfile({ extension, keys, view }: ModelHandlerParts, folder: vscode.WorkspaceFolder, { name, command }: ProfileRecord): Promise<boolean> {
  const title = command === null ? l10n.t('Looking for the server of {0}', name) : l10n.t('Starting {0} ({1})', name, command);
  const started = await whileWorking({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (_, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => { controller.abort(); });
    await followVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'start', name], environment: await keys.all(), signal: controller.signal }, () => undefined);
    return !controller.signal.aborted;
  });
  await view.reload();
  if (started) sayBriefly('check', l10n.t('{0} answers, and is in use.', name), 8_000);
  return started;
}

/** Ends the server that was started, and has calls go where they went before. */
export async function stopProfile({ extension, keys, view }: ModelHandlerParts, folder: vscode.WorkspaceFolder, { name }: ProfileRecord): Promise<void> {
  await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'stop', name], environment: await keys.all() });
  await view.reload();
  sayBriefly('check', l10n.t('{0} is not in use any more.', name), 8_000);
}

/** A profile that can be started, or stopped; where there is none, what to do. */
export async function chooseProfile({ view }: ModelHandlerParts, folder: vscode.WorkspaceFolder, what: 'start' | 'stop'): Promise<ProfileRecord | null> {
  const all = await view.profiles(folder);
  const able = all.filter(({ state, base_url: address }) => (what === 'stop' ? state === 'in-use' || state === 'stopped' : state !== 'off' && state !== 'in-use' && address !== null));
  if (able.length === 0) {
    if (what === 'stop') void inform(l10n.t('No model profile is in use.'));
    else await offerProfile(folder, all.length > 0);
    return null;
  }
  const picked = await pickRow(able.map((profile) => ({ label: profile.name, description: profileRow(profile).description, detail: profile.command ?? '', profile })), { title: what === 'start' ? l10n.t('Start the server of which profile?') : l10n.t('Stop using which profile?') });
  return picked?.profile ?? null;
}

async function offerProfile(folder: vscode.WorkspaceFolder, some: boolean): Promise<void> {
  const write = l10n.t('Write One…');
  const message = some ? l10n.t('Every model profile is in use, switched off, or names no base_url.') : l10n.t('There is no model profile in configs/llm.');
  if ((await inform(message, write)) === write) await newProfile(folder);
}

/** A document for a server of one's own; null = the person left. */
export async function newProfile(folder: vscode.WorkspaceFolder): Promise<vscode.Uri | null> {
  if (!(await mayRun())) return null;
  const address = await askText({
    title: l10n.t('Where is the server?'), value: 'http://127.0.0.1:8000/v1', ignoreFocusOut: true, prompt: l10n.t('The address of an API like OpenAI\'s: vLLM, LM Studio, llama.cpp.'),
    validateInput: (text) => (isAddress(text.trim()) ? null : l10n.t('Write an address that begins with http:// or https://.')),
  });
  if (address === undefined) return null;
  const model = await askText({ title: l10n.t('Which model does it serve?'), prompt: l10n.t('The name that calls use for it; empty = the server knows.'), ignoreFocusOut: true });
  if (model === undefined) return null;
  const uri = await freePlace(folder);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(profileText(uri, address.trim(), model.trim())));
  await vscode.window.showTextDocument(uri);
  return uri;
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

async function freePlace(folder: vscode.WorkspaceFolder): Promise<vscode.Uri> {
  for (let count = 1; ; count++) {
    const uri = vscode.Uri.joinPath(folder.uri, 'configs', 'llm', `own${count === 1 ? '' : `-${count}`}.yaml`);
    if (await vscode.workspace.fs.stat(uri).then(() => false, () => true)) return uri;
  }
}

/** The name of a profile that stands in a file of its own. */
export function profileName(uri: vscode.Uri): string {
  return (uri.path.split('/').at(-1) ?? '').replace(/\.yaml$/, '');
}

function profileText(uri: vscode.Uri, address: string, model: string): string {
  return [
    '# A model profile: a server of your own. "dagbook models start" has calls go there.', `name: ${profileName(uri)}`, 'provider: openai', `base_url: ${JSON.stringify(address)}`,
    ...(model === '' ? [] : [`served_models: [${JSON.stringify(model)}]`]), '# command: vllm', '# args: [serve, NAME]', '',
  ].join('\n');
}
