import type { Edge, Workflow } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import { edgeWords, workWords } from './node-words.ts';
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
      ...(node.state === undefined ? {} : { type: node.state.type, parent: node.state.parent, ends: node.state.ends }),
    })),
    edges: [...forward.map((edge) => edgeJson(edge, false)), ...backward.map((edge) => edgeJson(edge, true))],
  };
}

function edgeJson(edge: Edge, cycle: boolean): Json {
  const { from, to, transition } = edge;
  return { from, to, cycle, ...(transition === undefined ? {} : { kind: transition.kind, label: edgeWords(edge) }) };
}
