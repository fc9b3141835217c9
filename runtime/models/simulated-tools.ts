import type { Json, JsonObject } from '../../protocol/json.ts';
import { arrayOf, isObject, objectOf, textOf } from './json-parts.ts';
import type { ModelRequest, ToolDefinition } from './provider.ts';
import type { RequestContext } from './request-context.ts';
import { sampleFromSchema } from './sample-from-schema.ts';
import type { Draw } from './sample-text.ts';

export interface SimulatedToolCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** Most tools that are called unasked. */
const MOST = 8;

/**
 * What the simulated model calls: what `extras.tool_calls` says, one turn after the other; else, in one turn, each tool
 * that changes nothing once. Its arguments are those it must have, and those of which the node's inputs know the value.
 *
 * A model that knows nothing must not write: tools that may are called only where the author says so.
 */
export function simulatedToolCalls(request: ModelRequest, scripted: Json | undefined, context: RequestContext, draw: Draw): readonly SimulatedToolCall[] {
  const { tools = [], toolChoice, messages } = request;
  if (tools.length === 0 || toolChoice === 'none') return [];
  const turns = messages.filter(({ toolCalls = [] }) => toolCalls.length > 0).length;
  if (scripted !== undefined) return readTurn(arrayOf(scripted)[turns]);
  if (turns > 0) return [];
  return tools.filter(({ readOnly }) => readOnly).slice(0, MOST).map((tool) => ({ name: tool.name, arguments: sampleArguments(tool, context, draw) }));
}

/** One call, or a list of calls made in the same turn. */
function readTurn(turn: Json | undefined): readonly SimulatedToolCall[] {
  const calls = Array.isArray(turn) ? arrayOf(turn) : turn === undefined ? [] : [turn];
  return calls.map(objectOf).map((call) => ({ name: textOf(call['name']), arguments: objectOf(call['arguments']) })).filter(({ name }) => name !== '');
}

function sampleArguments({ parameters }: ToolDefinition, context: RequestContext, draw: Draw): JsonObject {
  const required = new Set(arrayOf(parameters['required']).map(textOf));
  const wanted = Object.entries(objectOf(parameters['properties'])).filter(([name]) => required.has(name) || Object.hasOwn(context.inputs, name));
  const sampled = sampleFromSchema({ ...parameters, properties: Object.fromEntries(wanted), required: wanted.map(([name]) => name) }, context, draw);
  const given = wanted.flatMap(([name]) => (Object.hasOwn(context.inputs, name) ? [[name, context.inputs[name] ?? null] as const] : []));
  return { ...(isObject(sampled) ? sampled : {}), ...Object.fromEntries(given) };
}
