import type { Json } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { field, listField, objectField, textField } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import { scopeOf, stateMachine, type PlacedState } from '../documents/states/state-machine.ts';
import type { Span } from '../syntax/span.ts';
import { locate, type YamlPath } from '../syntax/yaml-path.ts';
import { agentLabels } from './agent-label.ts';
import type { FeatureContext } from './feature-context.ts';
import type { InlayHint } from './inlay-hints.ts';
import { statePlaces } from './state-places.ts';

const MOST_WAITS = 4;

/** What is so in a state without being written: where the path ends, when it is tried again, which agent a name means. */
export function stateHints(context: FeatureContext, analyzed: AnalyzedDocument, range: Span): readonly InlayHint[] {
  const { tree, json, memory } = analyzed.document;
  if (tree === null) return [];
  const places = statePlaces(tree);
  const labelOf = agentLabels(context, analyzed);
  const ofDocument = textField(objectField(json, 'spec'), 'queryLanguage') ?? 'JSONPath';
  const machine = stateMachine(json, memory);
  return machine.states.flatMap((state) => {
    const place = places.get(state.name);
    if (place === undefined || place.span.end < range.start || place.span.start > range.end) return [];
    const hints: InlayHint[] = [];
    const add = (path: YamlPath, label: string | null, tooltip: string): void => {
      const offset = label === null ? null : endOf(analyzed.document, [...state.path, ...path]);
      if (label !== null && offset !== null) hints.push({ offset, label, tooltip });
    };
    add(['agent'], labelOf([...state.path, 'agent']), 'The agent this reference means, and its model.');
    if (field(state.json, 'agent') !== undefined) add(['type'], capWords(json), 'From costCaps.perNodeMaxTokens.');
    listField(state.json, 'retry').forEach((retrier, i) => { add(['retry', i, 'errorEquals'], retryWords(retrier), 'When it is tried again; each wait is backoffRate times the last.'); });
    for (const { kind, target, path } of state.transitions) add(path.slice(state.path.length), endWords(scopeOf(machine, state).states.get(target)), `Where the run is over after ${kind === 'catch' ? 'this error' : 'this state'}.`);
    if (field(state.json, 'end') === true) add(['end'], scopeWords(state), 'What is done when this state is.');
    // What the whole document speaks is no news.
    for (const { path } of state.queryLanguage === ofDocument ? [] : state.inner) add([...path.slice(state.path.length), 'startAt'], state.queryLanguage, `The query language of these states, taken over from ${state.name}.`);
    return hints.sort((a, b) => a.offset - b.offset);
  });
}

function endOf({ tree, text }: ParsedDocument, path: YamlPath): number | null {
  const span = tree === null ? undefined : locate(tree, path)?.node.span;
  if (span === undefined || span.end === span.start) return null;
  // A list of lines ends where the next key begins; the hint belongs behind its last item.
  let end = span.end;
  while (end > span.start && /\s/.test(text[end - 1] ?? '')) end -= 1;
  return end;
}

function capWords(json: Json): string | null {
  const cap = field(objectField(objectField(json, 'spec'), 'costCaps'), 'perNodeMaxTokens');
  return typeof cap === 'number' ? `≤ ${cap} tokens` : null;
}

/** `again after 1, 2 and 4 s`: the waits, with the defaults filled in. */
function retryWords(retrier: Json): string | null {
  const number = (name: string, standard: number): number | null => {
    const value = field(retrier, name) ?? standard;
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  };
  const [interval, attempts, rate, longest] = [number('intervalSeconds', 1), number('maxAttempts', 3), number('backoffRate', 2), number('maxDelaySeconds', Infinity) ?? Infinity];
  if (interval === null || attempts === null || rate === null) return null;
  if (attempts < 1) return 'never again';
  const waits = Array.from({ length: Math.min(attempts, MOST_WAITS) }, (_, i) => String(Math.round(Math.min(interval * rate ** i, longest) * 10) / 10));
  const most = textField(retrier, 'jitterStrategy') === 'FULL' ? 'at most ' : '';
  if (attempts > MOST_WAITS) return `again ${attempts} times, after ${most}${waits.join(', ')}, … s`;
  return `again after ${most}${[waits.slice(0, -1).join(', '), waits.at(-1)].filter((part) => part !== '').join(' and ')} s`;
}

/** A state that ends the run by itself. */
function endWords(target: PlacedState | undefined): string | null {
  if (target?.type === 'Succeed') return 'succeeds';
  if (target?.type !== 'Fail') return null;
  const error = textField(target.json, 'error');
  return error === null || error.startsWith('{%') ? 'fails' : `fails: ${error}`;
}

/** The end of the outermost scope is the end of the run, and needs no word. */
function scopeWords({ home }: PlacedState): string | null {
  const owner = home?.owner ?? null;
  if (home === null || owner === null) return null;
  return owner.type === 'Map' ? `ends this item of ${owner.name}` : `ends branch ${owner.inner.indexOf(home) + 1} of ${owner.name}`;
}
