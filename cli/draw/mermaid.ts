import type { Edge, Workflow, WorkflowNode } from '../../language/index.ts';
import { asLine } from '../display-text.ts';
import { edgeWords, kindWords, workWords } from './node-words.ts';
import { topologyOf } from './topology.ts';

/** Mermaid's flowchart language. Ids are numbered: an id such as `end` is a word of its own there. */
export function drawMermaid(workflow: Workflow): string {
  const { order, forward, backward } = topologyOf(workflow);
  const names = new Map(order.map(({ node }, index) => [node.id, `n${index + 1}`]));
  const lines = ['---', `title: ${JSON.stringify(asLine(workflow.name))}`, '---', 'flowchart TD'];
  for (const { node } of order) lines.push(`  ${names.get(node.id) ?? ''}${shape(node)}`);
  for (const edge of forward) lines.push(`  ${names.get(edge.from) ?? ''} -->${labelOf(edge)} ${names.get(edge.to) ?? ''}`);
  for (const edge of backward) {
    const arrow = workflow.adapter === 'states' ? `-->${labelOf(edge)}` : '-. cycle .->';
    lines.push(`  ${names.get(edge.from) ?? ''} ${arrow} ${names.get(edge.to) ?? ''}`);
  }
  return lines.join('\n') + '\n';
}

function labelOf(edge: Edge): string {
  const words = edgeWords(edge);
  return words === '' ? '' : `|"${escaped(words)}"|`;
}

function shape(node: WorkflowNode): string {
  const type = node.state === undefined || node.state.type === 'Task' ? '' : node.state.type;
  const label = `"${[node.id, type, workWords(node.work), kindWords(node.kind)].filter((part) => part !== '').map(escaped).join('<br/>')}"`;
  if (node.work.kind === 'human') return `[/${label}/]`;
  if (type === 'Choice') return `{${label}}`;
  switch (node.kind.kind) {
    case 'spawn':
      return `[${label}]`;
    case 'loop':
      return `([${label}])`;
    case 'classify':
      return `{{${label}}}`;
    case 'tournament':
      return `[[${label}]]`;
    case 'reduce':
      return `[(${label})]`;
  }
}

/** Mermaid reads `#…;` as an entity and the rest as Markdown. */
function escaped(text: string): string {
  return asLine(text).replace(/[&"#<>`*_[\]{}|\\]/g, (character) => `#${character.charCodeAt(0)};`);
}
