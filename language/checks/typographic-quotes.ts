/**
 * # Typographic quotes
 *
 * YAML, JSONata and paths know straight quotes only. `“research”`, as word processors write it, is a text that begins and
 * ends with a quote. Nothing is said of descriptions, goals, prompts and other prose, nor of data.
 *
 * ```yaml
 * depends_on: [“research”]
 * ```
 *
 * **Fix**: write straight quotes, or none. If the typographic ones belong to the text, put straight ones around all of it.
 */
import type { Json } from '../../protocol/json.ts';
import type { InLine } from '../documents/find-in-lines.ts';
import { field, isList, isObject, objectField, textField } from '../documents/json-access.ts';
import { schemaAt, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import { pathAt } from '../syntax/path-at.ts';
import type { Problem } from '../syntax/problem.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { Check } from './check.ts';

export const typographicQuotes: Check = {
  code: 'typographic-quotes',
  severity: 'error',
  ignorable: false,
  document: ({ document, schema, json, tree }, report) => {
    if (schema === null) return;
    const { start, end } = document.span;
    for (const { offset, found } of document.memory.lines(quoted, document.text.slice(start, end), quoted)) {
      const span = { start: start + offset, end: start + offset + found.length };
      const meant = meantAt(schema, json, tree, span, found.slice(1, -1));
      if (meant !== null) report({ message: `Typographic quotes are part of the text here. Write ${meant}.`, span, suggestion: meant });
    }
  },
};

/** Where a value or a key may begin with one, up to the next. */
function quoted(text: string): readonly InLine<string>[] {
  if (!/[“„‟‘‚‛]/.test(text)) return [];
  return [...text.matchAll(/(?<![^\s,[{])[“„‟‘‚‛][^“”„‟‘’‚‛\r\n]*[“”‟‘’"'](?![^\s,\]}:])/g)].map((match) => ({ offset: match.index, found: match[0] }));
}

/** Fields whose text is for people and models: there such quotes may be meant. */
const prose: ReadonlySet<string> = new Set(['description', 'comment', 'goal', 'criteria', 'system_prompt', 'cause', 'forbidden_terms', 'annotations', 'labels']);

/** The key or value that is all of this, as it was meant; null where it is none, or where the quotes may be meant. */
function meantAt(schema: SchemaCursor, json: Json, tree: YamlNode, span: Span, inner: string): string | null {
  const { path, on, node, keySpan } = pathAt(tree, span.start);
  const whole = on === 'key' ? keySpan : node.kind === 'scalar' && node.style === 'plain' ? node.span : null;
  if (whole?.start !== span.start || whole.end !== span.end || path.some((name) => prose.has(String(name)))) return null;
  if (on === 'key') return isOfMapping(schema, json, path) ? inner : null;
  const at = schemaAt(schema, json, path)?.schema ?? null;
  if (at === null) return isDecisive(schema, json, path) ? JSON.stringify(inner) : null;
  const type = textField(at, 'type');
  return type !== null && type !== 'string' ? inner : JSON.stringify(inner);
}

/** Whether it is the field that tells alternatives apart, none of which has this value. */
function isDecisive(schema: SchemaCursor, json: Json, path: YamlPath): boolean {
  const decisive = textField(schemaAt(schema, json, path.slice(0, -1))?.schema, 'x-dagbook-alternatives-by');
  return decisive !== null && decisive === path.at(-1);
}

/** Whether the key stands in a mapping whose fields the schema knows, or names. */
function isOfMapping(schema: SchemaCursor, json: Json, path: YamlPath): boolean {
  const parent = path.slice(0, -1);
  const owner = parent.reduce<Json>((value, name) => (isList(value) ? value[Number(name)] : field(value, String(name))) ?? null, json);
  const at = schemaAt(schema, json, parent);
  if (at === null) return false;
  const settled = settle(at, owner).schema;
  return Object.keys(objectField(settled, 'properties')).length > 0 || isObject(settled['additionalProperties']);
}

/** What else is said of such a text follows from it. */
export function besideQuotes(findings: readonly Problem[]): readonly Problem[] {
  const spans = findings.flatMap(({ code, span }) => (code === typographicQuotes.code ? [span] : []));
  if (spans.length === 0) return findings;
  return findings.filter(({ code, span }) => code === typographicQuotes.code || !spans.some(({ start, end }) => start <= span.start && span.end <= end));
}
