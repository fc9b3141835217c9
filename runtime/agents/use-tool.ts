import type { Json, JsonObject } from '../../protocol/json.ts';
import type { AgentRun, LeafError, Outcome, ToolAsked, ToolInvocation, ToolQuestion, ToolReply } from '../durable/context.ts';
import { MessageImage, type StoredImage } from '../models/message-image.ts';
import type { ModelMessage, ToolUse } from '../models/provider.ts';
import type { AgentToolEntry } from './tool-set.ts';

/** What a tool call comes to for the agent: something to tell the model, or the end of the agent run. */
export type ToolTurn = { readonly kind: 'tell'; readonly text: string; readonly images?: readonly StoredImage[] } | { readonly kind: 'fail'; readonly error: LeafError; readonly mayHaveWritten: boolean };

/** Asks the agent's own model on a server's behalf; null = it may not any more. */
export type AskModel = (path: string, messages: readonly ModelMessage[], maxTokens: number | null) => Promise<{ readonly ok: true; readonly text: string; readonly model: string } | { readonly ok: false; readonly why: string }>;

/** Failures that say something about the call, not about the server: the model can do better. */
const FOR_THE_MODEL = 'Tool.Failed';

/**
 * Makes one call, and answers what its server asks in between: models through the agent's own, people by a form. All of
 * it are leaves of the run, so that a replay gets the same answers to the same questions.
 */
export async function useTool(run: AgentRun, path: string, use: ToolUse, tools: readonly AgentToolEntry[], askModel: AskModel): Promise<ToolTurn> {
  const entry = tools.find(({ definition }) => definition.name === use.name);
  if (entry === undefined) return { kind: 'tell', text: `Error: there is no tool "${use.name}". There are: ${tools.map(({ definition }) => definition.name).join(', ')}.` };
  const given = readArguments(use.arguments);
  if (given === null) return { kind: 'tell', text: 'Error: the arguments are not a JSON object. Call it again with one.' };
  const call: ToolInvocation = { server: entry.server, tool: entry.listed.name, arguments: { ...given, ...entry.fixed }, repeatable: entry.listed.repeatable };
  const asked: ToolAsked[] = [];
  let outcome = await run.tool(path, { do: 'call', ...call });
  for (;;) {
    const question = questionIn(outcome);
    if (question === null) return turnOf(outcome, entry);
    const answer = await answerQuestion(run, `${path}/asks/${asked.length + 1}`, question, entry, askModel);
    asked.push({ question, answer });
    outcome = await run.tool(`${path}/answer/${asked.length}`, { do: 'answer', call: path, asked: [...asked], ...call });
  }
}

function readArguments(text: string): JsonObject | null {
  if (text.trim() === '') return {};
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

function questionIn(outcome: Outcome): ToolQuestion | null {
  if (outcome.status !== 'ok') return null;
  const reply = outcome.value as unknown as ToolReply;
  return 'asks' in reply ? reply.asks : null;
}

function turnOf(outcome: Outcome, { listed }: AgentToolEntry): ToolTurn {
  if (outcome.status === 'ok') return { kind: 'tell', ...(outcome.value as unknown as { readonly text: string; readonly images?: readonly StoredImage[] }) };
  if (outcome.error.name === FOR_THE_MODEL) return { kind: 'tell', text: `Error: ${outcome.error.message}` };
  return { kind: 'fail', error: outcome.error, mayHaveWritten: !listed.readOnly };
}

async function answerQuestion(run: AgentRun, path: string, { of, request }: ToolQuestion, { server, listed }: AgentToolEntry, askModel: AskModel): Promise<Json> {
  switch (of) {
    case 'person': {
      const message = typeof request['message'] === 'string' ? request['message'] : `Tool ${listed.name} asks.`;
      const form = (request['requestedSchema'] ?? { type: 'object' }) as JsonObject;
      // Null is how a person says no.
      const answer = await run.ask(path, { form: { anyOf: [form, { type: 'null', title: 'Decline' }] }, title: message, asked_by: { server: server.name, tool: listed.name } });
      return answer === null ? { action: 'decline' } : { action: 'accept', content: answer };
    }
    case 'model': {
      const limit = request['maxTokens'];
      const answer = await askModel(path, samplingMessages(request), typeof limit === 'number' && limit >= 1 ? Math.floor(limit) : null);
      return { role: 'assistant', model: answer.ok ? answer.model : 'none', content: { type: 'text', text: answer.ok ? answer.text : `Not answered: ${answer.why}` }, stopReason: answer.ok ? 'endTurn' : 'refused' };
    }
  }
}

function samplingMessages(request: JsonObject): readonly ModelMessage[] {
  const system = request['systemPrompt'];
  const messages = Array.isArray(request['messages']) ? (request['messages'] as readonly JsonObject[]) : [];
  return [
    ...(typeof system === 'string' && system !== '' ? [{ role: 'system' as const, content: system }] : []),
    ...messages.map((message): ModelMessage => {
      const blocks = blocksOf(message['content'] ?? null);
      const content = blocks.map(textOf).join('\n');
      if (message['role'] === 'assistant') return { role: 'assistant', content };
      const images = blocks.flatMap(({ image }) => (image === undefined ? [] : [new MessageImage(image as unknown as StoredImage)]));
      return { role: 'user', content, ...(images.length === 0 ? {} : { images }) };
    }),
  ];
}

function blocksOf(content: Json): readonly JsonObject[] {
  return (Array.isArray(content) ? (content as readonly Json[]) : [content]).map((block) => (typeof block === 'object' && block !== null ? block : {}) as JsonObject);
}

function textOf({ type, text, words }: JsonObject): string {
  if (typeof text === 'string') return text;
  return typeof words === 'string' ? words : `[${typeof type === 'string' ? type : 'something'} that is no text]`;
}
