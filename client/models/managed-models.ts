import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { followVerb, runVerb } from '../command-line/run-verb.ts';
import { agrees, askText, pickRow, sayBriefly, warn, whileWorking } from '../workbench/plain-window.ts';
import type { ModelHandlerParts } from './model-handlers.ts';
import { bytesWords } from '../words/money-words.ts';
import { listedWords, type ListedModel } from './provider-rows.ts';
import { PullBar } from './pull-bar.ts';

/** Models that are fetched onto a machine and deleted there: those of Ollama. */
const MANAGED = 'ollama';
const EXAMPLES = ['llama3.2', 'qwen3', 'gemma3'] as const;

/** Fetches a model, with a bar that can be cancelled. `named`: as `ollama:model`. The model, once it is there; null = given up. */
export async function pullModel({ extension, keys, view }: ModelHandlerParts, folder: vscode.WorkspaceFolder, named: string | null): Promise<string | null> {
  const model = named ?? (await askName());
  if (model === null) return null;
  const pulled = await whileWorking({ location: vscode.ProgressLocation.Notification, title: l10n.t('Pulling {0}', model), cancellable: true }, async (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => { controller.abort(); });
    const bar = new PullBar();
    await followVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'pull', model], environment: await keys.all(), signal: controller.signal }, (frame) => { progress.report(bar.take(frame)); });
    return !controller.signal.aborted;
  });
  if (!pulled) return null;
  sayBriefly('check', l10n.t('{0} is there.', model), 8_000);
  await view.ask(MANAGED);
  return model;
}

async function askName(): Promise<string | null> {
  const name = await askText({
    title: l10n.t('Which model shall Ollama pull?'), prompt: l10n.t('For instance: {0}', EXAMPLES.join(', ')), placeHolder: EXAMPLES[0], ignoreFocusOut: true,
    validateInput: (text) => (/^\S+$/.test(text.trim()) ? null : l10n.t('Write the name of a model, such as "{0}".', EXAMPLES[0])),
  });
  return name === undefined ? null : `${MANAGED}:${name.trim().replace(new RegExp(`^${MANAGED}:`), '')}`;
}

/** Deletes a model where it lies, once the person has agreed. */
export async function removeModel({ extension, keys, view }: ModelHandlerParts, folder: vscode.WorkspaceFolder, named: ListedModel | null): Promise<void> {
  const listed = named ?? (await pickListed(view.list(folder, MANAGED)));
  if (listed === null) return;
  const remove = l10n.t('Delete');
  const detail = listed.bytes === null ? l10n.t('It can be pulled again.') : l10n.t('That frees {0} on the machine of Ollama. It can be pulled again.', bytesWords(listed.bytes));
  if (!(await agrees(l10n.t('Delete the model {0}?', listed.model), detail, remove))) return;
  await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'rm', `${listed.provider}:${listed.model}`], environment: await keys.all() });
  sayBriefly('check', l10n.t('{0} is deleted.', listed.model), 8_000);
  await view.ask(MANAGED);
}

async function pickListed(listing: Promise<readonly ListedModel[]>): Promise<ListedModel | null> {
  const all = await listing;
  const rows = all.filter(({ model }) => model !== '');
  if (rows.length === 0) {
    void warn([l10n.t('Ollama has no model to delete.'), ...all.map(({ hint }) => hint)].join(' '));
    return null;
  }
  const picked = await pickRow(rows.map((listed) => ({ label: listed.model, description: listedWords(listed), listed })), { title: l10n.t('Which model shall be deleted?') });
  return picked?.listed ?? null;
}
