import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json } from '../../protocol/json.ts';
import { runVerb } from '../command-line/run-verb.ts';
import { textOf } from '../commands/register-commands.ts';
import { pickRow } from './plain-window.ts';

const SCHEME = 'dagbook-manual';

/** The manual page of a diagnostic code as a document that nobody can change: `dagbook-manual:/cycle.md`. */
export function provideManualPages(extension: vscode.Uri): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    provideTextDocumentContent: async ({ path }) => {
      const code = path.replace(/^\//, '').replace(/\.md$/, '');
      try {
        return textOf(await runVerb({ extension: extension.fsPath, workspace: null, words: ['explain', code] }), 'markdown') ?? '';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    },
  });
}

/** Shows the page of a code; asks for it where none is given. */
export async function showManualPage(extension: vscode.Uri, given: string | null): Promise<void> {
  const code = given ?? (await askCode(extension));
  if (code === null) return;
  const page = vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` });
  await vscode.commands.executeCommand('markdown.showPreview', page).then(undefined, () => vscode.window.showTextDocument(page));
}

async function askCode(extension: vscode.Uri): Promise<string | null> {
  const json = await runVerb({ extension: extension.fsPath, workspace: null, words: ['explain'] });
  const rows = (Array.isArray(json) ? (json as readonly Json[]) : []).flatMap((row) => {
    const [code, title] = [textOf(row, 'code'), textOf(row, 'title')];
    return code === null ? [] : [{ label: code, detail: title ?? '' }];
  });
  return (await pickRow(rows, { title: l10n.t('Which code?'), matchOnDetail: true }))?.label ?? null;
}
