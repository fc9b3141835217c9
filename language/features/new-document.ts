import { documentSkeletons, nameFromPath } from './document-skeletons.ts';

/** What a workflow can be begun from. */
export interface WorkflowStart {
  /** `blank`, or as `template:` calls it. */
  readonly name: string;
  readonly about: string;
}

const BLANK = 'blank';

export function workflowStarts(): readonly WorkflowStart[] {
  return skeletons(BLANK).map(({ name, about }) => ({ name, about }));
}

/** A whole workflow document called `name`, with the words a person is meant to replace; null = no such start. */
export function newWorkflow(start: string, name: string): string | null {
  return skeletons(name).find((skeleton) => skeleton.name === start)?.text ?? null;
}

function skeletons(name: string): readonly (WorkflowStart & { readonly text: string })[] {
  return documentSkeletons('workflow', nameFromPath(name)).map(({ label, detail, insertText }) => {
    const template = /^workflow (\S+)$/.exec(label)?.[1];
    return { name: template ?? BLANK, about: detail ?? '', text: withoutPlaces(insertText) };
  });
}

/** A snippet as it would stand if every place were left as it is: `${2:word}` becomes `word`, `\$` becomes `$`. */
function withoutPlaces(snippet: string): string {
  return snippet.replace(/\$\{\d+:((?:\\.|[^}\\])*)\}|\$\d+|\\([\\$}])/g, (_all, word: string | undefined, escaped: string | undefined) => (word === undefined ? (escaped ?? '') : word.replace(/\\([\\$}])/g, '$1')));
}
