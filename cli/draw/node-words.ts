import type { Edge, NodeKind, SpecReference, Work, WorkflowNode } from '../../language/index.ts';

/** What a node does, in a few words: `agent research_lite`. */
export function workWords(work: Work): string {
  switch (work.kind) {
    case 'agent':
      return `agent ${shortReference(work.agent)}`;
    case 'task':
      return 'task';
    case 'human':
      return work.assignees.length > 0 ? `person ${work.assignees.join(', ')}` : 'person';
    case 'workflow':
      return `workflow ${shortReference(work.workflow)}`;
    case 'template':
      return `template ${work.template}`;
    case 'none':
      return '';
  }
}

/** How often and in what manner it does it; empty for the ordinary case. */
export function kindWords(kind: NodeKind): string {
  switch (kind.kind) {
    case 'spawn':
      return '';
    case 'loop':
      return `loop ≤ ${kind.maxIters}`;
    case 'classify':
      return `classify ${kind.branches.map(({ label }) => label).join(' | ')}`;
    case 'tournament':
      return `tournament of ${kind.entrants.length}`;
    case 'reduce':
      return `reduce ${kind.reducer}`;
  }
}

/** Only what differs from the ordinary node. */
export function badges(node: WorkflowNode): readonly string[] {
  return [
    node.state === undefined || node.state.type === 'Task' ? '' : node.state.type,
    node.state?.parent == null ? '' : `in ${node.state.parent}`,
    kindWords(node.kind),
    node.role === 'custom' ? '' : node.role,
    node.depPolicy === 'all_success' ? '' : node.depPolicy,
    node.when === null ? '' : `when ${node.when.trim()}`,
    node.trust === 'quarantined' ? 'quarantined' : '',
    node.tokenBudget === null ? '' : `≤ ${node.tokenBudget.toLocaleString('en-US')} tokens`,
  ].filter((badge) => badge !== '');
}

/** Why a run goes along an edge; empty where there is nothing to say. */
export function edgeWords({ transition }: Edge): string {
  switch (transition?.kind) {
    case undefined:
    case 'next':
      return '';
    case 'choice':
      return transition.label;
    case 'default':
      return 'default';
    case 'catch':
      return `catch ${transition.label}`;
    case 'enter':
      return 'inside';
  }
}

/** The telling part of a reference: `configs/agents/research_lite.yaml` is `research_lite`. */
function shortReference({ ref }: SpecReference): string {
  const plain = ref.replace(/@sha256:([0-9a-f]{6})[0-9a-f]*$/, '@$1…');
  const name = plain.slice(plain.lastIndexOf('/') + 1);
  return name.replace(/(\.(agent|workflow))?\.ya?ml$/, '');
}
