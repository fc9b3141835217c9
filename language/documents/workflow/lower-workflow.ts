import type { Json, JsonObject } from '../../../protocol/json.ts';
import type { AdapterKind, CostCaps, Edge, InputDeclaration, Workflow, WorkflowNode } from '../../graph/workflow.ts';
import type { YamlPath } from '../../syntax/yaml-path.ts';
import { DocumentMemory } from '../document-memory.ts';
import { fillDefaults } from '../defaults.ts';
import { FieldReader } from '../field-reader.ts';
import type { AdapterForm, CostCaps as CostCapsDocument, NodesForm } from '../generated/workflow-document.ts';
import { field, isObject, jsonEqual, listField, textField, withoutFields } from '../json-access.ts';
import { schemaOf } from '../validate.ts';
import { lowerNode } from './lower-node.ts';
import { normaliseKinds } from './normalise-kind.ts';

/**
 * The workflow of a validated document, or of the canonical content of a locked version. Tolerates what is missing, so
 * that a document with mistakes still draws; of two nodes with one id the first counts, and edges that lead nowhere or
 * to their own node are left out (the checks name them).
 */
export function lowerWorkflow(document: JsonObject, memory = new DocumentMemory()): Workflow {
  return field(document, 'adapter') === undefined ? lowerNodesForm(document, memory) : lowerAdapterForm(document);
}

function lowerNodesForm(document: JsonObject, memory: DocumentMemory): Workflow {
  const filled = fillDefaults(schemaOf('nodes-form'), normaliseKinds(document, memory), memory);
  const value: JsonObject = isObject(filled) ? filled : {};
  const reader = new FieldReader<NodesForm>(value);
  const written = reader.list('nodes');
  // As long as ids and dependencies stay, so do the edges, and every node but the one that is edited.
  const wiring = memory.row(wiringOf, 'nodes', written, wiringOf, { sameResult: sameWiring });
  const { indices, edges, incoming } = memory.derive(connect, [wiring, field(document, 'edges')], () => connect(wiring, listField(document, 'edges')));
  const lower = (node: Json, index: number): WorkflowNode | null => {
    const id = textField(node, 'id');
    return id === null || !isObject(node) || indices.get(id) !== index ? null : lowerNode(node, index, incoming.get(id) ?? []);
  };
  return {
    name: reader.text('name'),
    description: reader.text('description'),
    adapter: reader.choice('adapter_kind', 'graph'),
    inputs: lowerInputs(reader.object('inputs')),
    nodes: memory.row(lowerNode, 'nodes', written, lower, { basis: incoming, byIndex: true }).filter((node) => node !== null),
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

/** What the other nodes see of a node. */
interface Wiring {
  readonly id: string | null;
  readonly dependsOn: readonly Json[];
}

function wiringOf(node: Json): Wiring {
  return { id: textField(node, 'id'), dependsOn: listField(node, 'depends_on') };
}

function sameWiring(a: Wiring, b: Wiring): boolean {
  return a.id === b.id && jsonEqual(a.dependsOn, b.dependsOn);
}

interface Connections {
  /** Of the first node of each id. */
  readonly indices: ReadonlyMap<string, number>;
  /** Every `depends_on` in node order, then every edge; each pair once. */
  readonly edges: readonly Edge[];
  /** By id what it depends on. */
  readonly incoming: ReadonlyMap<string, readonly string[]>;
}

function connect(wiring: readonly Wiring[], written: readonly Json[]): Connections {
  const indices = new Map<string, number>();
  wiring.forEach(({ id }, i) => {
    if (id !== null && !indices.has(id)) indices.set(id, i);
  });
  const edges: Edge[] = [];
  const incoming = new Map<string, string[]>();
  const known = new Map<string, Set<string>>();
  const add = (from: Json | undefined, to: Json | undefined, path: YamlPath): void => {
    if (typeof from !== 'string' || typeof to !== 'string' || from === to || !indices.has(from) || !indices.has(to)) return;
    const before = known.get(to) ?? new Set();
    if (before.has(from)) return;
    known.set(to, before.add(from));
    edges.push({ from, to, path });
    const into = incoming.get(to);
    if (into === undefined) incoming.set(to, [from]);
    else into.push(from);
  };
  for (const [id, index] of indices) {
    wiring[index]?.dependsOn.forEach((from, i) => { add(from, id, ['nodes', index, 'depends_on', i]); });
  }
  written.forEach((edge, i) => { add(field(edge, 'from'), field(edge, 'to'), ['edges', i]); });
  return { indices, edges, incoming };
}

function lowerInputs(inputs: JsonObject): Readonly<Record<string, InputDeclaration>> {
  return Object.fromEntries(Object.entries(inputs).map(([name, declaration]) => [name, lowerInput(declaration)]));
}

function lowerInput(declaration: Json): InputDeclaration {
  const object = isObject(declaration) ? declaration : {};
  const standard = field(object, 'default');
  return {
    schema: inputSchema(object),
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

/** The JSON Schema of a declared input. `required: true` beside it is ours, a list of names JSON Schema's. */
export function inputSchema(declaration: JsonObject): JsonObject {
  return typeof declaration['required'] === 'boolean' ? withoutFields(declaration, 'required') : declaration;
}
