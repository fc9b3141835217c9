import { analyzeFile } from '../checks/analyze-file.ts';
import { nowhere } from '../workspace.ts';
import { documentSkeletons, nameFromPath } from './document-skeletons.ts';

/** What a workflow can be begun from. */
export interface WorkflowStart {
  /** `blank`, or as `template:` calls it. */
  readonly name: string;
  readonly about: string;
  /** Why it is only checked and drawn so far; null = it runs. */
  readonly notYet: string | null;
}

const BLANK = 'blank';

export function workflowStarts(): readonly WorkflowStart[] {
  return skeletons(BLANK).map(({ name, about, text }) => ({ name, about, notYet: notYetIn(text) }));
}

function notYetIn(text: string): string | null {
  // No skeleton refers to a digest, so nothing is hashed.
  const { diagnostics } = analyzeFile('new.workflow.yaml', nowhere, { text, sha256: () => '' });
  return diagnostics.find(({ code }) => code === 'not-runnable-yet')?.message ?? null;
}

/** A whole workflow document called `name`, with the words a person is meant to replace; null = no such start. */
export function newWorkflow(start: string, name: string): string | null {
  return skeletons(name).find((skeleton) => skeleton.name === start)?.text ?? null;
}

function skeletons(name: string): readonly { readonly name: string; readonly about: string; readonly text: string }[] {
  return documentSkeletons('workflow', nameFromPath(name)).map(({ label, detail, insertText }) => {
    const template = /^workflow (\S+)$/.exec(label)?.[1];
    return { name: template ?? BLANK, about: detail ?? '', text: withoutPlaces(insertText) };
  });
}

/** A snippet as it would stand if every place were left as it is: `${2:word}` becomes `word`, `\$` becomes `$`. */
function withoutPlaces(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|\$\d+|\\([\\$}])/g, (_all, word: string | undefined, escaped: string | undefined) => (word === undefined ? (escaped ?? '') : word.replace(/\\([\\$}])/g, '$1')));
}
