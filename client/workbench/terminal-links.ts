import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { localFolders } from '../workspace/folders.ts';

class RunLink extends vscode.TerminalLink {
  readonly run: string;
  constructor(at: number, run: string) {
    super(at, run.length, l10n.t('Show this run'));
    this.run = run;
  }
}

/** Whole ids of runs, as our commands print them: version 7, so nothing else looks like one by chance. */
const RUN_ID = /\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;

export function runIdsIn(line: string): readonly { readonly at: number; readonly id: string }[] {
  return [...line.matchAll(RUN_ID)].map((match) => ({ at: match.index, id: match[0] }));
}

/** A click on a run's id in a terminal opens the run. */
export function linkRunIds(): vscode.Disposable {
  const links: vscode.TerminalLinkProvider<RunLink> = {
    provideTerminalLinks: ({ line }) => runIdsIn(line).map(({ at, id }) => new RunLink(at, id)),
    handleTerminalLink: async ({ run }) => {
      const [folder] = localFolders();
      await vscode.commands.executeCommand('dagbook.show', { run, folder });
    },
  };
  return vscode.window.registerTerminalLinkProvider(links);
}
