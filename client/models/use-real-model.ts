import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ProfileRecord } from '../../protocol/model-profile.ts';
import { askText, inform, pickRow, type PickRow } from '../workbench/plain-window.ts';
import { pullModel } from './managed-models.ts';
import type { ModelHandlerParts } from './model-handlers.ts';
import { KEYED_PROVIDERS } from './model-keys.ts';
import { pickModel } from './pick-model.ts';
import { profileRow } from './profile-row.ts';
import { newProfile, profileName, startProfile } from './profile-server.ts';
import { testModel } from './test-model.ts';

/** Gives a model as `provider:model`; null = the person left on the way. */
type Source = () => Promise<string | null>;

/**
 * From the tutorial to a real model: a provider with its key, this machine's Ollama, a model of the editor, or a server
 * of one's own; then it is the default of agents that name none. Nothing is called unless it is wanted.
 */
export async function useReal(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder): Promise<void> {
  const [editorModels, profiles] = await Promise.all([vscode.lm.selectChatModels(), parts.view.profiles(folder)]);
  const keyed = await Promise.all(KEYED_PROVIDERS.map(async (provider) => ({
    label: provider.label, description: (await parts.keys.sourceOf(provider.variable)) === 'none' ? l10n.t('needs a key') : l10n.t('has a key'), source: async () => ofKeyed(parts, folder, provider),
  })));
  const rows: readonly (PickRow & { readonly source: Source })[] = [
    ...keyed,
    { label: 'Ollama', description: l10n.t('on this machine, free, no key'), source: async () => ofOllama(parts, folder) },
    ...(editorModels.length === 0 ? [] : [{ label: l10n.t('A model of this editor'), description: l10n.t('as you use it in chat; only while the editor is open'), source: async () => ofEditor(editorModels) }]),
    ...profiles.filter(({ state, base_url: address }) => state !== 'off' && address !== null).map((profile) => ({ label: profile.name, description: `${l10n.t('profile')} · ${profileRow(profile).description}`, source: async () => ofProfile(parts, folder, profile) })),
    { label: l10n.t('A server of your own…'), description: l10n.t('vLLM, LM Studio, llama.cpp: speaks OpenAI\'s API'), source: async () => ofOwnServer(parts, folder) },
  ];
  const picked = await pickRow(rows, { title: l10n.t('Use a real model'), placeHolder: l10n.t('From which provider?') });
  const model = (await picked?.source()) ?? null;
  if (model === null) return;
  await setDefault(folder, model);
  const call = l10n.t('Make a Test Call');
  const chosen = await inform(l10n.t('Agents that name no model run on {0} now. The caps of each workflow hold for it too.', model), call);
  if (chosen === call) await testModel(parts, folder, model);
}

export async function setDefault(folder: vscode.WorkspaceFolder, model: string): Promise<void> {
  await vscode.workspace.getConfiguration('dagbook', folder.uri).update('defaultModel', model, vscode.ConfigurationTarget.WorkspaceFolder);
}

async function ofKeyed(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder, keyed: (typeof KEYED_PROVIDERS)[number]): Promise<string | null> {
  if (!(await ensureKey(parts, keyed))) return null;
  const picked = await pickModel(parts, folder, keyed, keyed.models);
  return picked?.kind === 'model' ? picked.model : null;
}

async function ofOllama(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder): Promise<string | null> {
  const picked = await pickModel(parts, folder, { provider: 'ollama', label: 'Ollama' }, ['llama3.2', 'qwen3']);
  return picked?.kind === 'pull' ? pullModel(parts, folder, null) : (picked?.model ?? null);
}

async function ofEditor(models: readonly vscode.LanguageModelChat[]): Promise<string | null> {
  const picked = await pickRow(models.map(({ id, name, vendor, family }) => ({ label: name, description: `${vendor} · ${family}`, id })), { title: l10n.t('Which model of this editor?') });
  return picked === undefined ? null : `vscode:${picked.id}`;
}

async function ofProfile(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder, profile: ProfileRecord): Promise<string | null> {
  if (profile.state !== 'in-use' && !(await startProfile(parts, folder, profile))) return null;
  const [only, another] = profile.served_models;
  if (only !== undefined && another === undefined) return `${profile.provider}:${only}`;
  const picked = await pickModel(parts, folder, { provider: profile.provider, label: profile.name }, profile.served_models);
  return picked?.kind === 'model' ? picked.model : null;
}

async function ofOwnServer(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder): Promise<string | null> {
  const uri = await newProfile(folder);
  if (uri === null) return null;
  const profile = (await parts.view.profiles(folder)).find(({ name }) => name === profileName(uri));
  return profile === undefined ? null : ofProfile(parts, folder, profile);
}

async function ensureKey({ keys, hosts, view }: ModelHandlerParts, { label, variable }: (typeof KEYED_PROVIDERS)[number]): Promise<boolean> {
  const source = await keys.sourceOf(variable);
  const prompt = source === 'none' ? l10n.t('It is kept in the editor\'s secret storage, never in a file.') : l10n.t('There is one already. Leave this empty to keep it.');
  const key = await askText({ title: l10n.t('Key for {0} ({1})', label, variable), prompt, password: true, ignoreFocusOut: true, validateInput: (text) => (text.trim() === '' && source === 'none' ? l10n.t('A key is needed.') : null) });
  if (key === undefined) return false;
  if (key.trim() === '') return true;
  await keys.store(variable, key.trim());
  await hosts.reconfigure();
  await view.reload();
  return true;
}
