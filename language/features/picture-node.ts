import type { Json } from '../../protocol/json.ts';
import type { PictureKind, PictureNode } from '../../protocol/picture.ts';
import { field, listField, objectField, textField } from '../documents/json-access.ts';
import type { SpecReference, StateOfNode, Workflow, WorkflowNode } from '../graph/workflow.ts';
import { withoutProvider, type PictureTarget } from './picture-agents.ts';
import { nodeBadges } from './picture-badges.ts';

const LONGEST = 80;

/** What the nodes of one picture are shown by. */
export interface PictureFacts {
  readonly workflow: Workflow;
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
  readonly targets: ReadonlyMap<string, PictureTarget>;
  /** What an agent that names no model runs on. */
  readonly defaultModel: string;
  /** The isolation that each role brings. */
  readonly isolationOfRole: ReadonlyMap<string, string>;
}

/** A node as it is shown, without its places in the text. */
export function pictureNode(node: WorkflowNode, { workflow, nodes, targets, defaultModel, isolationOfRole }: PictureFacts): Omit<PictureNode, 'range' | 'idRange' | 'problems'> {
  const { state } = node;
  const target = targets.get(node.id) ?? null;
  return {
    id: node.id,
    path: pathOf(node, nodes),
    kind: kindOf(node, workflow),
    does: shortened(state === undefined || state.type === 'Task' ? workWords(node, target) : stateWords(state)),
    model: modelOf(node, target, defaultModel),
    badges: nodeBadges(node, target, isolationOfRole),
    parent: state?.parent ?? null,
    scope: state?.scope ?? 0,
    count: countOf(node),
  };
}

/** The ledger's key, without the visits and item numbers that only a run knows: `states/Fan/branches/1/Sum`. */
function pathOf({ id, state }: WorkflowNode, nodes: ReadonlyMap<string, WorkflowNode>): string {
  if (state === undefined) return `nodes/${encodeURIComponent(id)}`;
  const owner = state.parent === null ? undefined : nodes.get(state.parent);
  const above = owner === undefined ? 'states' : `${pathOf(owner, nodes)}/${owner.state?.type === 'Map' ? 'items' : `branches/${state.scope}`}`;
  return `${above}/${encodeURIComponent(id)}`;
}

/** What a node is drawn as. */
export function kindOf({ kind, work, state }: WorkflowNode, { adapter }: Workflow): PictureKind {
  if (state !== undefined) return state.type === 'Task' && work.kind === 'human' ? 'human' : STATE_KINDS[state.type];
  if (kind.kind !== 'spawn') return kind.kind;
  if (work.kind === 'human' || work.kind === 'workflow' || work.kind === 'template') return work.kind;
  return adapter === 'execution' ? 'execution' : 'spawn';
}

const STATE_KINDS: Readonly<Record<StateOfNode['type'], PictureKind>> = {
  Task: 'task',
  Choice: 'choice',
  Parallel: 'parallel',
  Map: 'map',
  Wait: 'wait',
  Pass: 'pass',
  Succeed: 'succeed',
  Fail: 'fail',
};

function workWords({ kind, work }: WorkflowNode, target: PictureTarget | null): string {
  switch (work.kind) {
    case 'agent':
      return target?.name ?? shortReference(work.agent);
    case 'task':
      return work.task.goal;
    case 'human':
      return formWords(work.form, work.assignees);
    case 'workflow':
      return target?.name ?? shortReference(work.workflow);
    case 'template':
      return work.template;
    case 'none':
      return kind.kind === 'reduce' ? kind.reducer : '';
  }
}

function formWords(form: Json, assignees: readonly string[]): string {
  const fields = Object.keys(objectField(form, 'properties')).length;
  const words = fields === 0 ? '' : `form of ${counted(fields, 'field')}`;
  return [assignees.join(', '), words].filter((part) => part !== '').join(' · ') || 'a person';
}

/** What a state that is no Task does. */
function stateWords({ type, scopes, fields }: StateOfNode): string {
  switch (type) {
    case 'Choice':
      return counted(listField(fields, 'choices').length, 'rule');
    case 'Parallel':
      return counted(scopes.length, 'branch', 'branches');
    case 'Map':
      return `each of ${itemsWords(fields)}`;
    case 'Wait':
      return waitWords(fields);
    case 'Fail':
      return textField(fields, 'error') ?? textField(fields, 'errorPath') ?? '';
    case 'Pass':
    case 'Succeed':
    case 'Task':
      return '';
  }
}

function itemsWords(fields: Json): string {
  const items = field(fields, 'items');
  if (Array.isArray(items)) return counted(items.length, 'item');
  return typeof items === 'string' ? withoutBraces(items) : (textField(fields, 'itemsPath') ?? '$');
}

function waitWords(fields: Json): string {
  const seconds = field(fields, 'seconds');
  if (typeof seconds === 'number') return `${seconds} s`;
  const length = typeof seconds === 'string' ? seconds : textField(fields, 'secondsPath');
  if (length !== null) return `${withoutBraces(length)} s`;
  const until = textField(fields, 'timestamp') ?? textField(fields, 'timestampPath');
  return until === null ? '' : `until ${withoutBraces(until)}`;
}

function withoutBraces(text: string): string {
  return text.replace(/^\s*\{%\s*|\s*%\}\s*$/g, '');
}

/** A hint decides, else what the agent names; an inline task has no agent that could name one. */
function modelOf({ work, modelHint }: WorkflowNode, target: PictureTarget | null, standard: string): string | null {
  if (work.kind !== 'agent' && work.kind !== 'task') return null;
  if (modelHint !== null) return withoutProvider(modelHint);
  return work.kind === 'task' ? withoutProvider(standard) : (target?.model ?? null);
}

/** The most iterations of a loop, entrants of a tournament, branches of a container; null for others. */
export function countOf({ kind, state }: WorkflowNode): number | null {
  if (state !== undefined) return state.type === 'Parallel' ? state.scopes.length : null;
  if (kind.kind === 'loop') return kind.maxIters;
  return kind.kind === 'tournament' ? kind.entrants.length : null;
}

/** The telling part of a reference: `configs/agents/research_lite.yaml` is `research_lite`. */
function shortReference({ ref }: SpecReference): string {
  const plain = ref.replace(/@sha256:([0-9a-f]{6})[0-9a-f]*$/, '@$1…');
  return plain.slice(plain.lastIndexOf('/') + 1).replace(/(\.(agent|workflow))?\.ya?ml$/, '');
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`;
}
