import * as vscode from 'vscode';
import { plainWords } from '../words/plain-words.ts';

/**
 * The door to everything in which the editor would read icons and links: lists to pick from, boxes, notifications, progress, the status bar. What is
 * given here is shown as text; an icon is asked for by its name. Lint keeps the rest of the client from going around it.
 */
export interface PickRow {
  readonly label: string;
  /** A codicon before the label. */
  readonly icon?: string;
  readonly description?: string;
  readonly detail?: string;
  readonly kind?: vscode.QuickPickItemKind;
}

/** The row that was picked, as it was given; undefined = the person left. */
export async function pickRow<R extends PickRow>(rows: readonly R[], options: vscode.QuickPickOptions): Promise<R | undefined> {
  const items = rows.map((row) => ({ ...plainRow(row), row }));
  return (await vscode.window.showQuickPick(items, options))?.row;
}

/** For a list that is shown by hand. */
export function plainRow({ label, icon, description, detail, kind }: PickRow): vscode.QuickPickItem {
  return {
    label: withIcon(icon, label),
    ...(description === undefined ? {} : { description: plainWords(description) }),
    ...(detail === undefined ? {} : { detail: plainWords(detail) }),
    ...(kind === undefined ? {} : { kind }),
  };
}

/** What was typed; undefined = the person left. */
export async function askText({ prompt, validateInput, ...rest }: Omit<vscode.InputBoxOptions, 'validateInput'> & { readonly validateInput?: (text: string) => string | null }): Promise<string | undefined> {
  return vscode.window.showInputBox({
    ...rest,
    ...(prompt === undefined ? {} : { prompt: plainWords(prompt) }),
    ...(validateInput === undefined ? {} : { validateInput: (text) => plainOrNull(validateInput(text)) }),
  });
}

/** What went well, in few words and for a while, where nobody has to put it away. `ms`: how long. */
export function sayBriefly(icon: string | undefined, words: string, ms = 8_000): void {
  vscode.window.setStatusBarMessage(withIcon(icon, words), ms);
}

/** Notifications, for what fails, waits or was asked: gives the button that was pressed. */
export async function inform(message: string, ...buttons: readonly string[]): Promise<string | undefined> {
  return vscode.window.showInformationMessage(plainWords(message), ...buttons);
}

export async function warn(message: string, ...buttons: readonly string[]): Promise<string | undefined> {
  return vscode.window.showWarningMessage(plainWords(message), ...buttons);
}

export async function complain(message: string, ...buttons: readonly string[]): Promise<string | undefined> {
  return vscode.window.showErrorMessage(plainWords(message), ...buttons);
}

/** A question that is answered before anything else is done. True = yes. */
export async function agrees(question: string, detail: string, yes: string): Promise<boolean> {
  return (await vscode.window.showWarningMessage(plainWords(question), { modal: true, detail: plainWords(detail) }, yes)) === yes;
}

/** Work that takes a while: `title` says which. `link`: what can be done meanwhile, by a command of ours. */
export async function whileWorking<T>({ title, link, ...rest }: vscode.ProgressOptions & { readonly link?: { readonly label: string; readonly command: string } }, work: Parameters<typeof vscode.window.withProgress<T>>[1]): Promise<T> {
  const words = plainWords(title ?? '');
  return vscode.window.withProgress({ ...rest, ...(title === undefined ? {} : { title: link === undefined ? words : `${words}  [${link.label}](command:${link.command})` }) }, work);
}

function withIcon(icon: string | undefined, words: string): string {
  return icon === undefined ? plainWords(words) : `$(${icon}) ${plainWords(words)}`;
}

function plainOrNull(text: string | null): string | null {
  return text === null ? null : plainWords(text);
}
