import { stringify } from 'yaml';
import type { Json } from '../../protocol/json.ts';

/** A value as a YAML text that reads back as the same value; words that YAML 1.1 took for booleans stand in quotes. */
export function writeYaml(value: Json): string {
  return stringify(value, { schema: 'core', compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false });
}

/** The same on one line, so that it can also stand inside of `[ ]` and `{ }`. */
export function writeInline(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(writeInline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${writeInline(key)}: ${writeInline(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  // As an item of a flow list, whose brackets go.
  const inFlow = stringify([value], { schema: 'core', compat: 'yaml-1.1', lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false }).trim().slice(1, -1);
  return /[\r\n]/.test(inFlow) ? JSON.stringify(value) : inFlow;
}
