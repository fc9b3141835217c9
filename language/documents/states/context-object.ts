import { missingAt, anything, objectShape, type Shape } from './data-shape.ts';
import type { JsonPath, PathSegment } from '../../expressions/path-parts.ts';
import type { PlacedState } from './state-machine.ts';

const fieldsOf = (...names: readonly string[]): Shape => objectShape(names.map((name) => [name, anything]));

const everywhere: readonly (readonly [string, Shape])[] = [
  ['Execution', fieldsOf('Id', 'Input', 'Name', 'StartTime')],
  ['State', fieldsOf('EnteredTime', 'Name', 'RetryCount')],
  ['StateMachine', fieldsOf('Id', 'Name')],
];
const ofItems: readonly [string, Shape] = ['Map', objectShape([['Item', fieldsOf('Index', 'Value')]])];
const ofTasks: readonly [string, Shape] = ['Task', fieldsOf('Token')];

/** What other engines of Amazon States Language add, some of them only now and then: not proposed, and not doubted. */
const elsewhere: ReadonlySet<string> = new Set(['Execution.RoleArn', 'Execution.RedriveCount', 'Execution.RedriveTime', 'Map.Item.Key', 'Map.Item.Source']);

type PlaceOfState = Pick<PlacedState, 'type' | 'home'>;

/** The context object (`$$`, `$states.context`) as a state can count on it; what a Map adds is there for its items only. */
export function contextObject(state: PlaceOfState): Shape {
  return objectShape([...everywhere, ...(isInMap(state) ? [ofItems] : [])]);
}

/** The first field of a path into the context object that it does not have in a state, and those there are in its place. */
export function missingInContext(state: PlaceOfState, { root, segments }: JsonPath): MissingField | null {
  if (root.kind !== 'context') return null;
  const missing = missingAt(possibleContext(state), { root: { kind: 'input' }, segments });
  if (missing === null || missing.shape.open) return null;
  const names = segments.slice(0, missing.depth + 1).flatMap((segment) => (segment.kind === 'field' ? [segment.name] : []));
  // Outside of tasks it is there, and empty.
  if (elsewhere.has(names.join('.')) || (names[0] === 'Task' && segments.length === 1)) return null;
  return { segment: missing.segment, within: names.slice(0, -1), known: [...missing.shape.fields.keys()] };
}

export interface MissingField {
  readonly segment: PathSegment & { readonly kind: 'field' };
  /** The fields that lead to where it was looked for. */
  readonly within: readonly string[];
  readonly known: readonly string[];
}

/** Everything that may be there: a state whose type is not known yet may become any. */
function possibleContext(state: PlaceOfState): Shape {
  const undecided = state.type === null;
  return objectShape([...everywhere, ...(undecided || isInMap(state) ? [ofItems] : []), ...(undecided || state.type === 'Task' ? [ofTasks] : [])]);
}

/** Whether it runs once per item, or says what each item is given. */
function isInMap(state: PlaceOfState): boolean {
  for (let at: PlaceOfState | null = state; at !== null; at = at.home?.owner ?? null) if (at.type === 'Map') return true;
  return false;
}
