import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRun, ChildCall, Closing, ModelAnswer, Opening, Outcome, RecallQuery, RunContext, RunFacts, RunOutcome, ToolCall } from './context.ts';
import type { NoteKind } from '../ledger/event.ts';
import type { ModelRequest } from '../models/provider.ts';
import type { RunDriver } from './run-driver.ts';

/** The context of a run, or of one agent run in it (`owner`: seq of the event that opened it). */
export function createRunContext(driver: RunDriver, run: RunFacts, owner: number | null): RunContext {
  return {
    run,
    model: (path: string, request: ModelRequest): Promise<ModelAnswer> => driver.ask(owner, path, { kind: 'llm', request, budget: driver.budgetOf(owner) }, request),
    tool: (path: string, call: ToolCall): Promise<Outcome> => driver.ask(owner, path, { kind: 'tool', call }, call),
    recall: (path: string, query: RecallQuery): Promise<Outcome> => driver.ask(owner, path, { kind: query.kind, query }, query),
    step: (path: string, work: (signal: AbortSignal) => Promise<Json>): Promise<Outcome> => driver.ask(owner, path, { kind: 'step', work }, null),
    sleep: (path: string, until: number): Promise<void> => driver.ask(owner, path, { kind: 'sleep', until }, { until }),
    ask: (path: string, form: JsonObject): Promise<Json> => driver.ask(owner, path, { kind: 'ask', form }, form),
    now: (path: string): Promise<number> => driver.ask(owner, path, { kind: 'now' }, null),
    random: (path: string): Promise<number> => driver.ask(owner, path, { kind: 'random' }, null),
    child: (path: string, call: ChildCall): Promise<RunOutcome> => driver.ask(owner, path, { kind: 'child', call, budget: driver.budgetOf(owner) }, call),
    pinned: (path: string, value: Json): Promise<Json> => driver.ask(owner, path, { kind: 'pin', value }, value),
    scope: (path: string) => ({ cancel: () => driver.cancel(path) }),
    agentRun: (path: string, opening: Opening): AgentRun => createAgentRun(driver, run, driver.open(path, opening)),
  };
}

function createAgentRun(driver: RunDriver, run: RunFacts, owner: number): AgentRun {
  return {
    ...createRunContext(driver, run, owner),
    note: (path: string, step: NoteKind, request: Json, response: Json, error?: string) => driver.note(owner, path, step, request, response, error),
    close: (closing: Closing) => driver.close(owner, closing),
  };
}
