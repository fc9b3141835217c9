import type { Json } from '../../protocol/json.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { field, isObject, objectField, textField } from '../documents/json-access.ts';
import type { SchemaCursor } from '../documents/schema-walk.ts';
import { contextObject } from '../documents/states/context-object.ts';
import { dataFlow, type StateData } from '../documents/states/data-flow.ts';
import { anything, makeShape, type Shape } from '../documents/states/data-shape.ts';
import { ShapeFields } from '../documents/states/shape-fields.ts';
import { seenIn } from '../documents/states/seen-data.ts';
import { stateMachine, type PlacedState } from '../documents/states/state-machine.ts';
import { visibleVariables } from '../documents/states/variables.ts';
import type { YamlPath } from '../syntax/yaml-path.ts';
import { candidateSchemas } from './document-schema.ts';
import { valueAt } from '../documents/value-at.ts';

/** A state of a document with what can be read in it. */
export interface StateScopeAt {
  readonly state: PlacedState;
  /** The path inside the state. */
  readonly below: YamlPath;
  /** What `$` stands for at that path. */
  readonly seen: Shape;
  /** What the states before hand over. */
  readonly input: Shape;
  /** What its agent or person answers. */
  readonly answer: Shape;
  readonly context: Shape;
  /** Names, without their `$`. */
  readonly variables: readonly string[];
}

/** The innermost state a path lies in; null outside of states. */
export function stateScopeAt(analyzed: AnalyzedDocument, path: YamlPath): StateScopeAt | null {
  const machine = stateMachine(analyzed.document.json, analyzed.document.memory);
  const state = machine.states.findLast((candidate) => isBelow(path, candidate.path));
  if (state === undefined) return null;
  const below = path.slice(state.path.length);
  const answerOf = answersOf(analyzed);
  const data = dataFlow(machine, answerOf).get(state) ?? unknownData;
  const answer = answerOf(state);
  return {
    state,
    below,
    seen: seenAt(below, data, state.type === 'Task' ? answer : null),
    input: data.input,
    answer,
    context: contextObject(state),
    get variables() {
      return [...(visibleVariables(machine).get(state) ?? [])].sort();
    },
  };
}

const unknownData: StateData = { input: anything, seen: anything, result: anything };

function isBelow(path: YamlPath, owner: YamlPath): boolean {
  return owner.length < path.length && owner.every((segment, i) => segment === path[i]);
}

function seenAt(below: YamlPath, data: StateData, answer: Shape | null): Shape {
  switch (below[0]) {
    case 'resultPath':
      return data.input;
    case 'resultSelector':
      return answer ?? anything;
    case 'assign':
      return answer ?? data.seen;
    case 'catch':
      return below[2] === 'assign' ? errorOutput : data.input;
    default:
      return seenIn(below, data) ?? data.seen;
  }
}

/** What a catcher is given. */
export const errorOutput: Shape = makeShape(new ShapeFields(['Error', 'Cause'], [anything, anything]), false);

/** By the output schema of the agent, or the form a person fills in. */
function answersOf({ references, document }: AnalyzedDocument): (state: PlacedState) => Shape {
  const agents = new Map(references.flatMap(({ path, resolution }) => (resolution?.kind === 'document' && path.at(-1) === 'agent' ? [[String(path.at(-2)), resolution.document.json] as const] : [])));
  return ({ name, json, type }) => {
    if (type !== 'Task' || document.kind !== 'states') return anything;
    const agent = agents.get(name) ?? null;
    return schemaShape(field(agent, 'output_schema') ?? field(objectField(agent, 'guardrails'), 'output_schema') ?? field(objectField(json, 'human'), 'form') ?? null);
  };
}

/** An answer may always hold more than its schema names. */
function schemaShape(schema: Json, depth = 0): Shape {
  const properties = objectField(schema, 'properties');
  if (!isObject(schema) || depth > 4) return anything;
  return makeShape(ShapeFields.of(Object.entries(properties).map(([name, property]) => [name, schemaShape(property, depth + 1)] as const)), true);
}

/** How a field of a state is read: as a path, as a path or a call, as a place to write to, as text with expressions. */
export type StateReading = 'path' | 'value' | 'reference' | 'jsonata';

/** How the field at a path is read; null outside of states, and where it is not read at all. */
export function readingOf(root: SchemaCursor, json: Json, path: YamlPath): StateReading | null {
  const { length: start, language } = innermostState(json, path);
  const jsonata = language === 'JSONata';
  // The outermost field that is a template decides; within one, the last key of a JSONPath state.
  for (let length = start + 1; start > 0 && length <= path.length; length += 1) {
    for (const { schema } of candidateSchemas(root, json, path.slice(0, length))) {
      const template = textField(schema, 'x-dagbook-template');
      if (template !== null) return jsonata ? (template === 'json-path' ? null : 'jsonata') : template !== 'jsonata' && String(path.at(-1)).endsWith('.$') ? 'value' : null;
      const kind = textField(schema, 'x-dagbook-path');
      if (length === path.length && kind !== null) return jsonata ? null : kind === 'value' || kind === 'reference' ? kind : 'path';
    }
  }
  return null;
}

/** How much of a path leads to the state it lies in (0 = to none), and the query language there. */
function innermostState(json: Json, path: YamlPath): { readonly length: number; readonly language: string } {
  let length = 0;
  let language = textField(objectField(json, 'spec'), 'queryLanguage') ?? 'JSONPath';
  for (let at = 1; path[0] === 'spec' && path[at] === 'states' && typeof path[at + 1] === 'string'; ) {
    length = at + 2;
    language = textField(valueAt(json, path.slice(0, length)), 'queryLanguage') ?? language;
    at = length + (path[length] === 'branches' ? 2 : 1);
  }
  return { length, language };
}
