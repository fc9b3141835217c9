import { isObject, listField, objectField } from '../documents/json-access.ts';
import { follow } from '../documents/schema-walk.ts';
import type { CompletionItem } from './completion-item.ts';
import { describeDocument, describeNode } from './describe.ts';
import { candidateSchemas, openAlternatives, schemaOfDocument } from './document-schema.ts';
import type { FeatureContext } from './feature-context.ts';
import { fieldDocs, inlineYaml } from './field-docs.ts';
import { signatureOf, statesFunctionDocs } from './function-docs.ts';
import { valueAt } from '../documents/value-at.ts';
import { documentAt } from './document-at.ts';

/** The documentation of one item, as Markdown; asked for when the item is looked at. Empty where there is none. */
export function resolveCompletion(context: FeatureContext, offset: number, { resolve, insertText, snippet }: Pick<CompletionItem, 'resolve' | 'insertText' | 'snippet'>): string {
  const analyzed = documentAt(context.analysis, offset) ?? context.analysis.documents.at(-1) ?? null;
  if (analyzed === null) return '';
  if (resolve === null) return snippet ? `\`\`\`yaml\n${insertText.replace(/\$\{\d+:((?:[^}\\]|\\.)*)\}|\$\d/g, '$1').replaceAll('\\}', '}')}\n\`\`\`` : '';
  const { document } = analyzed;
  const root = schemaOfDocument(document.kind, document.json);
  switch (resolve.kind) {
    case 'field': {
      const name = String(resolve.path.at(-1) ?? '');
      const parent = resolve.path.slice(0, -1);
      const owners = candidateSchemas(root, document.json, parent).flatMap((schema) => openAlternatives(schema, valueAt(document.json, parent)));
      const owner = owners.find(({ schema }) => Object.hasOwn(objectField(schema, 'properties'), name));
      if (owner === undefined) return '';
      return fieldDocs(name, follow(owner.root, objectField(objectField(owner.schema, 'properties'), name)), listField(owner.schema, 'required').includes(name));
    }
    case 'value': {
      const schemas = candidateSchemas(root, document.json, resolve.path);
      const name = resolve.path.findLast((segment) => typeof segment === 'string') ?? '';
      const alternatives = schemas.flatMap(({ schema }) => [schema, ...listField(schema, 'oneOf').filter(isObject)]);
      const own = alternatives.find((schema) => listField(schema, 'examples').some((example) => inlineYaml(example) === resolve.value) && Object.hasOwn(schema, 'const')) ?? alternatives[0];
      return own === undefined ? '' : fieldDocs(name, own, false);
    }
    case 'document': {
      const found = context.workspace.at(resolve.path).find(({ name }) => name === resolve.name);
      return found === undefined ? '' : describeDocument(context, found);
    }
    case 'function': {
      const doc = statesFunctionDocs.find(({ name }) => name === resolve.name);
      return doc === undefined ? '' : `\`${signatureOf(doc)}\`\n\n${doc.about}`;
    }
    case 'node':
      return describeNode(context, analyzed, resolve.id);
    case 'text':
      return resolve.text;
  }
}
