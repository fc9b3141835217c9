import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json } from '../../protocol/json.ts';
import { runVerb } from '../command-line/run-verb.ts';
import { localFolders, runningRefusal } from '../workspace/folders.ts';

interface Tool {
  /** As in the manifest. */
  readonly name: string;
  /** The verb with its arguments. Throws for an input that cannot be meant. */
  readonly words: (input: Readonly<Record<string, unknown>>) => readonly string[];
  readonly doing: (input: Readonly<Record<string, unknown>>) => string;
  /** Reads the ledger, which needs a trusted folder. */
  readonly needsTrust: boolean;
}

/** All of them read only: nothing is run, locked or changed by a language model. */
const LANGUAGE_TOOLS: readonly Tool[] = [
  { name: 'dagbook_check', words: ({ path }) => ['check', ...(typeof path === 'string' ? [argument(path)] : [])], doing: () => l10n.t('Checking workflow and agent documents'), needsTrust: false },
  { name: 'dagbook_explain', words: ({ code }) => ['explain', argument(code)], doing: ({ code }) => l10n.t('Looking up {0}', String(code)), needsTrust: false },
  { name: 'dagbook_graph', words: ({ file }) => ['graph', argument(file)], doing: ({ file }) => l10n.t('Reading the graph of {0}', String(file)), needsTrust: false },
  { name: 'dagbook_runs', words: ({ workflow, status, limit }) => ['runs', '--limit', String(typeof limit === 'number' ? Math.min(100, Math.max(1, Math.trunc(limit))) : 20), ...(typeof workflow === 'string' ? ['--workflow', argument(workflow)] : []), ...(typeof status === 'string' ? ['--status', argument(status)] : [])], doing: () => l10n.t('Reading the ledger'), needsTrust: true },
  { name: 'dagbook_show', words: ({ run, steps }) => ['show', argument(run), ...(steps === true ? ['--steps'] : [])], doing: ({ run }) => l10n.t('Reading run {0}', String(run)), needsTrust: true },
];

/** Longest answer a model is given: beyond it, it is told to ask for less. */
const LONGEST = 60_000;

export function registerLanguageTools(extension: vscode.Uri): vscode.Disposable {
  return vscode.Disposable.from(...LANGUAGE_TOOLS.map((tool) => vscode.lm.registerTool<Readonly<Record<string, unknown>>>(tool.name, {
    prepareInvocation: ({ input }) => ({ invocationMessage: tool.doing(input) }),
    invoke: async ({ input }, token) => {
      const [folder] = localFolders();
      if (folder === undefined) throw new Error(l10n.t('No folder on a disk is open.'));
      const refusal = tool.needsTrust ? runningRefusal() : null;
      if (refusal !== null) throw new Error(refusal);
      const controller = new AbortController();
      token.onCancellationRequested(() => { controller.abort(); });
      const json = await runVerb({ extension: extension.fsPath, workspace: folder.uri.fsPath, words: tool.words(input), signal: controller.signal, accepts: [0, 1, 3, 4, 5] });
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(shortened(json))]);
    },
  })));
}

/** A word of the command line, and never one of its options. */
function argument(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.startsWith('-')) throw new Error(`"${String(value)}" cannot be meant.`);
  return value;
}

function shortened(json: Json): string {
  const text = JSON.stringify(json, null, 2);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n… ${text.length - LONGEST} more characters: ask for less.`;
}
