import type { Json } from '../../protocol/json.ts';
import { field, isList } from './json-access.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';

/** The value at a path of a document; null where there is none. */
export function valueAt(json: Json, path: YamlPath): Json {
  let value: Json = json;
  for (const segment of path) value = (isList(value) ? value[Number(segment)] : field(value, String(segment))) ?? null;
  return value;
}
