import { anything, makeShape, objectShape, type Shape } from './data-shape.ts';

const fieldsOf = (...names: readonly string[]): Shape => objectShape(names.map((name) => [name, anything]));

const everywhere: readonly (readonly [string, Shape])[] = [
  ['Execution', makeShape(fieldsOf('Id', 'Input', 'Name', 'StartTime').fields, true)],
  ['State', fieldsOf('EnteredTime', 'Name', 'RetryCount')],
  ['StateMachine', fieldsOf('Id', 'Name')],
];

/** The context object (`$$`, `$states.context`); what a Map adds is there for its items only. */
export function contextObject(inMap: boolean): Shape {
  return objectShape([...everywhere, ...(inMap ? [['Map', objectShape([['Item', fieldsOf('Index', 'Value')]])] as const] : [])]);
}
