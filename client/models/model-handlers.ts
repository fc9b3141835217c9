import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runVerb } from '../command-line/run-verb.ts';
import type { Handler } from '../commands/command-id.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { mayRun } from '../runs/may-run.ts';
import { chooseFolder } from '../workspace/folders.ts';
import { KEYED_PROVIDERS, type ModelKeys } from './model-keys.ts';
import type { ModelsElement, ModelsView } from './models-view.ts';

export interface ModelHandlerParts {
  readonly extension: vscode.Uri;
  readonly hosts: HostPool;
  readonly keys: ModelKeys;
  readonly view: ModelsView;
}

type ModelCommand = 'dagbook.models.useReal' | 'dagbook.models.use' | 'dagbook.models.test' | 'dagbook.models.forgetKey' | 'dagbook.models.refresh';

export function modelHandlers(parts: ModelHandlerParts): Readonly<Record<ModelCommand, Handler>> {
  return {
    'dagbook.models.useReal': () => useReal(parts),
    'dagbook.models.use': async (argument) => {
      const model = modelOf(argument) ?? (await askModel('', []));
      if (model !== null) await setDefault(model);
    },
    'dagbook.models.test': (argument) => test(parts, modelOf(argument)),
    'dagbook.models.forgetKey': (argument) => forget(parts, argument),
    'dagbook.models.refresh': async () => {
      if (await mayRun()) await parts.view.ask();
    },
  };
}

/** A provider, its key, a model: then it is the default of agents that name none. Nothing is called unless it is wanted. */
async function useReal(parts: ModelHandlerParts): Promise<void> {
  if (!(await mayRun())) return;
  const editorModels = await vscode.lm.selectChatModels();
  const rows = [
    ...KEYED_PROVIDERS.map((provider) => ({ label: provider.label, description: l10n.t('needs a key'), provider: provider.provider, keyed: provider })),
    { label: 'Ollama', description: l10n.t('on this machine, free, no key'), provider: 'ollama', keyed: null },
    ...(editorModels.length === 0 ? [] : [{ label: l10n.t('A model of this editor'), description: l10n.t('as you use it in chat; only while the editor is open'), provider: 'vscode', keyed: null }]),
    { label: l10n.t('A server of your own'), description: l10n.t('vLLM, LM Studio, llama.cpp: speaks OpenAI\'s API'), provider: 'own', keyed: null },
  ];
  const picked = await vscode.window.showQuickPick(rows, { title: l10n.t('Use a real model'), placeHolder: l10n.t('From which provider?') });
  if (picked === undefined) return;
  if (picked.provider === 'own') {
    void vscode.window.showInformationMessage(l10n.t('Name its address in the agent: model: {0}', '{ provider: openai, model: NAME, base_url: http://127.0.0.1:8000/v1 }'));
    return;
  }
  if (picked.keyed !== null && !(await ensureKey(parts, picked.keyed))) return;
  const model = picked.provider === 'vscode' ? await pickEditorModel(editorModels) : await askModel(picked.provider, picked.keyed?.models ?? ['llama3.2', 'qwen3']);
  if (model === null) return;
  await setDefault(model);
  const call = l10n.t('Make a Test Call');
  const chosen = await vscode.window.showInformationMessage(l10n.t('Agents that name no model run on {0} now. The caps of each workflow hold for it too.', model), call);
  if (chosen === call) await test(parts, model);
}

async function ensureKey({ keys, hosts, view }: ModelHandlerParts, { label, variable }: (typeof KEYED_PROVIDERS)[number]): Promise<boolean> {
  const source = await keys.sourceOf(variable);
  const prompt = source === 'none' ? l10n.t('It is kept in the editor\'s secret storage, never in a file.') : l10n.t('There is one already. Leave this empty to keep it.');
  const key = await vscode.window.showInputBox({ title: l10n.t('Key for {0} ({1})', label, variable), prompt, password: true, ignoreFocusOut: true, validateInput: (text) => (text.trim() === '' && source === 'none' ? l10n.t('A key is needed.') : null) });
  if (key === undefined) return false;
  if (key.trim() === '') return true;
  await keys.store(variable, key.trim());
  await hosts.reconfigure();
  view.keysChanged();
  return true;
}

async function pickEditorModel(models: readonly vscode.LanguageModelChat[]): Promise<string | null> {
  const picked = await vscode.window.showQuickPick(models.map(({ id, name, vendor, family }) => ({ label: name, description: `${vendor} · ${family}`, id })), { title: l10n.t('Which model of this editor?') });
  return picked === undefined ? null : `vscode:${picked.id}`;
}

async function askModel(provider: string, examples: readonly string[]): Promise<string | null> {
  const pattern = /^[a-z][a-z0-9_-]*(:\S+)?$/;
  const whole = await vscode.window.showInputBox({
    title: l10n.t('Which model?'), value: provider === '' ? '' : `${provider}:${examples[0] ?? ''}`, ignoreFocusOut: true,
    prompt: examples.length === 0 ? l10n.t('As provider:model, such as openai:gpt-5-mini') : l10n.t('For instance: {0}', examples.map((name) => `${provider}:${name}`).join(', ')),
    validateInput: (text) => (pattern.test(text.trim()) ? null : l10n.t('Write "provider" or "provider:model", such as "simulated" or "openai:gpt-5-mini".')),
  });
  return whole === undefined ? null : whole.trim();
}

async function setDefault(model: string): Promise<void> {
  const folder = await chooseFolder();
  if (folder === null) return;
  await vscode.workspace.getConfiguration('dagbook', folder.uri).update('defaultModel', model, vscode.ConfigurationTarget.WorkspaceFolder);
}

/** One small call, after a plain question: it may cost a fraction of a cent. */
async function test({ extension, keys }: ModelHandlerParts, named: string | null): Promise<void> {
  if (!(await mayRun())) return;
  const folder = await chooseFolder();
  const model = named ?? (await askModel('', []));
  if (folder === null || model === null) return;
  const call = l10n.t('Call It');
  const chosen = await vscode.window.showWarningMessage(l10n.t('Make one small call to {0}?', model), { modal: true, detail: l10n.t('It sends one sentence and may cost a fraction of a cent.') }, call);
  if (chosen !== call) return;
  const answer = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: l10n.t('Calling {0}', model), cancellable: true }, async (_, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => { controller.abort(); });
    return runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'test', model], environment: await keys.all(), signal: controller.signal });
  });
  const { milliseconds, answer: text } = answer as { readonly milliseconds?: number; readonly answer?: string };
  void vscode.window.showInformationMessage(l10n.t('{0} answered in {1} ms: {2}', model, Math.round(milliseconds ?? 0), text ?? ''));
}

async function forget({ keys, hosts, view }: ModelHandlerParts, argument: unknown): Promise<void> {
  const element = argument as ModelsElement | undefined;
  const provider = element?.kind === 'provider' ? element.row.provider : null;
  const stored = await keys.all();
  const rows = KEYED_PROVIDERS.filter(({ variable }) => variable in stored);
  const meant = rows.find((row) => row.provider === provider) ?? (await vscode.window.showQuickPick(rows.map((row) => ({ ...row, description: row.variable })), { title: l10n.t('Which key shall be forgotten?') }));
  if (meant === undefined) return;
  await keys.forget(meant.variable);
  await hosts.reconfigure();
  view.keysChanged();
}

function modelOf(argument: unknown): string | null {
  const element = argument as ModelsElement | null | undefined;
  if (element?.kind === 'model') return element.name;
  if (element?.kind === 'provider') return element.row.provider;
  return element?.kind === 'default' ? element.model : null;
}
