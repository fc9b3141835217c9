import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { CostCaps, Edge, EdgeTransition, SpecReference, StateOfNode, StateScope, Work, Workflow, WorkflowNode } from '../../graph/workflow.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { FieldReader } from '../field-reader.ts';
import type { HumanTask, StatesCostCaps, StatesMetadata } from '../generated/states-document.ts';
import { field, objectField, textField, withoutFields } from '../json-access.ts';
import { catcherWords, ruleWords } from './rule-words.ts';
import { endsScope, scopeOf, stateMachine, type PlacedState, type Scope, type StateMachine, type Transition } from './state-machine.ts';

/**
 * The workflow of a states document, or of the canonical content of a locked version. Tolerates what is missing: of two
 * states with one name the first counts, and transitions that lead nowhere are left out (the checks name them).
 */
export function lowerStates(document: JsonObject): Workflow {
  return lowerStateMachine(stateMachine(document), document);
}

export function lowerStateMachine(machine: StateMachine, document: JsonObject): Workflow {
  const metadata = new FieldReader<StatesMetadata>(objectField(document, 'metadata'));
  const spec = objectField(document, 'spec');
  const states = firstOfEachName(machine.states);
  const known = new Set(states);
  const edges = states.flatMap((state) => edgesOf(state, scopeOf(machine, state), known));
  const incoming = Map.groupBy(edges, (edge) => edge.to);
  return {
    name: metadata.text('name'),
    description: metadata.text('description'),
    adapter: 'states',
    inputs: {},
    nodes: states.map((state) => lowerState(state, incoming.get(state.name) ?? [])),
    edges,
    outputs: null,
    caps: lowerCaps(objectField(spec, 'costCaps')),
    maxConcurrency: 16,
    haltCheckSeconds: 1,
    startAt: machine.root.startAt ?? '',
  };
}

function firstOfEachName(states: readonly PlacedState[]): readonly PlacedState[] {
  const named = new Map<string, PlacedState>();
  for (const state of states) if (!named.has(state.name)) named.set(state.name, state);
  return [...named.values()];
}

/** Each pair of states once, for the first reason; transitions of a Choice that share a target stay apart. */
function edgesOf(state: PlacedState, { states }: Scope, known: ReadonlySet<PlacedState>): readonly Edge[] {
  const edges: Edge[] = [];
  const add = (target: PlacedState | undefined, path: YamlPath, transition: EdgeTransition): void => {
    if (target !== undefined && known.has(target)) edges.push({ from: state.name, to: target.name, path, transition });
  };
  for (const transition of state.transitions) add(states.get(transition.target), transition.path, lowerTransition(transition));
  state.inner.forEach((scope, i) => { add(scope.states.get(scope.startAt ?? ''), [...scope.path, 'startAt'], { kind: 'enter', scope: i }); });
  return edges;
}

function lowerTransition({ kind, owner, path }: Transition): EdgeTransition {
  const index = Number(path.at(-2));
  switch (kind) {
    case 'next':
    case 'default':
      return { kind };
    case 'choice':
      return { kind, rule: index, label: ruleWords(owner) };
    case 'catch':
      return { kind, catcher: index, label: catcherWords(owner) };
  }
}

function lowerState(state: PlacedState, incoming: readonly Edge[]): WorkflowNode {
  const { name, path, json } = state;
  return {
    id: name,
    kind: { kind: 'spawn' },
    work: lowerWork(json),
    inputs: {},
    dependencies: [...new Set(incoming.map((edge) => edge.from))],
    // A state begins when one transition leads to it, whatever became of the others.
    depPolicy: 'all_success',
    when: null,
    role: 'custom',
    isolation: 'shared',
    contextInheritance: 'none',
    modelHint: null,
    trust: 'trusted',
    outputSchema: null,
    tokenBudget: null,
    path,
    state: stateOf(state),
  };
}

function stateOf(state: PlacedState): StateOfNode {
  const { home, json } = state;
  const owner = home?.owner ?? null;
  return {
    // A state whose type is wrong draws as one that does nothing.
    type: state.type ?? 'Pass',
    queryLanguage: state.queryLanguage,
    parent: owner?.name ?? null,
    scope: owner === null || home === null ? 0 : owner.inner.indexOf(home),
    scopes: state.inner.map(lowerScope),
    ends: endsScope(state),
    fields: withoutFields(json, 'branches', 'itemProcessor', 'iterator'),
  };
}

function lowerScope({ startAt, states }: Scope): StateScope {
  return { startAt: startAt ?? '', states: states.list.map(({ name }) => name) };
}

function lowerWork(json: JsonObject): Work {
  if (textField(json, 'type') !== 'Task') return { kind: 'none' };
  const agent = field(json, 'agent');
  if (agent !== undefined) return { kind: 'agent', agent: lowerReference(agent), task: null };
  if (field(json, 'human') === undefined) return { kind: 'none' };
  const human = new FieldReader<HumanTask>(objectField(json, 'human'));
  return { kind: 'human', form: human.object('form'), assignees: human.texts('assignees'), timeoutSeconds: human.numberOrNull('timeoutSeconds'), task: null };
}

/** As written, or `{ref, spec_hash}` as in canonical content. */
function lowerReference(reference: Json): SpecReference {
  if (typeof reference === 'string') return { ref: reference, specHash: null };
  return { ref: textField(reference, 'ref') ?? '', specHash: textField(reference, 'spec_hash') };
}

function lowerCaps(caps: JsonObject): CostCaps {
  const reader = new FieldReader<StatesCostCaps>(caps);
  return {
    perNodeMaxTokens: reader.numberOrNull('perNodeMaxTokens'),
    perRunMaxTokens: reader.numberOrNull('perRunMaxTokens'),
    perRunMaxUsd: reader.numberOrNull('perRunMaxUsd'),
  };
}
