import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { field, isList, isObject, objectField, textField } from '../json-access.ts';
import { below, spelledHere, type Below, type Owner } from './asl-names.ts';

/** A field that is spelled as in Amazon States Language. */
export interface AmazonField {
  readonly path: YamlPath;
  /** Its name here. */
  readonly ours: string;
}

/** What of a document is written as in Amazon States Language, and is read by nobody as it stands. */
export type AmazonPart =
  /** The machine stands at the root of the document; `besides` are the fields there that are the document's own. */
  | { readonly kind: 'machine'; readonly path: YamlPath; readonly besides: readonly string[] }
  | { readonly kind: 'states'; readonly paths: readonly YamlPath[] };

/** Fields of a states document that stand beside its machine. */
const envelope: readonly string[] = ['apiVersion', 'kind', 'metadata', 'spec'];

/** A machine that stands at the root or below `spec`; null where there is none in this spelling. States are looked at one by one. */
export function amazonMachine(json: Json): AmazonPart | null {
  if (isMachine(json)) return { kind: 'machine', path: [], besides: Object.keys(json).filter((name) => envelope.includes(name)) };
  const spec = field(json, 'spec');
  return isMachine(spec) ? { kind: 'machine', path: ['spec'], besides: [] } : null;
}

function isMachine(value: Json | undefined): value is JsonObject {
  return isObject(value) && isObject(value['States']) && !Object.hasOwn(value, 'states');
}

/** Whether a state is one in Amazon's spelling, by the field that no state can do without. */
export function isAmazonState(state: JsonObject): boolean {
  return textField(state, 'Type') !== null && !Object.hasOwn(state, 'type');
}

/** Every field of a machine or a state that is spelled so, outside in. Names that are spelled as here are followed too. */
export function amazonFields(json: Json, path: YamlPath, owner: Owner): readonly AmazonField[] {
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([name, child]) => {
    const ours = spelledHere(name, owner);
    const at = [...path, name];
    const inside = fieldsBelow(child, at, below(owner, ours ?? name));
    return ours === null || Object.hasOwn(json, ours) ? inside : [{ path: at, ours }, ...inside];
  });
}

function fieldsBelow(child: Json, path: YamlPath, rule: Below): readonly AmazonField[] {
  switch (rule?.each) {
    case undefined:
      return [];
    case 'itself':
      return amazonFields(child, path, rule.owner);
    case 'items':
      return isList(child) ? child.flatMap((item, i) => amazonFields(item, [...path, i], rule.owner)) : [];
    case 'values':
      return isObject(child) ? Object.entries(child).flatMap(([key, value]) => amazonFields(value, [...path, key], rule.owner)) : [];
  }
}

/** The value at a path of names. */
export function machineAt(json: Json, path: YamlPath): JsonObject {
  return path.reduce<JsonObject>((value, name) => objectField(value, String(name)), isObject(json) ? json : {});
}
