import { isObject, listField } from '../../documents/json-access.ts';
import { locate, type YamlPath } from '../../syntax/yaml-path.ts';
import { inlineYaml } from '../field-docs.ts';
import { valueAt } from '../../documents/value-at.ts';
import { addItem, moveItemToEnd, removeItem, removeItemOrField, replaceValue, setField } from '../yaml-edit.ts';
import { editFix, type Fix, type Fixer, type FixPlace } from './fix.ts';

/** An entry of `retry` or `catch`, and the name in it that the diagnostic points at. */
interface HandlerAt {
  readonly state: YamlPath;
  readonly kind: string;
  readonly entry: number;
  readonly name: number;
}

function handlerAt({ path }: FixPlace): HandlerAt | null {
  const [kind, entry, field, name] = path.slice(-4);
  if (typeof kind !== 'string' || typeof entry !== 'number' || field !== 'errorEquals' || typeof name !== 'number') return null;
  return { state: path.slice(0, -4), kind, entry, name };
}

/** `States.ALL` alone in its entry, and that entry last. */
export const orderHandlers: Fixer = (at) => {
  const place = handlerAt(at);
  if (place === null) return [];
  const { state, kind, entry, name } = place;
  const list: YamlPath = [...state, kind];
  const handler = valueAt(at.json, [...list, entry]);
  if (!isObject(handler)) return [];
  if (listField(handler, 'errorEquals').length < 2) return editFix(at, `Move this entry to the end of ${kind}`, moveItemToEnd(at.editor, list, entry), true);
  return [
    ...editFix(at, 'Remove the other names', [setField(at.editor, [...list, entry], 'errorEquals', '[States.ALL]')], true),
    ...editFix(at, 'Give it an entry of its own at the end', [removeItem(at.editor, [...list, entry, 'errorEquals'], name), addItem(at.editor, state, kind, inlineYaml({ ...handler, errorEquals: ['States.ALL'] }))]),
  ];
};

/** A name that an earlier entry takes goes, and its entry with it where it was the only one. */
export const removeHandledName: Fixer = (at): readonly Fix[] => {
  const place = handlerAt(at);
  if (place === null) return [];
  const { state, kind, entry, name } = place;
  const list: YamlPath = [...state, kind];
  const names = listField(valueAt(at.json, [...list, entry]), 'errorEquals');
  if (names.length > 1) return editFix(at, `Remove ${JSON.stringify(names[name])}`, [removeItem(at.editor, [...list, entry, 'errorEquals'], name)], true);
  return editFix(at, `Remove this entry of ${kind}`, [removeItemOrField(at.editor, list, entry)], true);
};

/** Several comparisons of one variable become the rules of an `and`. */
export const joinTests: Fixer = (at) => {
  const index = at.path.findLastIndex((segment) => typeof segment === 'number');
  const path = at.path.slice(0, index + 1);
  const rule = valueAt(at.json, path);
  const { text, tree } = at.editor;
  const span = locate(tree, path)?.node.span;
  if (!at.diagnostic.message.startsWith('A rule makes one test') || !isObject(rule) || typeof rule['variable'] !== 'string' || span === undefined || text.slice(span.start, span.end).includes('#')) return [];
  const { variable } = rule;
  const kept = Object.entries(rule).filter(([name]) => ['next', 'comment', 'assign'].includes(name));
  const tests = Object.entries(rule).filter(([name]) => name !== 'variable' && !kept.some(([other]) => other === name));
  if (tests.some(([name]) => ['and', 'or', 'not'].includes(name))) return [];
  const joined = { and: tests.map(([name, value]) => ({ variable, [name]: value })), ...Object.fromEntries(kept) };
  return editFix(at, 'Join the tests with and', [replaceValue(at.editor, path, inlineYaml(joined))], true);
};
