import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject } from '../documents/json-access.ts';
import { below, turnName, type Below, type Direction, type Owner } from '../documents/states/asl-names.ts';

/**
 * A state machine with every field name of the language turned, and nothing else touched: names of states, payloads,
 * paths and error names are the author's. Turning back gives the same value.
 */
export function turnMachine(machine: JsonObject, direction: Direction): JsonObject {
  return turnFields(machine, 'spec', direction);
}

function turnFields(value: JsonObject, owner: Owner, direction: Direction): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => {
      const turned = turnName(name, owner, direction);
      return [turned, turnChild(child, below(owner, direction === 'toStates' ? turned : name), direction)];
    }),
  );
}

function turnChild(child: Json, rule: Below, direction: Direction): Json {
  if (rule === null) return child;
  const turn = (value: Json): Json => (isObject(value) ? turnFields(value, rule.owner, direction) : value);
  switch (rule.each) {
    case 'itself':
      return turn(child);
    case 'items':
      return isList(child) ? child.map(turn) : child;
    case 'values':
      return isObject(child) ? Object.fromEntries(Object.entries(child).map(([key, value]) => [key, turn(value)])) : child;
  }
}
