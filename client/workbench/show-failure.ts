import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ErrorPlace } from '../../protocol/dagbook-error.ts';
import { fileUri } from '../workspace/folders.ts';

/** A failure as the person sees it: what happened, and a button to where it can be mended. */
export async function showFailure(error: unknown, log: vscode.LogOutputChannel, folder: vscode.WorkspaceFolder | null = null): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  const message = error instanceof Error ? error.message : String(error);
  const place = placeOf(error);
  if (place === null || folder === null) {
    log.error(error instanceof Error ? error : message);
    if ((await vscode.window.showErrorMessage(message, l10n.t('Show Log'))) !== undefined) log.show();
    return;
  }
  const open = l10n.t('Go to Line {0}', place.line);
  if ((await vscode.window.showErrorMessage(message, open)) === open) await openPlace(folder, place);
}

/** Lines and columns of a place count from 1. */
async function openPlace(folder: vscode.WorkspaceFolder, { file, line, column }: ErrorPlace): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(fileUri(folder, file), { selection: new vscode.Range(at, at) });
}

function placeOf(error: unknown): ErrorPlace | null {
  if (!(error instanceof Error) || !('place' in error)) return null;
  const place = error.place as Partial<ErrorPlace> | null;
  return typeof place?.file === 'string' && typeof place.line === 'number' && typeof place.column === 'number' ? (place as ErrorPlace) : null;
}
