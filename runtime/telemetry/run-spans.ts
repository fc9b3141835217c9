import type { EventOf, JournalEvent } from '../ledger/event.ts';
import { sha256 } from '../ledger/event.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';

/** One span of a trace, as OpenTelemetry means it. Times are milliseconds since the epoch. */
export interface Span {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  /** `client`: a call that left this process. */
  readonly kind: 'internal' | 'client';
  readonly start: number;
  readonly end: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Null = it went well. */
  readonly error: { readonly name: string; readonly message: string } | null;
  /** The span of the run this one was made from. */
  readonly link: { readonly traceId: string; readonly spanId: string } | null;
}

/** What a run's spans need of its row. */
export interface TracedRun {
  readonly id: string;
  readonly workflow_name: string;
  readonly parent_run_id: string | null;
  readonly relation: string | null;
  readonly spec_hash: string;
  readonly total_tokens: number;
  readonly total_cost_micros: number;
}

type Attributes = Span['attributes'];

/**
 * A run that has ended, as spans: the run, its agent runs, and their steps, with the names of OpenTelemetry's conventions
 * for generative AI. Prompts, answers, inputs and outputs are left out: a trace goes to places that the ledger does not.
 * The same run always gives the same ids, so that sending it twice shows it once.
 */
export function runSpans(run: TracedRun, events: readonly JournalEvent[]): readonly Span[] {
  const trace = traceIdOf(run.id);
  const ended = events.findLast((event) => event.kind === 'ended');
  const first = events[0];
  if (first === undefined || ended?.kind !== 'ended') return [];
  const root: Span = {
    traceId: trace, spanId: spanIdOf(run.id, 'run'), parentSpanId: null, name: `workflow ${run.workflow_name}`, kind: 'internal', start: first.at, end: ended.at,
    attributes: {
      'dagbook.run.id': run.id, 'dagbook.workflow.name': run.workflow_name, 'dagbook.spec.hash': run.spec_hash, 'dagbook.status': ended.status,
      'dagbook.tokens': run.total_tokens, 'dagbook.cost_usd': run.total_cost_micros / 1e6, ...(run.relation === null ? {} : { 'dagbook.relation': run.relation }),
    },
    error: ended.error,
    link: run.parent_run_id === null ? null : { traceId: traceIdOf(run.parent_run_id), spanId: spanIdOf(run.parent_run_id, 'run') },
  };
  const bySeq = new Map(events.map((event) => [event.seq, event]));
  const closings = new Map(events.flatMap((event) => (event.kind === 'closed' ? [[event.ref, event] as const] : [])));
  const spans: Span[] = [root];
  for (const event of events) {
    if (event.kind === 'opened') spans.push(agentSpan(run.id, root, event, closings.get(event.seq) ?? null, ended.at));
    if (event.kind !== 'done' && event.kind !== 'lost') continue;
    const asked = bySeq.get(event.ref);
    if (asked?.kind !== 'asked' || CLOCKWORK.has(asked.leaf)) continue;
    const owner = asked.owner === null ? null : (bySeq.get(asked.owner) ?? null);
    spans.push(stepSpan(run.id, root, asked, event, owner?.kind === 'opened' ? owner : null));
  }
  return spans;
}

/** Answers that no work stands behind. */
const CLOCKWORK: ReadonlySet<string> = new Set(['now', 'random', 'pin']);

function agentSpan(run: string, root: Span, opened: EventOf<'opened'>, closed: EventOf<'closed'> | null, runEnd: number): Span {
  const { model } = opened.data;
  return {
    traceId: root.traceId, spanId: spanIdOf(run, String(opened.seq)), parentSpanId: root.spanId, name: `invoke_agent ${opened.agent}`, kind: 'internal', start: opened.at, end: closed?.at ?? runEnd,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': opened.agent, 'gen_ai.agent.id': opened.id, ...(model === null ? {} : modelAttributes(model)),
      'dagbook.node.id': opened.node, 'dagbook.path': opened.path, 'dagbook.attempt': opened.attempt, 'dagbook.iteration': opened.data.iteration,
      ...(closed === null ? {} : { 'dagbook.status': closed.status, 'dagbook.tokens': closed.tokens, 'dagbook.cost_usd': closed.micros / 1e6 }),
    },
    error: closed?.data.error ?? null,
    link: null,
  };
}

function stepSpan(run: string, root: Span, asked: EventOf<'asked'>, answer: EventOf<'done'> | EventOf<'lost'>, owner: EventOf<'opened'> | null): Span {
  const error = answer.data.error ?? null;
  const { name, attributes, client } = stepNames(asked);
  return {
    traceId: root.traceId, spanId: spanIdOf(run, String(answer.seq)), parentSpanId: owner === null ? root.spanId : spanIdOf(run, String(owner.seq)), name, kind: client ? 'client' : 'internal', start: asked.at, end: answer.at,
    attributes: {
      ...attributes, 'dagbook.path': asked.path, 'dagbook.attempt': asked.attempt,
      ...(answer.tokens > 0 || answer.micros > 0 ? { 'dagbook.tokens': answer.tokens, 'dagbook.cost_usd': answer.micros / 1e6 } : {}),
      ...usageAttributes(answer), ...(answer.data.estimated === true ? { 'dagbook.estimated': true } : {}), ...(answer.data.served === undefined ? {} : { 'dagbook.replayed': true }), ...(error === null ? {} : { 'error.type': error }),
    },
    error: error === null ? null : { name: error, message: '' },
    link: null,
  };
}

function stepNames({ leaf, request }: EventOf<'asked'>): { readonly name: string; readonly attributes: Attributes; readonly client: boolean } {
  switch (leaf) {
    case 'llm': {
      const { provider, model } = objectOf(request.text);
      const names = { provider: textOf(provider), model: textOf(model) };
      return { name: `chat ${names.model === '' ? names.provider : names.model}`, attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': names.provider, 'gen_ai.request.model': names.model }, client: true };
    }
    case 'tool': {
      const tool = textOf(objectOf(request.text)['tool']);
      // Listing what servers offer is no use of a tool.
      return tool === '' ? { name: 'list_tools', attributes: {}, client: true } : { name: `execute_tool ${tool}`, attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool }, client: true };
    }
    default:
      return { name: leaf, attributes: {}, client: false };
  }
}

/** `openai:gpt-5-mini`, or a provider alone. */
function modelAttributes(model: string): Attributes {
  const colon = model.indexOf(':');
  return colon < 0 ? { 'gen_ai.provider.name': model } : { 'gen_ai.provider.name': model.slice(0, colon), 'gen_ai.request.model': model.slice(colon + 1) };
}

function usageAttributes(answer: EventOf<'done'> | EventOf<'lost'>): Attributes {
  const { usage } = answer.data;
  return usage === undefined ? {} : { 'gen_ai.usage.input_tokens': usage.input, 'gen_ai.usage.output_tokens': usage.output, ...(usage.cached === undefined ? {} : { 'gen_ai.usage.cache_read.input_tokens': usage.cached }), ...(usage.cache_written === undefined ? {} : { 'gen_ai.usage.cache_creation.input_tokens': usage.cache_written }) };
}

/** A UUID has the very length of a trace's id. */
function traceIdOf(run: string): string {
  const hex = run.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(hex) ? hex : sha256(run).slice(0, 32);
}

function spanIdOf(run: string, part: string): string {
  return sha256(`${run}/${part}`).slice(0, 16);
}

function objectOf(text: string): JsonObject {
  const json = JSON.parse(text) as Json;
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : {};
}

function textOf(json: Json | undefined): string {
  return typeof json === 'string' ? json : '';
}
