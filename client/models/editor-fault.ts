import type { EditorModelFault } from '../../protocol/editor-model.ts';

/** What went wrong with a call of an editor's model: the name that rules use, and what was said about it. */
export interface EditorFault {
  readonly name: EditorModelFault;
  readonly said: string;
}

/**
 * Reads what `sendRequest`, or the stream it gives, failed with. The codes are those of `vscode.LanguageModelError`; of `Unknown` the
 * cause is what the model's own extension threw, and only its words can be gone by.
 */
export function editorFault(thrown: unknown): EditorFault {
  const codes = chainOf(thrown).map(({ code }) => code);
  const said = [...new Set(chainOf(thrown).map(({ message }) => message).filter((message) => message !== ''))].join(': ');
  for (const code of codes) {
    const known = KNOWN.get(code);
    if (known !== undefined) return { name: known, said };
  }
  const text = [...codes, ...chainOf(thrown).map(({ name }) => name), said].join(' ');
  return { name: WORDS.find(([words]) => words.test(text))?.[1] ?? 'States.TaskFailed', said };
}

const KNOWN: ReadonlyMap<string, EditorModelFault> = new Map([
  ['NoPermissions', 'States.Permissions'],
  ['NotFound', 'Dagbook.ModelNotAvailable'],
  // Also what the editor says of a quota that is used up for now.
  ['Blocked', 'Tool.TemporaryFailure'],
]);

const WORDS: readonly (readonly [RegExp, EditorModelFault])[] = [
  [/context[ _]length|too (?:long|large|many tokens)|token limit|exceeds? the (?:maximum|limit)|max(?:imum)?[ _](?:prompt|input|context)/i, 'States.DataLimitExceeded'],
  [/unauthori[sz]ed|not signed in|sign in|forbidden|\b40[13]\b/i, 'States.Permissions'],
  // A call that we did not give up ourselves: the extension of the model was restarted, or lost its connection.
  [/cancell?ed|rate[ _-]?limit|too many requests|quota|overloaded|unavailable|time(?:d )?[ -]?out|network|fetch failed|socket|ECONN|ETIMEDOUT|EAI_AGAIN|\b(?:408|429|5\d\d)\b/i, 'Tool.TemporaryFailure'],
];

interface Link {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/** An error and what caused it, outermost first; not by its class, which another extension host may have its own of. */
function chainOf(thrown: unknown): readonly Link[] {
  const links: Link[] = [];
  for (let at = thrown; typeof at === 'object' && at !== null && links.length < 5; at = (at as { readonly cause?: unknown }).cause) {
    const { name, code, message } = at as { readonly [key in 'name' | 'code' | 'message']?: unknown };
    links.push({ name: typeof name === 'string' ? name : '', code: typeof code === 'string' || typeof code === 'number' ? String(code) : '', message: typeof message === 'string' ? message : '' });
  }
  return links.length > 0 ? links : [{ name: '', code: '', message: String(thrown) }];
}
