/**
 * # The same item twice
 *
 * Some lists are sets: dependencies, edges, the nodes of a branch, participants, criteria, assignees, tools, globs of
 * documents, forbidden terms, served models. An item that stands there twice says nothing more the second time; often
 * another one was meant.
 *
 * ```yaml
 * depends_on: [research, research]
 * ```
 *
 * **Fix**: remove the second one, or write the one that was meant.
 */
import type { Json, JsonObject } from '../../protocol/json.ts';
import { findFields, type FieldFinder } from '../documents/find-fields.ts';
import { field, isList, isObject, listField, objectField } from '../documents/json-access.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { Check, DocumentContext, Finding } from './check.ts';
import { lookAtStates } from './state-shapes.ts';

export const duplicateItem: Check = {
  code: 'duplicate-item',
  severity: 'warning',
  ignorable: true,
  document: (context, report) => {
    const { document, schema, value } = context;
    // Those of states are looked at state by state.
    if (schema === null || document.kind === 'states') return;
    for (const { path, found } of findFields(sets, schema, value, document.memory)) {
      for (const double of found) report(finding(context, path, double));
    }
  },
  states: (context, report) => {
    lookAtStates(context, duplicateItem, report, ({ json, path }, say) => {
      for (const double of doublesOf(listField(objectField(json, 'human'), 'assignees'), true)) say(finding(context, [...path, 'human', 'assignees'], double));
    });
  },
};

/** The index of an item, and that of the first one which says the same. */
interface Double {
  readonly index: number;
  readonly first: number;
}

const sets: FieldFinder<readonly Double[]> = {
  find: ({ schema, value }) => {
    const identity = field(schema, 'x-dagbook-set');
    const doubles = identity === undefined || !isList(value) ? [] : doublesOf(value, identity);
    return { found: doubles.length === 0 ? null : doubles, deeper: typeof value === 'object' };
  },
};

/** @param identity the fields that tell mappings apart; all that is written where it is no list */
function doublesOf(items: readonly Json[], identity: Json): readonly Double[] {
  if (items.length < 2) return [];
  const first = new Map<string, number>();
  return items.flatMap((item, index) => {
    const key = keyOf(item, identity);
    const earlier = key === null ? undefined : first.get(key);
    if (key !== null && earlier === undefined) first.set(key, index);
    return earlier === undefined ? [] : [{ index, first: earlier }];
  });
}

/** Null where an item is not written out: nothing can be said of it. A text is short for a mapping of the first field. */
function keyOf(item: Json, identity: Json): string | null {
  if (item === null || item === '') return null;
  if (!isList(identity)) return JSON.stringify(item);
  const names = identity.filter((name) => typeof name === 'string');
  const name = names[0] ?? '';
  const fields: JsonObject = isObject(item) ? item : { [name]: item };
  return Object.hasOwn(fields, name) ? JSON.stringify(names.map((each) => field(fields, each) ?? null)) : null;
}

function finding({ json, valueSpan }: DocumentContext, list: YamlPath, { index, first }: Double): Finding {
  const item = list.reduce((value: Json | undefined, segment) => (isList(value) ? value[Number(segment)] : field(value, String(segment))), json);
  const written = isList(item) ? item[index] : null;
  return {
    message: `${typeof written === 'string' ? `"${written}"` : 'This item'} stands in the list already. Remove it, or write the one that was meant.`,
    span: valueSpan([...list, index]),
    related: [{ message: 'The first one is here.', span: valueSpan([...list, first]) }],
  };
}
