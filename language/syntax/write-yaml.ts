import { stringify } from 'yaml';
import type { Json } from '../../protocol/json.ts';

/** A value as a YAML text that reads back as the same value; words that YAML 1.1 took for booleans stand in quotes. */
export function writeYaml(value: Json): string {
  return stringify(value, { schema: 'core', compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}
