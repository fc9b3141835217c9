import type { Json } from '../../protocol/json.ts';
import { field, isList, textField } from '../documents/json-access.ts';
import { childSchema, follow, settle, type SchemaCursor } from '../documents/schema-walk.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { Span } from '../syntax/span.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { followAlias, type YamlNode, type YamlScalar } from '../syntax/yaml-tree.ts';
import { schemaOfDocument } from './document-schema.ts';

/** What the schema says of the place a walk has come to. */
export interface FieldAt {
  readonly path: YamlPath;
  /** As `x-dagbook-reference` says, of the field or of the list it is in. */
  readonly reference: string | null;
  /** As `x-dagbook-expression` says, of the field or of one above it. */
  readonly expression: string | null;
  /** As `x-dagbook-template` says, of the field or of one above it: a payload in which paths or expressions act. */
  readonly template: string | null;
  /** Whether it is a path, as `x-dagbook-path` says. */
  readonly isPath: boolean;
}

export interface FieldVisitor {
  readonly key: (at: FieldAt, span: Span) => void;
  readonly scalar: (at: FieldAt, scalar: YamlScalar) => void;
  /** What lies outside is not walked; absent = everything. */
  readonly range?: Span;
  /** Whether what aliases and merge keys bring is walked where they bring it. */
  readonly follow: boolean;
}

interface At extends FieldAt {
  readonly schema: SchemaCursor | null;
  readonly value: Json;
}

/** Walks the tree of a document together with its schema, in one pass; what the schema knows nothing of is left out. */
export function walkFieldsOfTree({ tree, json, kind }: ParsedDocument, visitor: FieldVisitor): void {
  const schema = schemaOfDocument(kind, json);
  if (tree !== null) visit(tree, { schema, value: json, path: [], reference: null, expression: null, template: null, isPath: false }, visitor);
}

function visit(written: YamlNode, at: At, visitor: FieldVisitor): void {
  const { range } = visitor;
  if (range !== undefined && (written.span.end < range.start || written.span.start > range.end)) return;
  if (at.schema === null && at.expression === null && at.template === null) return;
  const node = visitor.follow ? followAlias(written) : written;
  switch (node.kind) {
    case 'map': {
      const settled = at.schema === null ? null : settle(at.schema, at.value);
      for (const { key, keySpan, value, merged } of node.entries) {
        if (merged && !visitor.follow) continue;
        const child = below(at, settled, key);
        if (range === undefined || (keySpan.end >= range.start && keySpan.start <= range.end)) visitor.key(child, keySpan);
        visit(value, child, visitor);
      }
      return;
    }
    case 'seq': {
      const settled = at.schema === null ? null : settle(at.schema, at.value);
      for (const [i, item] of node.items.entries()) visit(item, below(at, settled, i), visitor);
      return;
    }
    case 'scalar':
      visitor.scalar(at, node);
      return;
    case 'alias':
    case 'unknown':
      return;
  }
}

function below(at: At, settled: SchemaCursor | null, segment: string | number): At {
  const child = settled === null ? null : childSchema(settled, segment);
  const value = (isList(at.value) ? at.value[Number(segment)] : field(at.value, String(segment))) ?? null;
  const schema = child === null ? null : { root: child.root, schema: follow(child.root, child.schema) };
  const own = schema === null ? null : (textField(schema.schema, 'x-dagbook-reference') ?? textField(settle(schema, value).schema, 'x-dagbook-reference'));
  return {
    schema,
    value,
    path: [...at.path, segment],
    reference: own ?? (typeof segment === 'number' ? at.reference : null),
    expression: at.expression ?? (schema === null ? null : textField(schema.schema, 'x-dagbook-expression')),
    template: at.template ?? (schema === null ? null : textField(schema.schema, 'x-dagbook-template')),
    isPath: schema !== null && textField(schema.schema, 'x-dagbook-path') !== null,
  };
}
