import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ErrorPlace } from '../../protocol/dagbook-error.ts';
import { fileUri } from '../workspace/folders.ts';
import { complain } from './plain-window.ts';

/** A failure as the person sees it: what happened, and one button that leads on. */
export async function showFailure(error: unknown, log: vscode.LogOutputChannel, folder: vscode.WorkspaceFolder | null = null): Promise<void> {
  if (error instanceof vscode.CancellationError) return;
  const message = error instanceof Error ? error.message : String(error);
  const place = placeOf(error);
  if (place !== null && folder !== null) {
    const open = l10n.t('Go to Line {0}', place.line);
    if ((await complain(message, open)) === open) await openPlace(folder, place);
    return;
  }
  log.error(error instanceof Error ? error : message);
  const [button, command, ...rest] = wayOut(codeOf(error));
  if ((await complain(message, button)) === button) await vscode.commands.executeCommand(command, ...rest);
}

/** What a person would do next, by the code of the failure (protocol/dagbook-error.ts). */
function wayOut(code: string): readonly [button: string, command: string, ...rest: readonly string[]] {
  switch (code) {
    case 'run-held':
      return [l10n.t('Release the Hold'), 'dagbook.release'];
    case 'inputs-invalid':
      return [l10n.t('Run with Inputs…'), 'dagbook.runWithInputs'];
    case 'model-not-available':
      return [l10n.t('Use a Real Model…'), 'dagbook.models.useReal'];
    case 'host-unavailable':
      return [l10n.t('Restart the Runtime Host'), 'dagbook.restartHost'];
    case 'ledger-newer':
    case 'ledger-not-ours':
    case 'ledger-read-only':
    case 'ledger-unreadable':
      return [l10n.t('Choose Another Ledger'), 'workbench.action.openSettings', 'dagbook.ledger.path'];
    case 'ledger-corrupt':
      return [l10n.t('Verify Ledger'), 'dagbook.ledgerVerify'];
    default:
      return [l10n.t('Show Log'), 'dagbook.showLog'];
  }
}

/** Lines and columns of a place count from 1. */
async function openPlace(folder: vscode.WorkspaceFolder, { file, line, column }: ErrorPlace): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), Math.max(0, column - 1));
  await vscode.window.showTextDocument(fileUri(folder, file), { selection: new vscode.Range(at, at) });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function placeOf(error: unknown): ErrorPlace | null {
  if (!(error instanceof Error) || !('place' in error)) return null;
  const place = error.place as Partial<ErrorPlace> | null;
  return typeof place?.file === 'string' && typeof place.line === 'number' && typeof place.column === 'number' ? (place as ErrorPlace) : null;
}
