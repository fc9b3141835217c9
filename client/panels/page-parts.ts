import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where our pages and what they load lie. */
export function webviewFolder(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, 'dist', 'webview');
}

/** What every page of ours needs of its webview, new for each page. */
export function pageParts(webview: vscode.Webview, extension: vscode.Uri): { readonly cspSource: string; readonly nonce: string; readonly language: string; readonly uri: (name: string) => string } {
  return {
    cspSource: webview.cspSource,
    nonce: randomBytes(18).toString('base64url'),
    language: vscode.env.language,
    uri: (name) => webview.asWebviewUri(vscode.Uri.joinPath(webviewFolder(extension), name)).toString(),
  };
}
