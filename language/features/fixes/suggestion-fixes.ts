import { field, listField } from '../../documents/json-access.ts';
import { schemaAt } from '../../documents/schema-walk.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { dotted } from '../complete-expression.ts';
import { candidateSchemas, schemaOfDocument } from '../document-schema.ts';
import { inlineYaml } from '../field-docs.ts';
import { removeField, removeItem } from '../yaml-edit.ts';
import { sameQuotes } from '../write-scalar.ts';
import { editFix, replaceFix, type Fix, type Fixer, type FixPlace } from './fix.ts';

/** Did you mean … */
export const useSuggestion: Fixer = (at) => {
  const { suggestion } = at.diagnostic;
  if (suggestion === undefined) return [];
  const title = `Change to "${suggestion}"`;
  return replaceFix(at, title, isInExpression(at) ? dotted(suggestion) : sameQuotes(at.written, suggestion), true);
};

/** The same for a word inside a path, a call or an expression of a state: only a word that needs no quotes there. */
export const useWord: Fixer = (at) => {
  const { suggestion } = at.diagnostic;
  if (suggestion === undefined || !/^\$?[\p{L}_][\p{L}\p{N}_.-]*$/u.test(suggestion) || !/^\$?[\p{L}_][\p{L}\p{N}_.-]*$/u.test(at.written)) return [];
  return replaceFix(at, `Change to "${suggestion}"`, suggestion, true);
};

/** Only a part of the scalar is pointed at: an id in an expression. */
function isInExpression({ place, diagnostic }: FixPlace): boolean {
  return place.on === 'value' && place.node.kind === 'scalar' && (place.node.span.start < diagnostic.span.start || diagnostic.span.end < place.node.span.end) && place.node.style !== 'double';
}

/** The second of two items that say the same: the innermost one of a set. */
export const removeDouble: Fixer = (at) => {
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  const isOfSet = (path: YamlPath): boolean => typeof path.at(-1) === 'number' && schemaAt(root, at.json, path.slice(0, -1))?.schema['x-dagbook-set'] !== undefined;
  const path = at.path.map((_, i) => at.path.slice(0, at.path.length - i)).find(isOfSet);
  return path === undefined ? [] : editFix(at, 'Remove the second one', [removeItem(at.editor, path.slice(0, -1), Number(path.at(-1)))], true);
};

/** The other words the schema allows. */
export const useAllowedValue: Fixer = (at) => {
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  const schemas = candidateSchemas(root, at.json, at.path);
  const words = schemas.flatMap(({ schema }) => listField(schema, 'enum')).filter((word) => typeof word === 'string');
  return words.filter((word) => word !== at.diagnostic.suggestion).flatMap((word) => replaceFix(at, `Change to "${word}"`, sameQuotes(at.written, word)));
};

/** The nearest number that the schema allows. */
export const useBound: Fixer = (at) => {
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  const schemas = candidateSchemas(root, at.json, at.path).map(({ schema }) => schema);
  return schemas.slice(0, 1).flatMap((schema) => {
    const [limit, example] = [field(schema, 'minimum') ?? field(schema, 'maximum'), listField(schema, 'examples')[0]];
    const isBelow = typeof field(schema, 'maximum') === 'number' && at.diagnostic.message.includes('at most');
    const value = isBelow ? field(schema, 'maximum') : (field(schema, 'exclusiveMinimum') === undefined ? limit : example);
    return typeof value === 'number' ? replaceFix(at, `Change to ${value}`, String(value), true) : [];
  });
};

/** A value that fits, from the schema's example. */
export const useExample: Fixer = (at) => {
  const root = schemaOfDocument(at.analyzed.document.kind, at.json);
  const example = candidateSchemas(root, at.json, at.path).flatMap(({ schema }) => listField(schema, 'examples'))[0];
  if (typeof example !== 'string' && typeof example !== 'number') return [];
  const { node } = at.place;
  // Of a text whose mistake is a part of it, all goes.
  const span = node.kind === 'scalar' && node.span.start <= at.diagnostic.span.start ? node.span : at.diagnostic.span;
  const written = at.context.text.slice(span.start, span.end);
  return editFix(at, `Change to the example ${inlineYaml(example)}`, [{ span, newText: typeof example === 'string' ? sameQuotes(written, example) : String(example) }]);
};

/** A name with what it may not hold taken out. */
export const cleanName: Fixer = (at) => {
  const written = at.written.replace(/^["']|["']$/g, '');
  const isId = at.path.at(-1) === 'id';
  const clean = isId ? written.trim().replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^[^A-Za-z]+/, '') : written.replace(/[/\\@]+/g, '_').trim();
  if ((!isId && at.path.at(-1) !== 'name') || clean === '' || clean === written) return [];
  return replaceFix(at, `Change to "${clean}"`, sameQuotes(at.written, clean), true);
};

export const addScheme: Fixer = (at) => {
  const written = at.written.replace(/^["']|["']$/g, '');
  return at.path.at(-1) === 'base_url' && !written.includes('://') ? replaceFix(at, `Write http://${written}`, sameQuotes(at.written, `http://${written}`), true) : [];
};

/** Keeps an unknown field as a note. */
export const prefixField: Fixer = (at) => {
  const key = at.path.at(-1);
  return at.place.on === 'key' && typeof key === 'string' && !/^\/[/*]/.test(key) ? replaceFix(at, `Keep it as the note "x-${key}"`, sameQuotes(at.written, `x-${key}`)) : [];
};

/** Takes the field away that the diagnostic points at, or whose value it points at. */
export const removeThisField: Fixer = (at): readonly Fix[] => {
  const depth = at.path.findLastIndex((segment) => typeof segment === 'string');
  const key = at.path[depth];
  return typeof key !== 'string' ? [] : editFix(at, `Remove "${key}"`, [removeField(at.editor, at.path.slice(0, depth), key)]);
};

/** What is written, as text. */
export const quoteIt: Fixer = (at) => {
  const clean = at.written.trim();
  return clean === '' || /^["']/.test(clean) || /[\r\n]/.test(clean) ? [] : replaceFix(at, 'Quote it', JSON.stringify(clean), true);
};

export const removeTag: Fixer = (at) => {
  const after = /^[ \t]*/.exec(at.context.text.slice(at.diagnostic.span.end))?.[0].length ?? 0;
  return editFix(at, 'Remove the tag', [{ span: { start: at.diagnostic.span.start, end: at.diagnostic.span.end + after }, newText: '' }], true);
};

export const removeComment: Fixer = (at) => {
  const { text } = at.context;
  const { start, end } = at.diagnostic.span;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  if (text.slice(line, start).trim() === '') return editFix(at, 'Remove the comment', [{ span: { start: line, end: Math.min(text.length, end + (/^\r?\n/.exec(text.slice(end))?.[0].length ?? 0)) }, newText: '' }], true);
  const before = /[ \t]*$/.exec(text.slice(line, start))?.[0].length ?? 0;
  return editFix(at, 'Remove the comment', [{ span: { start: start - before, end }, newText: '' }], true);
};
