/**
 * # An expression where none is read
 *
 * `{% … %}` acts in `when`, in `outputs`, and in the strings of a node's `inputs`, `task.goal` and `task.criteria`.
 * Elsewhere it stays the text it is, in an agent's prompt, too. In the states family an expression is a whole text of a JSONata state, from its first
 * character to its last; in a JSONPath state a path is read where the name of its field ends in `.$`, and nowhere else.
 *
 * ```yaml
 * agent_spec: "configs/agents/{% inputs.kind %}.yaml"
 * ```
 *
 * **Fix**: write the value itself, or move the expression to one of those places.
 */
import { textField } from '../documents/json-access.ts';
import { findFields, type FieldFinder } from '../documents/find-fields.ts';
import type { Check } from './check.ts';
import { textsOf, type StateText } from './state-texts.ts';

/** Where `{%` stands in a text that is none of the places. */
const unread: FieldFinder<number> = {
  find: ({ name, schema, value }) => {
    if (textField(schema, 'x-dagbook-expression') !== null || textField(schema, 'x-dagbook-reference') !== null || name === 'description' || name === 'metadata') return { found: null, deeper: false };
    const offset = typeof value === 'string' ? value.indexOf('{%') : -1;
    return { found: offset < 0 ? null : offset, deeper: true };
  },
};

/** The same in an agent: what names an input or a node, in the braces of whatever tool. Prompts may speak of templates. */
const unreadByAgents: FieldFinder<number> = {
  find: ({ name, value }) => {
    if (name === 'extras' || name === 'description' || name === 'annotations') return { found: null, deeper: false };
    const found = typeof value === 'string' ? (/\{%\s*(?:inputs|nodes|upstream|run)\b|\$?\{\{\s*(?:inputs|nodes|upstream|run)\./.exec(value)?.index ?? -1) : -1;
    return { found: found < 0 ? null : found, deeper: true };
  },
};

export const expressionNotEvaluated: Check = {
  code: 'expression-not-evaluated',
  severity: 'warning',
  ignorable: true,
  workflow: ({ document, schema, value, textSpan }, report) => {
    if (schema === null) return;
    for (const { path, found: offset } of findFields(unread, schema, value, document.memory)) {
      report({ message: 'Expressions are not read here; this stays text. They act in when, outputs, inputs, task.goal and task.criteria.', span: textSpan(path, offset, 2) });
    }
  },
  agent: ({ document, schema, value, textSpan }, report) => {
    if (schema === null) return;
    for (const { path, found: offset } of findFields(unreadByAgents, schema, value, document.memory)) {
      report({ message: 'Nothing is filled in here; the model sees this as it stands. What a node gives its agent comes beside the prompt, under "inputs" and "upstream".', span: textSpan(path, offset, 2) });
    }
  },
  states: (context, report) => {
    for (const text of textsOf(context, context.document.memory, isNotRead)) {
      report({ message: whyNotRead(text), span: context.textSpan(text.path, text.offset, text.length) });
    }
  },
};

type NotRead = Extract<StateText, { readonly kind: 'not-read' }>;

function isNotRead(text: StateText): text is NotRead {
  return text.kind === 'not-read';
}

function whyNotRead({ looksLike, path, state: { name: state, queryLanguage } }: NotRead): string {
  const name = path.at(-1);
  if (looksLike === 'foreign') return queryLanguage === 'JSONata' ? 'This stays text: an expression is the whole text, from {% to %}.' : 'This stays text: a path stands by itself, in a field whose name ends in ".$". To put one into a text write States.Format(\'… {}\', $.…).';
  if (queryLanguage === 'JSONata') {
    if (looksLike === 'bare-expression') return 'This stays text: an expression stands in {% %}.';
    if (looksLike === 'path') return `"${state}" is a JSONata state, so this path stays text. Write ${String(name).slice(0, -2)}: "{% $states.input… %}".`;
    return 'This stays text: an expression is the whole text, from {% to %}. Join the parts inside it with &.';
  }
  if (looksLike !== 'path') return `"${state}" is a JSONPath state, so this stays text. Use a field that ends in ".$", or set queryLanguage: JSONata.`;
  if (typeof name === 'string') return `This stays text: a path is read where the name of its field ends in ".$". Call it "${name}.$".`;
  return 'This stays text: an item of a list is no path. Make the list with States.Array, in a field whose name ends in ".$".';
}
