import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { NodeKind, SpecReference, Task, Work, WorkflowNode } from '../../graph/workflow.ts';
import { FieldReader } from '../field-reader.ts';
import type { HumanDocument, NodeDocument, Reducer, TaskDocument } from '../generated/workflow-document.ts';
import { field, isObject, listField, textField } from '../json-access.ts';

/** One node of a document whose defaults are filled in. */
export function lowerNode(node: JsonObject, index: number, dependencies: readonly string[]): WorkflowNode {
  const reader = new FieldReader<NodeDocument>(node);
  const schema = reader.value('output_schema');
  return {
    id: reader.text('id'),
    kind: lowerKind(reader.value('kind')),
    work: lowerWork(reader),
    inputs: reader.object('inputs'),
    dependencies,
    depPolicy: reader.choice('dep_policy', 'all_success'),
    when: lowerWhen(reader.value('when')),
    role: reader.choice('role', 'custom'),
    isolation: reader.choice('isolation', 'shared'),
    contextInheritance: reader.choice('context_inheritance', 'none'),
    modelHint: reader.textOrNull('model_hint'),
    trust: reader.choice('trust', 'trusted'),
    // A path is read when the workflow is locked; until then there is no schema to hold an answer against.
    outputSchema: isObject(schema) ? schema : null,
    tokenBudget: reader.numberOrNull('token_budget'),
    path: ['nodes', index],
  };
}

/** The expression without its braces. */
function lowerWhen(when: Json): string | null {
  if (typeof when === 'boolean') return String(when);
  if (typeof when !== 'string') return null;
  const trimmed = when.trim();
  return trimmed.startsWith('{%') && trimmed.endsWith('%}') ? trimmed.slice(2, -2).trim() : trimmed;
}

function lowerKind(kind: Json): NodeKind {
  if (!isObject(kind)) return { kind: 'spawn' };
  const [name] = Object.keys(kind);
  const settings = field(kind, name ?? '');
  switch (name) {
    case 'loop': {
      const maxIters = field(settings, 'max_iters');
      return { kind: 'loop', maxIters: typeof maxIters === 'number' ? maxIters : 1 };
    }
    case 'classify':
      return { kind: 'classify', branches: listField(settings, 'branches').map((branch) => ({ label: textField(branch, 'label') ?? '', nodes: texts(listField(branch, 'nodes')) })) };
    case 'tournament':
      return { kind: 'tournament', entrants: listField(settings, 'entrants').filter(isObject).map(lowerTask) };
    case 'reduce':
      return { kind: 'reduce', reducer: (textField(settings, 'reducer') ?? 'concat') as Reducer };
    default:
      return { kind: 'spawn' };
  }
}

function lowerWork(reader: FieldReader<NodeDocument>): Work {
  const task = reader.has('task') ? lowerTask(reader.object('task')) : null;
  if (reader.has('agent_spec')) return { kind: 'agent', agent: lowerReference(reader.value('agent_spec')), task };
  if (reader.has('human')) return lowerHuman(reader.object('human'), task);
  if (reader.has('workflow')) return { kind: 'workflow', workflow: lowerReference(reader.value('workflow')) };
  if (reader.has('template')) return { kind: 'template', template: reader.text('template') };
  if (task !== null) return { kind: 'task', agent: taskReference(reader), task };
  return { kind: 'none' };
}

/** In canonical content `task_agent` names the agent that was synthesized; in a file there is none to name yet. */
function taskReference(reader: FieldReader<NodeDocument>): SpecReference {
  return lowerReference(field(reader.json, 'task_agent') ?? `task:${reader.text('id')}`);
}

/** As written, or `{ref, spec_hash}` as in canonical content. */
function lowerReference(reference: Json): SpecReference {
  if (typeof reference === 'string') return { ref: reference, specHash: null };
  return { ref: textField(reference, 'ref') ?? '', specHash: textField(reference, 'spec_hash') };
}

function lowerHuman(human: JsonObject, task: Task | null): Work {
  const reader = new FieldReader<HumanDocument>(human);
  return { kind: 'human', form: reader.object('form'), assignees: reader.texts('assignees'), timeoutSeconds: reader.numberOrNull('timeoutSeconds'), task };
}

function lowerTask(task: JsonObject): Task {
  const reader = new FieldReader<TaskDocument>(task);
  return { goal: reader.text('goal'), criteria: reader.texts('criteria'), metadata: reader.value('metadata') };
}

function texts(values: readonly Json[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}
