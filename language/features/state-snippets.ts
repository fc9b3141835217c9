import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { follow, type SchemaCursor } from '../documents/schema-walk.ts';
import { stateMachine } from '../documents/states/state-machine.ts';
import { writeInline, writeYaml } from '../syntax/write-yaml.ts';
import type { CursorPlace } from './cursor-place.ts';
import { escapeSnippet, type Proposal } from './completion-item.ts';

/** Whole states, for a mapping that holds states by name: one of each type, from the examples of the schema. */
export function newStates({ root, schema }: SchemaCursor, json: Json, place: CursorPlace): readonly Proposal[] {
  const state = follow(root, objectField(schema, 'additionalProperties'));
  if (textField(state, 'x-dagbook-alternatives-by') !== 'type' || place.followedByColon || place.quote !== null) return [];
  const taken = new Set(stateMachine(json).states.map(({ name }) => name));
  return listField(state, 'oneOf').flatMap((alternative): readonly Proposal[] => {
    const own = isObject(alternative) ? follow(root, alternative) : {};
    const [example] = listField(own, 'examples');
    const type = textField(example, 'type');
    if (!isObject(example) || type === null) return [];
    return [{ label: `new ${type} state`, kind: 'snippet', detail: textField(own, 'description') ?? '', insertText: snippetOf(freeName(type, taken), example, taken, place.flow), snippet: true, rank: 1 }];
  });
}

function freeName(type: string, taken: ReadonlySet<string>): string {
  let name = type;
  for (let i = 2; taken.has(name); i += 1) name = `${type}${String(i)}`;
  return name;
}

/** What its author chooses can be typed over, the same name in all its places at once. */
function snippetOf(name: string, example: JsonObject, taken: ReadonlySet<string>, flow: boolean): string {
  const chosen = [name];
  const inner = namesWithin(example);
  const stopOf = (written: string): string => {
    const text = inner.includes(written) ? freeName(written, taken) : written;
    if (!chosen.includes(text)) chosen.push(text);
    return `STOP${String(chosen.indexOf(text) + 1)}STOP`;
  };
  const marked = (value: Json, key: string): Json => {
    if (isList(value)) return value.map((item) => marked(item, key));
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([inner, item]) => [key === 'states' ? stopOf(inner) : inner, marked(item, inner)]));
    return key === 'type' || typeof value === 'boolean' || value === null ? value : stopOf(String(value));
  };
  const whole = { [stopOf(name)]: marked(example, '') };
  const text = flow ? writeInline(whole).slice(2, -2) : writeYaml(whole).trimEnd();
  return text.replace(/STOP(\d+)STOP/g, (_, stop: string) => `\${${stop}:${escapeSnippet(chosen[Number(stop) - 1] ?? '')}}`);
}

/** The states inside of a state. */
function namesWithin(value: Json, key = ''): readonly string[] {
  if (isList(value)) return value.flatMap((item) => namesWithin(item));
  if (!isObject(value)) return [];
  return [...(key === 'states' ? Object.keys(value) : []), ...Object.entries(value).flatMap(([name, item]) => namesWithin(item, name))];
}
