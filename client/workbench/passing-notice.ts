import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Disposable } from '../signal.ts';
import { whileWorking } from './plain-window.ts';

/** So long it is shown at most, while somebody is at this window: the status bar says the same in fewer words. */
const LONGEST_MS = 120_000;
const LOOK_MS = 5_000;

/**
 * A notification of something that may be over before anybody has looked: it goes with what is returned, with a click on its action, and after a
 * while. A message of the editor cannot be taken back; a progress can, whose action is a link in its text.
 */
export function showPassingNotice(words: string, label: string, act: () => void): Disposable {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => { end = resolve; });
  const command = `_dagbook.notice.${randomUUID()}`;
  const registration = vscode.commands.registerCommand(command, () => {
    end();
    act();
  });
  let left = LONGEST_MS;
  const timer = setInterval(() => {
    if (vscode.window.state.focused) left -= LOOK_MS;
    if (left <= 0) end();
  }, LOOK_MS);
  void over.then(() => {
    clearInterval(timer);
    registration.dispose();
  });
  void whileWorking({ location: vscode.ProgressLocation.Notification, title: words, link: { label, command } }, async (progress) => {
    // A bar that stands still: nothing works, somebody is waited for.
    progress.report({ increment: 0 });
    await over;
  });
  return { dispose: () => { end(); } };
}
