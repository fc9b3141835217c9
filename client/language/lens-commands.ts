import * as vscode from 'vscode';
import { plainWords } from '../words/plain-words.ts';

/** Lenses of so many earlier moments can still be clicked: more than any screen has shown. */
const MOST = 4_000;

/**
 * Gives each code lens a command of its own that needs no arguments. The editor forgets the arguments of a lens as soon as
 * it has asked for the lenses again, and goes on showing the old one where it had been scrolled away meanwhile: a click on
 * it would end in "Actual command not found".
 */
export class LensCommands implements vscode.Disposable {
  /** By what it does; the one that was wanted last stands last. */
  readonly #commands = new Map<string, { readonly id: string; readonly registration: vscode.Disposable }>();
  #next = 0;

  clickable(lenses: readonly vscode.CodeLens[]): vscode.CodeLens[] {
    const made = lenses.map(({ range, command }) => new vscode.CodeLens(range, command === undefined ? undefined : this.#own(command)));
    this.#forgetOldest(Math.max(MOST, made.length));
    return made;
  }

  dispose(): void {
    this.#forgetOldest(0);
  }

  #own({ title, tooltip, command, arguments: given = [] }: vscode.Command): vscode.Command {
    // Few fonts have a chain; the editor has one of its own.
    const words = { title: plainWords(title).replace('⛓', '$(link)'), ...(tooltip === undefined ? {} : { tooltip }) };
    if (given.length === 0) return { ...words, command };
    const key = JSON.stringify([command, given]);
    const known = this.#commands.get(key);
    this.#commands.delete(key);
    const one = known ?? this.#register(command, given);
    this.#commands.set(key, one);
    return { ...words, command: one.id };
  }

  #register(command: string, given: readonly unknown[]): { readonly id: string; readonly registration: vscode.Disposable } {
    // An underscore keeps it out of the lists of commands that a person sees.
    const id = `_dagbook.lens.${String(this.#next++)}`;
    return { id, registration: vscode.commands.registerCommand(id, () => vscode.commands.executeCommand(command, ...given)) };
  }

  #forgetOldest(most: number): void {
    for (const [key, { registration }] of this.#commands) {
      if (this.#commands.size <= most) return;
      registration.dispose();
      this.#commands.delete(key);
    }
  }
}
