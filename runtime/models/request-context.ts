import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ModelRequest } from './provider.ts';

/** What a request of the engine says, taken apart again, so that a simulated answer can speak to it. */
export interface RequestContext {
  /** What the agent is, such as `research analyst`; null when the prompt does not say. */
  readonly role: string | null;
  readonly goal: string | null;
  readonly criteria: readonly string[];
  readonly inputs: JsonObject;
  /** Outputs of the nodes before, by id, and what the last tools answered, by name. */
  readonly upstream: JsonObject;
  readonly run: JsonObject;
  /** The last message of the user. */
  readonly prompt: string;
}

export function readRequestContext(request: ModelRequest): RequestContext {
  const users = request.messages.filter((message) => message.role === 'user').map((message) => message.content);
  const system = request.messages.filter((message) => message.role === 'system').map((message) => message.content).join('\n');
  // A later turn, such as a repair, does not repeat the material: the last message that has some counts.
  const material = users.toReversed().map(readMaterial).find((found) => found !== null) ?? {};
  const tasked = users.findLast((content) => /^Task: /m.test(content)) ?? '';
  return {
    role: readRole(system),
    goal: readGoal(tasked),
    criteria: readCriteria(tasked),
    inputs: objectOf(material['inputs']),
    upstream: { ...objectOf(material['upstream']), ...readToolAnswers(request) },
    run: objectOf(material['run']),
    prompt: users.at(-1) ?? '',
  };
}

function readToolAnswers({ messages }: ModelRequest): JsonObject {
  const names = new Map(messages.flatMap(({ toolCalls = [] }) => toolCalls.map(({ id, name }) => [id, name] as const)));
  return Object.fromEntries(messages.flatMap(({ toolCallId, content }) => (toolCallId === undefined ? [] : [[names.get(toolCallId) ?? 'tool', content] as const])));
}

function readMaterial(content: string): JsonObject | null {
  const fenced = [...content.matchAll(/^```json\n(.*?)\n```$/gms)].map((match) => match[1] ?? '');
  for (const text of [...fenced.toReversed(), content]) {
    try {
      const value = JSON.parse(text) as Json;
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
    } catch {
      // Prose, or JSON the author put there: not the material.
    }
  }
  return null;
}

function readRole(system: string): string | null {
  const described = /\bYou are (?:an?|the) ([^.,:;\n]{3,60})/i.exec(system)?.[1];
  const named = /^Role: *(\S.*)$/m.exec(system)?.[1];
  const role = (described ?? named ?? '').trim();
  // The roles of a node say what it may do, not who somebody is.
  return role === '' || /^(explore|plan|implement|verify|custom)$/.test(role) ? null : role;
}

function readGoal(content: string): string | null {
  const goal = /^Task: (.*?)(?=\n\n|\nCriteria:|\n```|$(?![\s\S]))/ms.exec(content)?.[1]?.trim();
  return goal === undefined || goal === '' ? null : goal;
}

function readCriteria(content: string): readonly string[] {
  const block = /^Criteria:\n((?:[-*] .*(?:\n|$))+)/m.exec(content)?.[1] ?? '';
  return block.split('\n').map((line) => line.replace(/^[-*] /, '').trim()).filter((line) => line !== '');
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}
