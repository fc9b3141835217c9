import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DocumentIndex } from '../language/document-index.ts';

/** Beside the language of a YAML file that is ours by its content: what is missing there, and how to get it. */
export function offerOwnLanguage(documents: DocumentIndex): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('dagbook.language', { language: 'yaml' });
  item.name = 'Dagbook';
  item.command = { command: 'dagbook.treatAsDagbook', title: l10n.t('Treat as Dagbook') };
  const keep = async (): Promise<void> => {
    const document = vscode.window.activeTextEditor?.document;
    const ours = document?.languageId === 'yaml' && (await documents.at(document.uri).catch(() => [])).length > 0;
    item.selector = ours ? { language: 'yaml', pattern: document.uri.fsPath } : { language: 'dagbook-none' };
    item.text = l10n.t('This is a Dagbook document');
    item.detail = l10n.t('As YAML it gets checks and code lenses only');
  };
  void keep();
  return vscode.Disposable.from(item, vscode.window.onDidChangeActiveTextEditor(() => void keep()), documents.changed.listen(() => void keep()));
}
