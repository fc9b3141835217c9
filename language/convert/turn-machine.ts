import type { Json, JsonObject } from '../../protocol/json.ts';
import { isList, isObject } from '../documents/json-access.ts';
import { turnName, type Direction, type Owner } from './field-names.ts';

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

/** What stands in a field, by its name in a states document. */
type Below = { readonly each: 'itself' | 'items' | 'values'; readonly owner: Owner } | null;

function below(owner: Owner, name: string): Below {
  switch (owner) {
    case 'spec':
    case 'scope':
      if (name === 'states') return { each: 'values', owner: 'state' };
      return owner === 'scope' && name === 'processorConfig' ? { each: 'itself', owner: 'config' } : null;
    case 'state':
      return inState(name);
    case 'rule':
      if (name === 'not') return { each: 'itself', owner: 'rule' };
      return name === 'and' || name === 'or' ? { each: 'items', owner: 'rule' } : null;
    case 'retrier':
    case 'catcher':
    case 'config':
      return null;
  }
}

function inState(name: string): Below {
  switch (name) {
    case 'branches':
      return { each: 'items', owner: 'scope' };
    case 'itemProcessor':
    case 'iterator':
      return { each: 'itself', owner: 'scope' };
    case 'choices':
      return { each: 'items', owner: 'rule' };
    case 'retry':
      return { each: 'items', owner: 'retrier' };
    case 'catch':
      return { each: 'items', owner: 'catcher' };
    default:
      return null;
  }
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
