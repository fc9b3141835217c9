import type { Json, JsonObject } from '../../../protocol/json.ts';
import { DocumentMemory } from '../document-memory.ts';
import { isObject, listField, textField, withField, withoutFields } from '../json-access.ts';

/** The document with every node's kind in one spelling: the kernel's `{type: loop, max_iters: 3}` is `{loop: {max_iters: 3}}`. */
export function normaliseKinds(value: JsonObject, memory = new DocumentMemory()): JsonObject {
  if (!Object.hasOwn(value, 'nodes')) return value;
  const nodes = listField(value, 'nodes');
  return withField(value, 'nodes', memory.row(normaliseKinds, 'nodes', nodes, (node) => (isObject(node) ? normaliseNode(node) : node)));
}

function normaliseNode(node: JsonObject): JsonObject {
  const { kind } = node;
  return isObject(kind) ? withField(node, 'kind', normaliseKind(kind)) : node;
}

function normaliseKind(kind: JsonObject): Json {
  const type = textField(kind, 'type');
  if (type === null) return kind;
  return type === 'spawn' ? 'spawn' : { [type]: withoutFields(kind, 'type') };
}
