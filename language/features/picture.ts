import type { Picture, PictureEdge } from '../../protocol/picture.ts';
import type { AnalyzedDocument } from '../checks/analyze-documents.ts';
import { shownDiagnostics, type Severities } from '../diagnostic.ts';
import { isObject } from '../documents/json-access.ts';
import { lowerStates } from '../documents/states/lower-states.ts';
import { lowerWorkflow } from '../documents/workflow/lower-workflow.ts';
import { backEdges } from '../graph/back-edges.ts';
import type { Edge, Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { Span } from '../syntax/span.ts';
import { locate, type YamlPath } from '../syntax/yaml-path.ts';
import type { YamlNode } from '../syntax/yaml-tree.ts';
import type { FeatureContext } from './feature-context.ts';
import { targetsOfNodes } from './picture-agents.ts';
import { isolationByRole } from './picture-badges.ts';
import { pictureNode, type PictureFacts } from './picture-node.ts';
import { problemsByNode, problemsOf } from './picture-problems.ts';
import { statePlaces, type NodePlace } from './state-places.ts';
import { textRange } from './text-range.ts';

/**
 * The picture of every workflow and state machine of a file, in its order. Of a document with a syntax error there is
 * the picture it had in `previous`, with its present problems, so that it does not fall apart while somebody types; had
 * it none, a picture of what can be read.
 */
export function pictures(context: FeatureContext, severities: Severities, previous: readonly Picture[] = []): readonly Picture[] {
  const { documents, diagnostics } = context.analysis;
  const shown = shownDiagnostics(diagnostics, severities);
  return documents.flatMap((analyzed, index): readonly Picture[] => {
    const { span } = analyzed.document;
    const own = shown.filter((diagnostic) => diagnostic.span.start >= span.start && (diagnostic.span.start < span.end || index === documents.length - 1));
    const before = analyzed.kind === 'unreadable' ? previous.find(({ document }) => document === index) : undefined;
    if (before !== undefined) return [{ ...before, problems: problemsOf(own) }];
    const workflow = workflowOf(analyzed);
    return workflow === null ? [] : [{ ...drawn(context, analyzed, workflow, own), document: index }];
  });
}

/** Of a document with a syntax error, what is before it and what could be mended. */
function workflowOf(analyzed: AnalyzedDocument): Workflow | null {
  switch (analyzed.kind) {
    case 'workflow':
    case 'states':
      return analyzed.workflow;
    case 'unreadable': {
      const { tree, json, kind } = analyzed.document;
      if (tree === null || !isObject(json)) return null;
      if (kind === 'states') return lowerStates(json);
      return kind === 'workflow' ? lowerWorkflow(json) : null;
    }
    case 'agent':
    case 'model-profile':
      return null;
  }
}

function drawn(context: FeatureContext, analyzed: AnalyzedDocument, workflow: Workflow, diagnostics: ReturnType<typeof shownDiagnostics>): Omit<Picture, 'document'> {
  const { lines } = context.analysis;
  const { tree, kind, span } = analyzed.document;
  const places = placesOf(workflow, tree, kind === 'states', context.text);
  const problems = problemsByNode(places, diagnostics);
  const facts: PictureFacts = {
    workflow,
    nodes: new Map(workflow.nodes.map((node) => [node.id, node])),
    targets: targetsOfNodes(context, analyzed),
    defaultModel: context.workspace.defaultModel,
    isolationOfRole: isolationByRole(),
  };
  return {
    name: workflow.name,
    description: workflow.description,
    family: kind === 'states' ? 'states' : 'workflow',
    adapter: workflow.adapter,
    nodes: workflow.nodes.map((node) => {
      const place = places.get(node.id);
      const range = place === undefined ? null : textRange(lines, place.span);
      const idRange = place === undefined ? null : textRange(lines, place.idSpan);
      return { ...pictureNode(node, facts), range, idRange, problems: problemsOf(problems.get(node.id) ?? []) };
    }),
    edges: edgesOf(workflow),
    startAt: workflow.startAt === undefined || workflow.startAt === '' ? null : workflow.startAt,
    capUsd: workflow.caps.perRunMaxUsd,
    range: textRange(lines, span),
    problems: problemsOf(diagnostics),
  };
}

/** Those that stand nowhere are left out. */
function placesOf({ nodes }: Workflow, tree: YamlNode | null, isStates: boolean, text: string): ReadonlyMap<string, NodePlace> {
  if (tree === null) return new Map();
  const states = isStates ? statePlaces(tree) : null;
  return new Map(nodes.flatMap(({ id, path }) => {
    const place = states === null ? nodePlace(tree, path) : states.get(id);
    return place == null ? [] : [[id, { ...place, span: withoutEnd(text, place.span) }] as const];
  }));
}

function nodePlace(tree: YamlNode, path: YamlPath): NodePlace | null {
  const span = locate(tree, path)?.node.span;
  return span === undefined ? null : { span, idSpan: locate(tree, [...path, 'id'])?.node.span ?? span };
}

/** Blank lines after a node belong to nobody. */
function withoutEnd(text: string, { start, end }: Span): Span {
  let last = end;
  while (last > start && /\s/.test(text[last - 1] ?? '')) last -= 1;
  return { start, end: last };
}

function edgesOf(workflow: Workflow): readonly PictureEdge[] {
  const nodes = new Map(workflow.nodes.map((node) => [node.id, node]));
  // A container is drawn around what is inside it, so that no edge needs to lead there.
  const edges = workflow.edges.filter(({ transition }) => transition?.kind !== 'enter');
  const ids = [...new Set([...startsOf(workflow), ...nodes.keys()])];
  const back = backEdges(ids, edges);
  const labels = branchLabels(workflow.nodes);
  const seen = new Map<string, number>();
  return edges.map((edge) => {
    const words = wordsOf(edge, nodes.get(edge.to), labels);
    const id = [words.kind, edge.from, edge.to, words.label].filter((part) => part !== '').join(' ');
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return { id: count === 1 ? id : `${id} ${count}`, from: edge.from, to: edge.to, ...words, back: back.has(edge) };
  });
}

/** Where the paths of state machines begin; every other graph is walked in the order of its document. */
function startsOf({ startAt, nodes }: Workflow): readonly string[] {
  const known = new Set(nodes.map(({ id }) => id));
  const inner = nodes.flatMap(({ state }) => state?.scopes.map((scope) => scope.startAt) ?? []);
  return [...(startAt === undefined ? [] : [startAt]), ...inner].filter((id) => known.has(id));
}

/** `from`, then `to`, to the label of the branch. */
function branchLabels(nodes: readonly WorkflowNode[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  return new Map(nodes.flatMap(({ id, kind }) => (kind.kind === 'classify' ? [[id, new Map(kind.branches.flatMap((branch) => branch.nodes.map((node) => [node, branch.label] as const)))] as const] : [])));
}

function wordsOf({ from, to, transition }: Edge, target: WorkflowNode | undefined, labels: ReturnType<typeof branchLabels>): Pick<PictureEdge, 'kind' | 'label'> {
  switch (transition?.kind) {
    case 'choice':
    case 'catch':
      return { kind: transition.kind, label: transition.label };
    case 'default':
      return { kind: 'default', label: 'default' };
    case 'next':
    case 'enter':
      return { kind: 'next', label: '' };
    case undefined: {
      const label = labels.get(from)?.get(to);
      if (label !== undefined) return { kind: 'branch', label };
      return { kind: target?.depPolicy === 'optional' ? 'optional' : 'dependency', label: '' };
    }
  }
}
