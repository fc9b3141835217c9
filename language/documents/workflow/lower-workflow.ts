import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { AdapterKind, CostCaps, Edge, InputDeclaration, Workflow } from '../../graph/workflow.ts';
import type { Span } from '../../syntax/span.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { AnalysisMemory } from '../analysis-memory.ts';
import { fillDefaults } from '../defaults.ts';
import { FieldReader } from '../field-reader.ts';
import type { AdapterForm, CostCaps as CostCapsDocument, NodesForm } from '../generated/workflow-document.ts';
import { field, isObject, listField, textField, withoutFields } from '../json-access.ts';
import { schemaOf } from '../validate.ts';
import { lowerNode } from './lower-node.ts';
import { normaliseKinds } from './normalise-kind.ts';

/** Where a path of the document stands; null for content that came from no file. Asked only when somebody wants to know. */
export type SpanOf = (path: YamlPath) => Span | null;

export const noSpans: SpanOf = () => null;

/**
 * The workflow of a validated document, or of the canonical content of a locked version. Tolerates what is missing, so
 * that a document with mistakes still draws; of two nodes with one id the first counts, and edges that lead nowhere or
 * to their own node are left out (the checks name them).
 */
export function lowerWorkflow(document: JsonObject, spanOf: SpanOf, memory = new AnalysisMemory()): Workflow {
  return field(document, 'adapter') === undefined ? lowerNodesForm(document, spanOf, memory) : lowerAdapterForm(document);
}

function lowerNodesForm(document: JsonObject, spanOf: SpanOf, memory: AnalysisMemory): Workflow {
  const filled = fillDefaults(schemaOf('nodes-form'), normaliseKinds(document, memory), memory);
  const value: JsonObject = isObject(filled) ? filled : {};
  const reader = new FieldReader<NodesForm>(value);
  const placed = firstOfEachId(reader.list('nodes'));
  const edges = collectEdges(value, placed, spanOf);
  const incoming = Map.groupBy(edges, (edge) => edge.to);
  return {
    name: reader.text('name'),
    description: reader.text('description'),
    adapter: reader.choice('adapter_kind', 'graph'),
    inputs: lowerInputs(reader.object('inputs')),
    nodes: placed.map(({ node, index }) => lowerNode(node, index, incoming.get(textField(node, 'id') ?? '') ?? [], spanOf)),
    edges,
    outputs: reader.has('outputs') ? reader.object('outputs') : null,
    caps: lowerCaps(reader.object('cost_caps')),
    maxConcurrency: reader.number('max_concurrency'),
    haltCheckSeconds: reader.number('halt_check_seconds'),
  };
}

const adapterKinds: Readonly<Record<NonNullable<AdapterForm['adapter']>, AdapterKind>> = {
  LangGraphAdapter: 'graph',
  CrewProcessAdapter: 'crew',
  DialecticalDebateAdapter: 'debate',
  EvolutionaryDebateAdapter: 'debate',
  SignalFusionAdapter: 'fusion',
  WeightCentricExecutionAdapter: 'execution',
  AutomationScheduleAdapter: 'schedule',
};

/** It draws as an empty graph until its adapters are built. */
function lowerAdapterForm(document: JsonObject): Workflow {
  const filled = fillDefaults(schemaOf('adapter-form'), document);
  const reader = new FieldReader<AdapterForm>(isObject(filled) ? filled : {});
  const guardrails = reader.object('guardrails');
  const budget = field(guardrails, 'cost_budget_usd');
  return {
    name: reader.text('name'),
    description: reader.text('description'),
    adapter: adapterKinds[reader.choice('adapter', 'LangGraphAdapter')],
    inputs: {},
    nodes: [],
    edges: [],
    outputs: null,
    caps: { perNodeMaxTokens: null, perRunMaxTokens: null, perRunMaxUsd: typeof budget === 'number' ? budget : null },
    maxConcurrency: 16,
    haltCheckSeconds: 1,
  };
}

export interface PlacedNode {
  readonly node: JsonObject;
  readonly index: number;
}

function firstOfEachId(nodes: readonly Json[]): readonly PlacedNode[] {
  const seen = new Set<string>();
  return nodes.flatMap((node, index) => {
    const id = textField(node, 'id');
    if (id === null || !isObject(node) || seen.has(id)) return [];
    seen.add(id);
    return [{ node, index }];
  });
}

/** Every `depends_on` in node order, then every edge; each pair once. */
function collectEdges(value: JsonObject, placed: readonly PlacedNode[], spanOf: SpanOf): readonly Edge[] {
  const ids = new Set(placed.map(({ node }) => textField(node, 'id') ?? ''));
  const edges = new Map<string, Edge>();
  const add = (from: string | null, to: string | null, path: YamlPath): void => {
    if (from === null || to === null || from === to || !ids.has(from) || !ids.has(to)) return;
    const key = `${from}\n${to}`;
    if (!edges.has(key)) edges.set(key, { from, to, get span() { return spanOf(path); } });
  };
  for (const { node, index } of placed) {
    listField(node, 'depends_on').forEach((from, i) => {
      add(typeof from === 'string' ? from : null, textField(node, 'id'), ['nodes', index, 'depends_on', i]);
    });
  }
  listField(value, 'edges').forEach((edge, i) => { add(textField(edge, 'from'), textField(edge, 'to'), ['edges', i]); });
  return [...edges.values()];
}

function lowerInputs(inputs: JsonObject): Readonly<Record<string, InputDeclaration>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, declaration]) => [name, lowerInput(declaration)]));
}

function lowerInput(declaration: Json): InputDeclaration {
  const object = isObject(declaration) ? declaration : {};
  const standard = field(object, 'default');
  return {
    schema: withoutFields(object, 'required'),
    required: field(object, 'required') === true,
    ...(standard === undefined ? {} : { default: standard }),
    description: textField(object, 'description') ?? '',
  };
}

function lowerCaps(caps: JsonObject): CostCaps {
  const reader = new FieldReader<CostCapsDocument>(caps);
  return {
    perNodeMaxTokens: reader.numberOrNull('per_node_max_tokens'),
    perRunMaxTokens: reader.numberOrNull('per_run_max_tokens'),
    perRunMaxUsd: reader.numberOrNull('per_run_max_usd'),
  };
}

/** The indices, in the document, of the nodes that `lowerWorkflow` keeps. */
export function nodeIndices(document: JsonObject): ReadonlyMap<string, number> {
  return new Map(firstOfEachId(listField(document, 'nodes')).map(({ node, index }) => [textField(node, 'id') ?? '', index]));
}
