import { ancestors, fanOut, graphOf, longestRemainingPaths, sinks } from '../../language/index.ts';
import type { ExpressionScope, Graph, Workflow, WorkflowNode } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import type { NodeResult } from '../agents/node-result.ts';
import type { Adapter, RunContext } from '../durable/context.ts';
import { RunFailure } from '../durable/context.ts';
import { absorbs, meets } from './dependency-policy.ts';
import { nodePath, runNode, skipNode } from './run-node.ts';
import type { Upstream } from './run-node.ts';
import { createRunQueue } from './run-queue.ts';
import { createTemplates } from './templates.ts';
import type { Templates } from './templates.ts';

/** Walks a DAG: a node starts as soon as its own dependencies are met, up to `max_concurrency` at once. */
export const graphAdapter: Adapter = {
  name: 'graph',
  // 2: a retry's wait is drawn at random, which an older record does not ask for.
  revision: '2',
  walk: (workflow, ctx) => new GraphWalk(workflow, ctx).walk(),
};

/** What every walk of a workflow needs to know of it. */
interface Shape {
  readonly graph: Graph;
  /** Per node: nodes on the longest way from it to a sink. */
  readonly remaining: ReadonlyMap<string, number>;
}

/** A workflow is a value, and so is its shape: it is worked out once. */
const shapes = new WeakMap<Workflow, Shape>();

function shapeOf(workflow: Workflow): Shape {
  const known = shapes.get(workflow);
  if (known !== undefined) return known;
  const graph = graphOf(workflow);
  const shape = { graph, remaining: longestRemainingPaths(graph) };
  shapes.set(workflow, shape);
  return shape;
}

class GraphWalk {
  readonly #workflow: Workflow;
  readonly #ctx: RunContext;
  readonly #graph: Graph;
  readonly #nodes: ReadonlyMap<string, WorkflowNode>;
  readonly #dependants: ReadonlyMap<string, readonly WorkflowNode[]>;
  readonly #results = new Map<string, NodeResult>();
  readonly #queued = new Set<string>();
  /** Per node: how many of its dependencies are not over. */
  readonly #open = new Map<string, number>();
  readonly #queue;
  readonly #templates: Templates;
  readonly #ancestors = new Map<string, ReadonlySet<string>>();
  readonly #settled: WorkflowNode[] = [];
  #running = 0;
  #end: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  constructor(workflow: Workflow, ctx: RunContext) {
    this.#workflow = workflow;
    this.#ctx = ctx;
    const { graph, remaining } = shapeOf(workflow);
    this.#graph = graph;
    const wanted = wantedNodes(workflow, this.#graph, ctx.run.settings.until);
    this.#nodes = new Map(workflow.nodes.filter((node) => wanted === null || wanted.has(node.id)).map((node) => [node.id, node]));
    const dependants = new Map<string, WorkflowNode[]>();
    for (const node of this.#nodes.values()) {
      this.#open.set(node.id, node.dependencies.length);
      for (const id of node.dependencies) {
        const others = dependants.get(id);
        if (others === undefined) dependants.set(id, [node]);
        else others.push(node);
      }
    }
    this.#dependants = dependants;
    this.#queue = createRunQueue((id) => ({ remaining: remaining.get(id) ?? 0, fanOut: fanOut(this.#graph, id) }));
    this.#templates = createTemplates(ctx);
  }

  async walk(): Promise<Json> {
    if (this.#nodes.size > 0) {
      await new Promise<void>((resolve, reject) => {
        this.#end = { resolve, reject };
        for (const node of this.#nodes.values()) this.#look(node);
        this.#schedule();
      });
    }
    this.#failIfNotAbsorbed();
    return this.#outputs();
  }

  /** Queues or skips a node as soon as its dependencies allow. */
  #look(node: WorkflowNode): void {
    if (this.#queued.has(node.id)) return;
    const verdict = meets(node.depPolicy, node.dependencies.map((id) => ({ id, status: this.#results.get(id)?.status })));
    if (verdict === 'wait') return;
    this.#queued.add(node.id);
    if (verdict === 'run') this.#queue.push(node.id);
    else this.#settle(node, skipNode(this.#ctx, node, verdict.skip));
  }

  /** A list, not a recursion: one failure may skip a chain of thousands. */
  #settle(node: WorkflowNode, result: NodeResult): void {
    this.#results.set(node.id, result);
    this.#settled.push(node);
    if (this.#settled.length > 1) return;
    for (let i = 0; i < this.#settled.length; i++) {
      const { id } = this.#settled[i] as WorkflowNode;
      const completed = this.#results.get(id)?.status === 'completed';
      for (const dependant of this.#dependants.get(id) ?? []) {
        const open = (this.#open.get(dependant.id) ?? 0) - 1;
        this.#open.set(dependant.id, open);
        // While others are open, only a failure can decide anything: a join of hundreds is not looked at hundreds of times.
        if (open === 0 || !completed) this.#look(dependant);
      }
    }
    this.#settled.length = 0;
  }

  #schedule(): void {
    while (this.#running < this.#workflow.maxConcurrency) {
      const id = this.#queue.shift();
      if (id === undefined) break;
      this.#start(this.#nodes.get(id) as WorkflowNode);
    }
    if (this.#results.size === this.#nodes.size) this.#end?.resolve();
  }

  #start(node: WorkflowNode): void {
    this.#running += 1;
    runNode(this.#ctx, this.#workflow, node, this.#upstreamOf(node), this.#templates).then(
      (result) => {
        this.#running -= 1;
        this.#settle(node, result);
        this.#schedule();
      },
      (error: unknown) => this.#end?.reject(error),
    );
  }

  #upstreamOf(node: WorkflowNode): Upstream {
    const results = this.#results;
    const direct = node.dependencies.flatMap((id) => {
      const result = results.get(id);
      const from = this.#nodes.get(id);
      return result === undefined || from === undefined ? [] : [{ node: from, result }];
    });
    return { direct, scope: () => this.#scopeOver(() => this.#ancestorsOf(node.id)) };
  }

  /** Built only when an expression asks for it: most nodes have none, and a chain of thousands must stay linear. */
  #scopeOver(ids: () => Iterable<string>): ExpressionScope {
    const results = this.#results;
    let nodes: ExpressionScope['nodes'] | null = null;
    return {
      inputs: this.#ctx.run.inputs,
      get nodes() {
        nodes ??= Object.fromEntries([...ids()].sort().flatMap((id) => {
          const result = results.get(id);
          return result === undefined ? [] : [[id, { output: result.output, status: result.status }] as const];
        }));
        return nodes;
      },
    };
  }

  #ancestorsOf(id: string): ReadonlySet<string> {
    const known = this.#ancestors.get(id) ?? ancestors(this.#graph, id);
    this.#ancestors.set(id, known);
    return known;
  }

  /** The run fails with the first node (in document order) whose failure no dependant's policy absorbed; an error before a rejection. */
  #failIfNotAbsorbed(): void {
    const failures = [...this.#nodes.values()].flatMap((node) => {
      const result = this.#results.get(node.id);
      if (result === undefined || (result.status !== 'error' && result.status !== 'rejected')) return [];
      const absorbed = (this.#dependants.get(node.id) ?? []).some((dependant) => absorbs(dependant.depPolicy, this.#results.get(dependant.id)?.status));
      return absorbed ? [] : [{ node, result, status: result.status }];
    });
    const first = failures.find(({ status }) => status === 'error') ?? failures[0];
    if (first === undefined) return;
    throw new RunFailure(first.status, first.result.error ?? { name: 'States.TaskFailed', message: `${first.node.id} failed`, path: nodePath(first.node.id) });
  }

  async #outputs(): Promise<Json> {
    const { until } = this.#ctx.run.settings;
    const { outputs } = this.#workflow;
    if (outputs === null || until !== null) {
      const ids = until === null ? sinks(this.#graph) : [...this.#nodes.keys()].filter((id) => nodePath(id) === until);
      return Object.fromEntries(ids.flatMap((id) => {
        const result = this.#results.get(id);
        return result === undefined || result.status !== 'completed' ? [] : [[id, result.output]];
      }));
    }
    const filled = await this.#templates.fill('outputs', outputs, () => this.#scopeOver(() => this.#nodes.keys()));
    if (!filled.ok) throw new RunFailure('error', { name: filled.error.name, message: `The outputs cannot be worked out: ${filled.error.message}`, path: 'outputs' });
    return filled.value;
  }
}

function wantedNodes(workflow: Workflow, graph: Graph, until: string | null): ReadonlySet<string> | null {
  const last = until === null ? undefined : workflow.nodes.find((node) => nodePath(node.id) === until);
  return last === undefined ? null : new Set([last.id, ...ancestors(graph, last.id)]);
}
