import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { runVerb } from '../command-line/run-verb.ts';
import { agrees, whileWorking } from '../workbench/plain-window.ts';
import type { ModelHandlerParts } from './model-handlers.ts';

/** Characters. */
const MOST_OF_ANSWER = 160;

interface Trial {
  readonly milliseconds: number;
  readonly answer: string;
}

/** One small call; after a plain question where it may cost a fraction of a cent. */
export async function testModel(parts: ModelHandlerParts, folder: vscode.WorkspaceFolder, model: string): Promise<void> {
  const paid = await parts.hosts.of(folder).call('paidModels', { of: { kind: 'models', models: [model] } });
  if (paid.length > 0 && !(await mayCall(model))) return;
  const trial = await whileWorking({ location: vscode.ProgressLocation.Notification, title: l10n.t('Calling {0}', model), cancellable: true }, async (_, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => { controller.abort(); });
    try {
      return await (model.startsWith('vscode:') || model === 'vscode' ? callEditor(model.replace(/^vscode:?/, ''), controller.signal) : callByVerb(parts, folder, model, controller.signal));
    } catch (error) {
      if (controller.signal.aborted) return null;
      throw error;
    }
  });
  if (trial !== null) parts.note(folder, l10n.t('{0} answered in {1} ms: {2}', model, Math.round(trial.milliseconds), shortened(trial.answer)));
}

/** A model that was asked for a sentence may write a page. */
function shortened(answer: string): string {
  const line = answer.replaceAll(/\s+/g, ' ');
  return line.length <= MOST_OF_ANSWER ? line : `${line.slice(0, MOST_OF_ANSWER)}…`;
}

async function mayCall(model: string): Promise<boolean> {
  const call = l10n.t('Call It');
  const detail = l10n.t('It sends one sentence and may cost a fraction of a cent.');
  return agrees(l10n.t('Make one small call to {0}?', model), detail, call);
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
