import type { JsonObject } from '../../../protocol/json.ts';
import { parseYaml } from '../../syntax/parse-yaml.ts';
import type { Problem } from '../../syntax/problem.ts';
import type { Span } from '../../syntax/span.ts';
import { treeToJson } from '../../syntax/tree-json.ts';
import { isObject } from '../json-access.ts';
import { schemaMistakes } from '../schema-mistakes.ts';
import type { DocumentLibrary } from './document-library.ts';
import { parsePath } from './parse-reference.ts';

export type SchemaRead = { readonly kind: 'schema'; readonly schema: JsonObject } | { readonly kind: 'refused'; readonly problem: Problem };

/** Reads the JSON Schema a path names: `./` and `../` from the file, anything else from the workspace root. */
export function readSchema(reference: string, fromPath: string, span: Span, library: DocumentLibrary): SchemaRead {
  const refuse = (code: string, message: string): SchemaRead => ({ kind: 'refused', problem: { code, message, span } });
  const parsed = parsePath(reference, /^\.\.?\//.test(reference) ? fromPath : null);
  if (parsed.kind === 'outside') return refuse('outside-workspace', `"${reference}" lies outside the workspace. Move the schema into it.`);
  const { path } = parsed;
  const read = library.read(path);
  switch (read.kind) {
    case 'missing':
      return refuse('schema-not-found', `There is no file ${path}. Create it, correct the path, or write the JSON Schema here.`);
    case 'outside':
      return refuse('outside-workspace', `${path} leads outside the workspace. Move the schema into it.`);
    case 'too-large':
      return refuse('unreadable-file', `${path} has ${read.bytes} bytes; files are read up to ${read.limit}. Make it smaller.`);
    case 'unreadable':
      return refuse('unreadable-file', `${path} cannot be read: ${read.reason}.`);
    case 'text':
      break;
  }
  // JSON is YAML too, so one reader does for both.
  const [document, second] = parseYaml(read.text);
  const mistake = document?.problems[0];
  if (mistake !== undefined) return refuse('invalid-json-schema', `${path} cannot be read: ${mistake.message}`);
  const tree = document?.tree ?? null;
  const schema = tree === null || second !== undefined ? null : treeToJson(tree);
  if (!isObject(schema)) return refuse('invalid-json-schema', `${path} is not a JSON Schema: one is a mapping.`);
  const [wrong] = schemaMistakes(schema);
  if (wrong !== undefined) return refuse('invalid-json-schema', `${path} is not a valid JSON Schema: at ${wrong.path.join('.') || 'its root'}, ${wrong.message}`);
  return { kind: 'schema', schema };
}
