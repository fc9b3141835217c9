import type * as vscode from 'vscode';
import { plainWords } from '../words/plain-words.ts';
import { clockWords } from '../words/time-words.ts';
import { sayBriefly } from '../workbench/plain-window.ts';
import { localFolders } from '../workspace/folders.ts';

/** Where a result of a folder stays, and what it is. */
export type Note = (folder: vscode.WorkspaceFolder, words: string) => void;

/**
 * A result that was asked for and is worth keeping stands above the rows of its view, with its time, until the next one or until the view is
 * asked for something else; the status bar says it to whoever does not look there.
 */
export function noteIn(tree: Pick<vscode.TreeView<unknown>, 'message'>): Note {
  return (folder, words) => {
    const whole = localFolders().length > 1 ? `${folder.name}: ${words}` : words;
    tree.message = plainWords(`${clockWords(new Date().toISOString())} · ${whole}`);
    sayBriefly('check', whole, 10_000);
  };
}
