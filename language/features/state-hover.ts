import type { Json } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { textField } from '../documents/json-access.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import { errorNames } from '../documents/states/error-names.ts';
import { stateMachine, type PlacedState } from '../documents/states/state-machine.ts';
import { assignedBy } from '../documents/states/variables.ts';
import { intrinsicFunctions } from '../expressions/intrinsics.ts';
import { scalarOffsets, scalarSpan } from '../syntax/scalar-offset.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlScalar } from '../syntax/yaml-tree.ts';
import { candidateSchemas } from './document-schema.ts';
import type { FeatureContext } from './feature-context.ts';
import { signatureOf, statesFunctionDocs } from './function-docs.ts';
import type { Hover } from './hover.ts';
import type { PathPlace } from '../syntax/path-at.ts';
import { codeSpan, plainMarkdown } from './plain-markdown.ts';
import { readingOf, stateScopeAt } from './state-scope.ts';

/** What a word in a state means: an error, a function, a variable, `$states`; null where it is none of these. */
export function stateHover({ text }: FeatureContext, analyzed: AnalyzedDocument, root: SchemaCursor, { node, path, on }: PathPlace, offset: number): Hover | null {
  const { json, kind } = analyzed.document;
  if (kind !== 'states' || on === 'key' || node.kind !== 'scalar' || typeof node.value !== 'string') return null;
  if (candidateSchemas(root, json, path).some(({ schema }) => schema['x-dagbook-error-name'] === true)) return { markdown: errorWords(json, node.value), span: node.span };
  const reading = readingOf(root, json, path);
  const word = reading === null ? null : wordAt(text, node, node.value, offset);
  if (word === null) return null;
  const said = word.text.startsWith('$') ? variableWords(analyzed, path, word.text.slice(1), reading === 'jsonata') : reading === 'value' ? callWords(word.text) : null;
  return said === null ? null : { markdown: said, span: scalarSpan(text, node, word.start, word.text.length) };
}

function wordAt(text: string, node: YamlScalar, value: string, offset: number): { readonly text: string; readonly start: number } | null {
  const at = scalarOffsets(text, node).findLastIndex((place) => place <= offset);
  for (const match of value.matchAll(/States\.\w+|\$[\p{L}_][\p{L}\p{N}_]*/gu)) {
    if (match.index <= at && at <= match.index + match[0].length) return { text: match[0], start: match.index };
  }
  return null;
}

function errorWords(json: Json, name: string): string {
  const known = errorNames.find((error) => error.name === name);
  if (known !== undefined) return `**${plainMarkdown(name)}** · error\n\n${known.means}${known.handled ? '' : ' Never caught or tried again.'}`;
  const raised = stateMachine(json).states.filter((state) => state.type === 'Fail' && textField(state.json, 'error') === name);
  return `**${plainMarkdown(name)}** · error\n\n${raised.length === 0 ? 'An agent or a tool may raise it.' : `Raised by ${names(raised)}.`}`;
}

function callWords(word: string): string | null {
  const known = intrinsicFunctions.find(({ name }) => `States.${name}` === word);
  return known === undefined ? null : `\`${word}(${known.parameters.join(', ')})\`\n\n${known.does}`;
}

function variableWords(analyzed: AnalyzedDocument, path: YamlPath, name: string, jsonata: boolean): string | null {
  if (jsonata && name === 'states') return '**$states**\n\n`input`: what the states before hand over. `result`: what this state has done. `errorOutput`: the error that was caught. `context`: the run and this state.';
  const doc = jsonata ? statesFunctionDocs.find((candidate) => candidate.name === name) : undefined;
  if (doc !== undefined) return `\`${signatureOf(doc)}\`\n\n${doc.about}`;
  if (stateScopeAt(analyzed, path)?.variables.includes(name) !== true) return null;
  return `**$${name}** · variable\n\nSet by ${names(stateMachine(analyzed.document.json).states.filter((state) => assignedBy(state).includes(name)))}.`;
}

function names(states: readonly PlacedState[]): string {
  const shown = states.slice(0, 5).map(({ name }) => codeSpan(name));
  return states.length > 5 ? `${shown.join(', ')} and ${states.length - 5} more` : shown.join(', ');
}
