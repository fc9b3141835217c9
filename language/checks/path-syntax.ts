/**
 * # A path that cannot be read
 *
 * Paths are JSONPath: `$` is what the state sees, `$$` the context, `$name` a variable. Then come names after dots, and
 * indices, names in quotes and filters in brackets. `resultPath` names one place to write to: there is no `$$`, no
 * variable, and nothing that may lead to several values. In `parameters`, `resultSelector`, `itemSelector` and `assign`
 * a field whose name ends in `.$` holds a path or an intrinsic function.
 *
 * ```yaml
 * inputPath: $.claims[?(@.open
 * ```
 *
 * **Fix**: correct the path where the marker stands.
 */
import type { JsonPath } from '../expressions/path-parts.ts';
import type { Check } from './check.ts';
import { mistakeFinding } from './mistake-finding.ts';
import { textsOf, type StateText } from './state-texts.ts';

export const pathSyntax: Check = {
  code: 'path-syntax',
  severity: 'error',
  ignorable: false,
  states: (context, report) => {
    for (const text of textsOf(context, context.document.memory, isWrong)) {
      if (text.kind === 'no-text') {
        const name = String(text.path.at(-1));
        report({ message: `"${name}" ends in ".$", so its value is a path or an intrinsic function. Write one, or call it "${name.slice(0, -2)}".`, span: context.valueSpan(text.path) });
      }
      const finding = mistakeIn(text);
      if (finding !== null) report(mistakeFinding(context, text.path, finding));
    }
  },
};

function isWrong(text: StateText): text is StateText {
  return text.kind === 'no-text' || mistakeIn(text) !== null;
}

function mistakeIn(text: StateText): Mistake | null {
  if (text.kind !== 'path') return null;
  return text.parsed.ok ? (text.reference ? misuse(text.parsed.value) : null) : text.parsed.mistake;
}

type Mistake = Parameters<typeof mistakeFinding>[2];

/** What keeps a path from naming one place to write to. */
function misuse({ root, segments }: JsonPath): Mistake | null {
  if (root.kind === 'context') return { message: 'The context cannot be written to. Begin with a single $.', offset: 0, length: 2 };
  if (root.kind === 'variable') return { message: `The result goes into the input; a variable is set with assign. Begin with $.`, offset: root.offset, length: root.length };
  const many = segments.find((segment) => segment.kind === 'several');
  return many === undefined ? null : { message: 'A result is put in one place: names and indices only.', offset: many.offset, length: many.length };
}
