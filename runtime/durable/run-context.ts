import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRun, ChildCall, Closing, ModelAnswer, Opening, Outcome, RecallQuery, RunContext, RunFacts, RunOutcome, ToolCall } from './context.ts';
import type { NoteKind } from '../ledger/event.ts';
import type { ModelRequest } from '../models/provider.ts';
import type { RunDriver } from './run-driver.ts';

/** The context of a run, or of one agent run in it (`owner`: seq of the event that opened it). */
class DriverContext implements RunContext {
  readonly run: RunFacts;
  protected readonly driver: RunDriver;
  protected readonly owner: number | null;

  constructor(driver: RunDriver, run: RunFacts, owner: number | null) {
    this.driver = driver;
    this.run = run;
    this.owner = owner;
  }

  model(path: string, request: ModelRequest): Promise<ModelAnswer> {
    return this.driver.ask(this.owner, path, { kind: 'llm', request, budget: this.driver.budgetOf(this.owner) }, request);
  }

  tool(path: string, call: ToolCall): Promise<Outcome> {
    return this.driver.ask(this.owner, path, { kind: 'tool', call }, call);
  }

  recall(path: string, query: RecallQuery): Promise<Outcome> {
    return this.driver.ask(this.owner, path, { kind: query.kind, query }, query);
  }

  step(path: string, work: (signal: AbortSignal) => Promise<Json>): Promise<Outcome> {
    return this.driver.ask(this.owner, path, { kind: 'step', work }, null);
  }

  sleep(path: string, until: number): Promise<void> {
    return this.driver.ask(this.owner, path, { kind: 'sleep', until }, { until });
  }

  ask(path: string, form: JsonObject): Promise<Json> {
    return this.driver.ask(this.owner, path, { kind: 'ask', form }, form);
  }

  now(path: string): Promise<number> {
    return this.driver.ask(this.owner, path, { kind: 'now' }, null);
  }

  random(path: string): Promise<number> {
    return this.driver.ask(this.owner, path, { kind: 'random' }, null);
  }

  child(path: string, call: ChildCall): Promise<RunOutcome> {
    return this.driver.ask(this.owner, path, { kind: 'child', call, budget: this.driver.budgetOf(this.owner) }, call);
  }

  pinned(path: string, value: Json): Promise<Json> {
    return this.driver.ask(this.owner, path, { kind: 'pin', value }, value);
  }

  scope(path: string): { cancel(): void } {
    return { cancel: () => this.driver.cancel(path) };
  }

  agentRun(path: string, opening: Opening): AgentRun {
    return new DriverAgentRun(this.driver, this.run, this.driver.open(path, opening));
  }
}

class DriverAgentRun extends DriverContext implements AgentRun {
  readonly #seq: number;

  constructor(driver: RunDriver, run: RunFacts, seq: number) {
    super(driver, run, seq);
    this.#seq = seq;
  }

  note(path: string, step: NoteKind, request: Json, response: Json, error?: string): void {
    this.driver.note(this.#seq, path, step, request, response, error);
  }

  close(closing: Closing): void {
    this.driver.close(this.#seq, closing);
  }
}

export function createRunContext(driver: RunDriver, run: RunFacts): RunContext {
  return new DriverContext(driver, run, null);
}
