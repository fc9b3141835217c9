import type { Json } from '../../protocol/json.ts';
import type { Agent } from '../documents/agent/agent.ts';
import { lowerAgent } from '../documents/agent/lower-agent.ts';
import { isObject } from '../documents/json-access.ts';
import type { ParsedDocument } from '../documents/parse-documents.ts';
import type { DocumentLibrary } from '../documents/references/document-library.ts';
import type { Resolution } from '../documents/references/resolve-reference.ts';
import type { ValidatedDocument } from '../documents/validate.ts';
import { schemaOf } from '../documents/validate.ts';
import { stateMachine } from '../documents/states/state-machine.ts';
import { lowerWorkflow } from '../documents/workflow/lower-workflow.ts';
import { nodeReferences } from '../documents/workflow/node-references.ts';
import { graphOf } from '../graph/graph.ts';
import type { Workflow, WorkflowNode } from '../graph/workflow.ts';
import type { Span } from '../syntax/span.ts';
import { scalarSpan } from '../syntax/scalar-offset.ts';
import { samePath, type YamlPath, type YamlPlaces } from '../syntax/yaml-path.ts';
import { followAlias, type YamlNode } from '../syntax/yaml-tree.ts';
import type { AgentContext, DocumentContext, ResolvedReference, StatesContext, WorkflowContext } from './check.ts';
import { expressionsOf } from './expressions.ts';
import { stateTexts } from './state-texts.ts';

export function documentContext(document: ParsedDocument, tree: YamlNode, places: YamlPlaces, validated: ValidatedDocument | null, library: DocumentLibrary, references: readonly ResolvedReference[]): DocumentContext {
  return {
    document,
    tree,
    json: document.json,
    value: validated?.value ?? {},
    schema: validated === null ? null : schemaOf(validated.schemaName),
    library,
    references,
    valueSpan: (path) => places.valueSpan(path),
    keySpan: (path) => places.keySpan(path),
    textSpan: (path, offset, length) => textSpan(document.text, places, path, offset, length),
  };
}

/** A stretch of the text at a path, through quotes, escapes and folded lines. */
export function textSpan(text: string, places: YamlPlaces, path: YamlPath, offset: number, length: number): Span {
  const place = places.locate(path);
  const node = place === null ? null : followAlias(place.node);
  return node?.kind === 'scalar' ? scalarSpan(text, node, offset, length) : places.valueSpan(path);
}

export function workflowContext(base: DocumentContext): WorkflowContext {
  const { document, value } = base;
  const workflow = lowerWorkflow(value, document.memory);
  const nodes = document.memory.row(placed, 'nodes', workflow.nodes, placed);
  const graph = document.memory.derive(graphOf, [workflow.edges], () => graphOf(workflow));
  return { ...base, workflow, graph, nodeReferences: nodeReferences(value, document.memory), expressions: expressionsOf(base), nodes, agentOf: agentFinder(base, workflow) };
}

function placed(node: WorkflowNode): WorkflowContext['nodes'][number] {
  return { node, path: node.path };
}

/** Each agent is read once, however many nodes refer to it. */
function agentFinder({ references, library, document: { memory } }: DocumentContext, { nodes }: Workflow): (id: string) => Agent | null {
  const indices = memory.derive(agentFinder, [memory.row(placeOf, 'nodes', nodes, placeOf, { sameResult: samePlace })], () => new Map(nodes.map(({ id, path }) => [id, path[1]])));
  const resolutions = memory.derive(openResolution, [references], () => new Map(references.flatMap(({ kind, path, resolution }) => (kind === 'agent' && path[0] === 'nodes' ? [[path[1], resolution] as const] : []))));
  const agents = new Map<Resolution, Agent | null>();
  const documents = new Map<ParsedDocument, Agent | null>();
  return (id) => {
    const resolution = resolutions.get(indices.get(id)) ?? null;
    if (resolution === null) return null;
    const known = resolution.kind === 'document' ? documents.get(resolution.document) : agents.get(resolution);
    if (known !== undefined) return known;
    const agent = openResolution(resolution, library);
    if (resolution.kind === 'document') documents.set(resolution.document, agent);
    else agents.set(resolution, agent);
    return agent;
  };
}

function placeOf({ id, path }: WorkflowNode): Pick<WorkflowNode, 'id' | 'path'> {
  return { id, path };
}

function samePlace(a: Pick<WorkflowNode, 'id' | 'path'>, b: Pick<WorkflowNode, 'id' | 'path'>): boolean {
  return a.id === b.id && samePath(a.path, b.path);
}

function openResolution(resolution: Resolution, library: DocumentLibrary): Agent | null {
  switch (resolution.kind) {
    case 'document': {
      const validated = library.validated(resolution.document);
      return validated === null ? null : lowerAgent(validated.value);
    }
    case 'locked': {
      const content = JSON.parse(resolution.spec.content) as Json;
      return lowerAgent(isObject(content) ? content : {});
    }
    case 'unavailable':
    case 'refused':
      return null;
  }
}

export function agentContext(base: DocumentContext): AgentContext {
  return { ...base, agent: lowerAgent(base.value) };
}

/** From what is written, not from what the schema leaves of it: a state with a wrong field is still led to. */
export function statesContext(base: DocumentContext): StatesContext {
  const machine = stateMachine(base.json, base.document.memory);
  return { ...base, machine, ...stateTexts(machine.states, base.document.memory) };
}
