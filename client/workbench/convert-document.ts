import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { CONVERT_COMMAND, type ConvertAnswer, type ConvertParams } from '../../protocol/language-requests.ts';
import type { LanguageService } from '../language/language-service.ts';
import { shortName } from '../workspace/folders.ts';
import { inform, pickRow } from './plain-window.ts';

/** A state machine of Amazon States Language as a states document, or back: beside the one that was read, not saved yet. */
export async function convertDocument(language: LanguageService, uri: vscode.Uri): Promise<void> {
  const rows = [{ label: l10n.t('States document'), description: 'agentrc.workflow, YAML', to: 'states' as const }, { label: 'Amazon States Language', description: 'JSON', to: 'asl' as const }];
  const picked = await pickRow(rows, { title: l10n.t('Convert {0} to what?', shortName(uri)) });
  if (picked === undefined) return;
  const params: ConvertParams = { uri: uri.toString(), to: picked.to };
  const answer = await language.request<ConvertAnswer>('workspace/executeCommand', { command: CONVERT_COMMAND, arguments: [params] });
  if (!answer.ok) {
    const [first] = answer.problems;
    throw new Error(first === undefined ? l10n.t('This document cannot be converted.') : `${first.code}: ${first.message}`);
  }
  const target = freeBeside(vscode.Uri.parse(answer.uri).with({ scheme: 'untitled' }));
  const document = await vscode.languages.setTextDocumentLanguage(await vscode.workspace.openTextDocument(target), answer.language);
  const editor = await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
  await editor.edit((edit) => { edit.replace(new vscode.Range(0, 0, document.lineCount, 0), answer.text); });
  if (answer.notes.length > 0) void inform(answer.notes.join(' '));
}

/** With a number where a document of that name is open already: what somebody has written there is not lost. */
function freeBeside(wanted: vscode.Uri): vscode.Uri {
  const taken = new Set(vscode.workspace.textDocuments.filter((document) => document.getText() !== '').map(({ uri }) => uri.toString()));
  let target = wanted;
  for (let number = 2; taken.has(target.toString()); number += 1) target = wanted.with({ path: wanted.path.replace(/(?:\.(?:asl|workflow))?\.\w+$/, (ending) => `-${number}${ending}`) });
  return target;
}
