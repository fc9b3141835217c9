import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { isObject, listField, objectField, textField } from '../documents/json-access.ts';
import { follow, type SchemaCursor } from '../documents/schema-walk.ts';
import type { CursorPlace } from './cursor-place.ts';
import { escapeSnippet, type Proposal } from './completion-item.ts';
import { candidateSchemas, openAlternatives } from './document-schema.ts';
import { typeInWords, inlineYaml } from './field-docs.ts';
import { nodesFor } from './node-scope.ts';
import { matchesSite, symbolSites } from './reference-sites.ts';
import { newStates } from './state-snippets.ts';
import { valueAt } from '../documents/value-at.ts';

/** The keys that the mapping at the cursor may still have: the required ones first, else in the schema's order. */
export function completeKeys(root: SchemaCursor, { document }: AnalyzedDocument, place: CursorPlace): readonly Proposal[] {
  const value = valueAt(document.json, place.path);
  const mappings = candidateSchemas(root, document.json, place.path).flatMap((schema) => openAlternatives(schema, value));
  const proposals = new Map<string, Proposal>();
  for (const { root: owner, schema } of mappings) {
    const needed = requiredFields(schema, document.json);
    // Its first required field is what tells one alternative from the others.
    const telling = mappings.length > 1 ? needed.slice(0, 1) : null;
    for (const [name, raw] of Object.entries(objectField(schema, 'properties'))) {
      if (!isObject(raw) || place.siblings.has(name) || proposals.has(name) || telling?.includes(name) === false) continue;
      const own = follow(owner, raw);
      if (!actsHere(own, document.json)) continue;
      proposals.set(name, keyProposal(name, own, owner, place, telling === null && needed.includes(name)));
    }
  }
  return [...proposals.values(), ...namesAsKeys(document, place), ...mappings.flatMap((owner) => newStates(owner, document.json, place))];
}

function requiredFields(schema: JsonObject, json: Json): readonly Json[] {
  const otherwise = listField(objectField(schema, 'else'), 'required');
  return [...listField(schema, 'required'), ...(textField(json, 'adapter_kind') === 'schedule' ? [] : otherwise)];
}

/** Some fields act under some adapters only, or with some providers. */
function actsHere(schema: JsonObject, json: Json): boolean {
  const adapters = listField(schema, 'x-dagbook-adapters');
  const adapter = textField(json, 'adapter_kind');
  const providers = listField(schema, 'x-dagbook-providers');
  const provider = textField(objectField(json, 'model'), 'provider');
  return (adapters.length === 0 || adapter === null || adapters.includes(adapter)) && (providers.length === 0 || provider === null || providers.includes(provider));
}

function keyProposal(name: string, schema: JsonObject, root: JsonObject, place: CursorPlace, needed: boolean): Proposal {
  const { text, retrigger } = place.followedByColon ? { text: name, retrigger: false } : keyText(name, schema, root, place.flow);
  return {
    label: name,
    kind: 'field',
    detail: `${needed ? 'required · ' : ''}${typeInWords(schema)}`,
    insertText: place.quote === null || place.followedByColon ? text : name,
    snippet: !place.followedByColon && place.quote === null,
    retrigger,
    rank: needed ? 0 : 'x-dagbook-not-yet' in schema ? 7 : 5,
    resolve: { kind: 'field', path: [...place.path, name] },
  };
}

/** The key with what its value begins with. Below `key:` on a line of its own, editors indent from the key's line. */
function keyText(name: string, schema: JsonObject, root: JsonObject, flow: boolean): { readonly text: string; readonly retrigger: boolean } {
  const hasChoices = listField(schema, 'enum').length > 0 || textField(schema, 'x-dagbook-reference') !== null || schema['type'] === 'boolean';
  switch (schema['type']) {
    case 'array': {
      const items = follow(root, objectField(schema, 'items'));
      const scalar = items['type'] === 'string' || (items['type'] === undefined && items['oneOf'] === undefined);
      if (flow || scalar) return { text: `${name}: [$1]`, retrigger: hasChoices };
      return { text: `${name}:\n  - $0`, retrigger: true };
    }
    case 'object':
      if (flow) return { text: `${name}: { $1 }`, retrigger: true };
      return { text: `${name}:\n  $0`, retrigger: Object.keys(objectField(schema, 'properties')).length > 0 };
    default: {
      const [example] = listField(schema, 'examples');
      const isText = typeof example === 'string' && textField(schema, 'x-dagbook-expression') === 'when';
      return { text: isText ? `${name}: "{% $1 %}"` : `${name}: $0`, retrigger: hasChoices || isText };
    }
  }
}

/** Mappings whose keys are names, such as the weights of signal nodes. */
function namesAsKeys({ ...document }: AnalyzedDocument['document'], place: CursorPlace): readonly Proposal[] {
  const sites = symbolSites.find((candidate) => candidate.document === document.kind && candidate.uses.some((pattern) => matchesSite(pattern, [...place.path, 'x'], 'key')));
  if (sites?.kind !== 'node') return [];
  return nodesFor(document, place.path, place.siblings, '').map((id) => ({ label: id, kind: 'node', insertText: place.followedByColon ? id : `${escapeSnippet(id)}: $0`, snippet: !place.followedByColon, resolve: { kind: 'node', id } }));
}

/** Whole items for a sequence of mappings, from the examples of the schema. */
export function itemSnippet(schema: JsonObject): string | null {
  const [example] = listField(schema, 'examples');
  if (!isObject(example)) return null;
  let stop = 0;
  const lines = Object.entries(example).map(([name, value]) => {
    stop += 1;
    return `${name}: \${${String(stop)}:${escapeSnippet(inlineYaml(value))}}`;
  });
  return lines.join('\n  ');
}
