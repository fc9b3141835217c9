import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { agrees } from '../workbench/plain-window.ts';

/** Opens a page that a model or a document named, once the person has seen where it leads. */
export async function openAddress(address: string): Promise<void> {
  const open = l10n.t('Open in Browser');
  const detail = l10n.t('{0}\n\nIt was written by a model or stands in a document. Whoever runs {1} sees the visit and all that the address carries.', address, new URL(address).host);
  if (await agrees(l10n.t('Open this page?'), detail, open)) await vscode.env.openExternal(vscode.Uri.parse(address, true));
}
