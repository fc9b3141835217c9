import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runVerb } from '../command-line/run-verb.ts';
import { plainWords } from '../words/plain-words.ts';
import type { ModelHandlerParts } from './model-handlers.ts';

interface Trial {
  readonly milliseconds: number;
  readonly answer: string;
}

/** One small call; after a plain question where it may cost a fraction of a cent. */
export async function testModel(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder, model: string): Promise<void> {
  const paid = await parts.hosts.of(folder).call('paidModels', { of: { kind: 'models', models: [model] } });
  if (paid.length > 0 && !(await mayCall(model))) return;
  const trial = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: l10n.t('Calling {0}', model), cancellable: true }, async (_, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => { controller.abort(); });
    try {
      return await (model.startsWith('vscode:') || model === 'vscode' ? callEditor(model.replace(/^vscode:?/, ''), controller.signal) : callByVerb(parts, folder, model, controller.signal));
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    }
  });
  if (trial !== null) void vscode.window.showInformationMessage(plainWords(l10n.t('{0} answered in {1} ms: {2}', model, Math.round(trial.milliseconds), trial.answer)));
}

async function mayCall(model: string): Promise<boolean> {
  const call = l10n.t('Call It');
  const detail = l10n.t('It sends one sentence and may cost a fraction of a cent.');
  return (await vscode.window.showWarningMessage(l10n.t('Make one small call to {0}?', model), { modal: true, detail }, call)) === call;
}

async function callByVerb({ extension, keys }: ModelHandlerParts, folder: vscode.WorkspaceFolder, model: string, signal: AbortSignal): Promise<Trial> {
  const answer = await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: ['models', 'test', model], environment: await keys.all(), signal });
  const { milliseconds, answer: text } = answer as { readonly milliseconds?: number; readonly answer?: string };
  return { milliseconds: milliseconds ?? 0, answer: text ?? '' };
}

/** The editor's own models can be called from here only. */
async function callEditor(model: string, signal: AbortSignal): Promise<Trial> {
  const { callEditorModel } = await import('./editor-model-call.ts');
  const begun = performance.now();
  let answer = '';
  const failures: string[] = [];
  await callEditorModel({ model, messages: [{ role: 'user', content: 'Answer with one short sentence: are you there?', toolCalls: [], toolCallId: null }], tools: [], maxTokens: 256 }, signal, (events) => {
    for (const event of events) {
      if (event.kind === 'text') answer += event.text;
      else if (event.kind === 'error') failures.push(event.message);
    }
  });
  if (failures[0] !== undefined) throw new Error(failures[0]);
  return { milliseconds: performance.now() - begun, answer: answer.trim() };
}
