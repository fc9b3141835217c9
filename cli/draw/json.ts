import type { Workflow } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import { workWords } from './node-words.ts';
import { topologyOf } from './topology.ts';

/** The `Graph` result: the nodes by layer, and every edge that joins two of them. */
export function graphJson(workflow: Workflow): Json {
  const { order, forward, backward } = topologyOf(workflow);
  return {
    name: workflow.name,
    adapter: workflow.adapter,
    nodes: order.map(({ node, layer }) => ({
      id: node.id,
      layer,
      kind: node.kind.kind,
      work: node.work.kind,
      does: workWords(node.work),
      dependencies: node.dependencies,
      dep_policy: node.depPolicy,
      role: node.role,
      when: node.when,
    })),
    edges: [...forward.map(({ from, to }) => ({ from, to, cycle: false })), ...backward.map(({ from, to }) => ({ from, to, cycle: true }))],
  };
}
