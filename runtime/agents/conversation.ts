import type { JsonObject } from '../../protocol/json.ts';
import type { AgentRun, LeafError, ModelAnswer } from '../durable/context.ts';
import { pathOf } from '../durable/context.ts';
import { MessageImage } from '../models/message-image.ts';
import type { ModelMessage, ModelRequest, ToolUse } from '../models/provider.ts';
import { redactPersonal } from './redact-personal.ts';
import { isWorthRetry, waitForRetry } from './retry.ts';
import type { AgentJob } from './run-agent.ts';
import type { AgentToolEntry } from './tool-set.ts';
import { useTool } from './use-tool.ts';
import { withoutImages, withRecentImages } from './recent-images.ts';

export type Said = { readonly ok: true; readonly text: string; readonly finish: 'stop' | 'length' | 'cut' } | { readonly ok: false; readonly status: 'error' | 'rejected'; readonly error: LeafError };

/** Most calls of one turn that are made. */
const MOST_CALLS_A_TURN = 32;

/** What an agent and its model say to one another, tools in between, within the calls the agent may make. */
export class Conversation {
  readonly #run: AgentRun;
  readonly #path: string;
  readonly #job: AgentJob;
  readonly #tools: readonly AgentToolEntry[];
  readonly #messages: ModelMessage[];
  /** Calls of models, those for servers included. */
  calls = 0;
  micros = 0;
  #turns = 0;
  #toolCalls = 0;
  #mayHaveWritten = false;

  constructor(run: AgentRun, path: string, job: AgentJob, tools: readonly AgentToolEntry[]) {
    this.#run = run;
    this.#path = path;
    this.#job = job;
    this.#tools = tools;
    this.#messages = [...job.messages];
  }

  get callsLeft(): number {
    return this.#job.agent.maxCalls - this.calls;
  }

  /** Lets the model speak, and its tools answer, until it has nothing more to call. Its last call may call no tools. */
  async answer(): Promise<Said> {
    for (;;) {
      const withTools = this.#tools.length > 0 && this.callsLeft > 1;
      const answer = await this.#speak(withTools);
      if (answer.status !== 'ok') return { ok: false, status: answer.status, error: answer.error };
      const { text, finish, toolCalls = [] } = answer;
      if (toolCalls.length === 0 || this.#tools.length === 0) {
        this.#messages.push({ role: 'assistant', content: text });
        return { ok: true, text, finish };
      }
      if (!withTools) return this.#exhausted();
      this.#messages.push({ role: 'assistant', content: text, toolCalls, ...(answer.carry === undefined ? {} : { carry: answer.carry }) });
      const failure = await this.#useTools(toolCalls);
      if (failure !== null) return { ok: false, status: 'error', error: failure };
    }
  }

  /** Says something more and hears the answer to it; no tool is called any more. */
  async reply(content: string): Promise<Said> {
    this.#messages.push({ role: 'user', content });
    const answer = await this.#speak(false);
    return answer.status === 'ok' ? { ok: true, text: answer.text, finish: answer.finish } : { ok: false, status: answer.status, error: answer.error };
  }

  #exhausted(): Said {
    const { maxCalls } = this.#job.agent;
    this.#run.note(`${this.#path}/guardrail/calls`, 'guardrail', { limit: maxCalls }, { found: maxCalls, passed: false }, 'Dagbook.GuardrailFailed');
    return { ok: false, status: 'rejected', error: { name: 'Dagbook.GuardrailFailed', message: `Guardrail calls: the model has used its ${maxCalls} calls and still wants tools instead of answering. Raise max_calls, or say in the prompt when it is done.` } };
  }

  /** One model call. Once tools were used, a failure is tried again here: a new attempt of the whole node would use them again. */
  async #speak(withTools: boolean): Promise<ModelAnswer> {
    const path = `${this.#path}/model/${++this.#turns}`;
    const request = this.#request(this.#messages, withTools);
    for (let attempt = 1; ; attempt++) {
      const answer = this.#heard(await this.#call(path, request));
      if (answer.status === 'ok' || this.#toolCalls === 0) return answer;
      if (!isWorthRetry(answer.error, attempt) || this.callsLeft < 1) return { ...answer, error: this.#notAgain(answer.error) };
      await waitForRetry(this.#run, `${path}/retry/${attempt}`, answer.error, attempt);
    }
  }

  #call(path: string, request: ModelRequest): Promise<ModelAnswer> {
    this.calls += 1;
    return this.#run.model(path, request);
  }

  #heard(answer: ModelAnswer): ModelAnswer {
    this.micros += answer.micros;
    return answer;
  }

  #notAgain(error: LeafError): LeafError {
    const data = typeof error.data === 'object' && !Array.isArray(error.data) ? (error.data as JsonObject | null) : null;
    return { ...error, data: { ...data, no_retry: true } };
  }

  #request(messages: readonly ModelMessage[], withTools: boolean): ModelRequest {
    const { agent, choice, outputSchema } = this.#job;
    const tools = this.#tools.map(({ definition }) => definition);
    return {
      provider: choice.provider, model: choice.model, messages: this.#seen(this.#clean(messages)), temperature: agent.model.temperature, maxTokens: agent.model.maxTokens, outputSchema, extras: agent.model.extras,
      ...(choice.baseUrl === undefined ? {} : { baseUrl: choice.baseUrl }),
      ...(tools.length === 0 ? {} : { tools, ...(withTools ? {} : { toolChoice: 'none' as const }) }),
    };
  }

  /** A copy: the talk goes on while the request is on its way. Nothing personal reaches a model that must not have it, wherever it came from. */
  #clean(messages: readonly ModelMessage[]): readonly ModelMessage[] {
    if (!this.#job.agent.guardrails.piiRedact) return [...messages];
    return messages.map((message) => ({ ...message, content: redactPersonal(message.content).text }));
  }

  /** With images, where the model can see them and may; else it is told that there are some. */
  #seen(messages: readonly ModelMessage[]): readonly ModelMessage[] {
    const { agent, choice } = this.#job;
    if (choice.images !== true) return withoutImages(messages, 'the model takes no images');
    // Nobody can say what is personal in a picture.
    return agent.guardrails.piiRedact ? withoutImages(messages, 'pii_redact lets no images through') : withRecentImages(messages);
  }

  /** Tools that change nothing go side by side; where one may write, all go in the order the model gave them. */
  async #useTools(uses: readonly ToolUse[]): Promise<LeafError | null> {
    const entries = new Map(this.#tools.map((entry) => [entry.definition.name, entry]));
    const together = uses.every(({ name }) => entries.get(name)?.listed.readOnly !== false);
    const turns: Awaited<ReturnType<typeof useTool>>[] = [];
    const begin = (use: ToolUse, at: number): ReturnType<typeof useTool> => {
      if (at >= MOST_CALLS_A_TURN) return Promise.resolve({ kind: 'tell', text: `Error: at most ${MOST_CALLS_A_TURN} calls are made in one turn.` });
      this.#toolCalls += 1;
      if (entries.get(use.name)?.listed.readOnly === false) this.#mayHaveWritten = true;
      return useTool(this.#run, `${this.#path}/tool/${this.#toolCalls}/${pathOf(use.name)}`, use, this.#tools, (path, messages, maxTokens) => this.#lend(path, messages, maxTokens));
    };
    if (together) turns.push(...(await Promise.all(uses.map(begin))));
    else for (const [at, use] of uses.entries()) turns.push(await begin(use, at));
    for (const [at, turn] of turns.entries()) {
      if (turn.kind === 'fail') return this.#mayHaveWritten ? this.#notAgain(turn.error) : turn.error;
      this.#messages.push({ role: 'tool', toolCallId: (uses[at] as ToolUse).id, content: turn.text, ...(turn.images === undefined ? {} : { images: turn.images.map((image) => new MessageImage(image)) }) });
    }
    return null;
  }

  /** A call of the agent's model on behalf of a tool's server, under the agent's own caps. */
  async #lend(path: string, messages: readonly ModelMessage[], maxTokens: number | null): Promise<{ readonly ok: true; readonly text: string; readonly model: string } | { readonly ok: false; readonly why: string }> {
    const { choice } = this.#job;
    // One call is kept for the agent's own answer.
    if (this.callsLeft < 2) return { ok: false, why: `the agent may make no more than ${this.#job.agent.maxCalls} calls.` };
    const { tools: _tools, toolChoice: _choice, ...request } = this.#request(messages, false);
    const limits = [request.maxTokens, maxTokens].filter((limit) => limit !== null);
    const extras: JsonObject = choice.provider === 'simulated' ? withoutReply(request.extras) : request.extras;
    const answer = this.#heard(await this.#call(path, { ...request, extras, outputSchema: null, maxTokens: limits.length === 0 ? null : Math.min(...limits) }));
    return answer.status === 'ok' ? { ok: true, text: answer.text, model: choice.model === '' ? choice.provider : choice.model } : { ok: false, why: answer.error.message };
  }
}

/** What the simulated model is told to answer is the agent's answer, not one to a server's question. */
function withoutReply({ reply: _reply, ...extras }: JsonObject): JsonObject {
  return extras;
}
