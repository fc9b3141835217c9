import type { Agent, Isolation, McpServer } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { LeafError, ListedTool, ToolListing } from '../durable/context.ts';
import type { ToolDefinition } from '../models/provider.ts';

/** A tool as an agent has it. */
export interface AgentToolEntry {
  /** What the model is told. */
  readonly definition: ToolDefinition;
  readonly server: McpServer;
  readonly listed: ListedTool;
  /** Arguments that are always given. */
  readonly fixed: JsonObject;
}

/** The tool servers an agent needs, its own before those of the settings. A server of the settings with the name of one of its own is hidden. */
export function serversOf(agent: Agent, settings: readonly McpServer[]): readonly McpServer[] {
  const own = new Set(agent.mcpServers.map(({ name }) => name));
  const named = new Set(agent.tools.flatMap(({ server }) => (server === null ? [] : [server])));
  // Where a tool does not say whose it is, only asking tells.
  const any = agent.tools.some(({ server }) => server === null);
  return [...agent.mcpServers, ...settings.filter(({ name }) => !own.has(name) && (any || named.has(name)))];
}

export type ToolSet = { readonly ok: true; readonly tools: readonly AgentToolEntry[] } | { readonly ok: false; readonly error: LeafError };

/**
 * What an agent may call at a node. Tools it names must be there, one each, and must not write where the node is
 * `read_only`; without any name it has all tools of its own servers that may be used there.
 */
export function chooseTools(agent: Agent, isolation: Isolation, servers: readonly McpServer[], listing: ToolListing): ToolSet {
  const offered = listing.flatMap(({ tools }, at) => tools.map((listed) => ({ listed, server: servers[at] as McpServer })));
  const mayWrite = isolation !== 'read_only';
  if (agent.tools.length === 0) {
    const own = offered.filter(({ server, listed }) => agent.mcpServers.includes(server) && (mayWrite || listed.readOnly));
    return { ok: true, tools: nameTools(own.map((tool) => ({ ...tool, fixed: {} }))) };
  }
  const chosen: Omit<AgentToolEntry, 'definition'>[] = [];
  for (const { name, server, kwargs } of agent.tools) {
    const found = offered.filter((tool) => tool.listed.name === name && (server === null || tool.server.name === server));
    const [first, second] = found;
    if (first === undefined) return refuse('Dagbook.ToolNotAvailable', `${server === null ? 'No tool server' : `Tool server ${server}`} has a tool "${name}". There are: ${namesOf(offered)}.`);
    if (second !== undefined) return refuse('Dagbook.ToolNotAvailable', `Several tool servers have a tool "${name}": ${found.map((tool) => tool.server.name).join(', ')}. Say which: {name: ${name}, server: ${first.server.name}}.`);
    if (!mayWrite && !first.listed.readOnly) return refuse('States.Permissions', `Tool ${name} of server ${first.server.name} may write, and the node is read_only. Write isolation: shared, or take the tool out of tools.`);
    chosen.push({ ...first, fixed: kwargs });
  }
  return { ok: true, tools: nameTools(chosen) };
}

function refuse(name: string, message: string): ToolSet {
  return { ok: false, error: { name, message } };
}

const MOST_NAMES = 20;

function namesOf(offered: readonly { readonly listed: ListedTool }[]): string {
  const names = [...new Set(offered.map(({ listed }) => listed.name))];
  if (names.length === 0) return 'none';
  return names.length <= MOST_NAMES ? names.join(', ') : `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`;
}

/** Longest name that every provider takes. */
const LONGEST_NAME = 64;

/** Each tool by a name of its own that every provider takes: its own where that is one, else with its server's or a number. */
function nameTools(tools: readonly Omit<AgentToolEntry, 'definition'>[]): readonly AgentToolEntry[] {
  const taken = new Set<string>();
  const times = new Map<string, number>();
  for (const { listed } of tools) times.set(listed.name, (times.get(listed.name) ?? 0) + 1);
  return tools.map((tool) => {
    const { listed, server, fixed } = tool;
    const wanted = (times.get(listed.name) ?? 0) > 1 ? `${server.name}_${listed.name}` : listed.name;
    const clean = wanted.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, LONGEST_NAME);
    let name = clean;
    for (let n = 2; taken.has(name); n++) name = `${clean.slice(0, LONGEST_NAME - String(n).length - 1)}_${n}`;
    taken.add(name);
    return { ...tool, definition: { name, description: listed.description, parameters: withoutFixed(listed.schema, fixed), readOnly: listed.readOnly } };
  });
}

/** What is always given is none of the model's business. */
function withoutFixed(schema: JsonObject, fixed: JsonObject): JsonObject {
  const { $schema: _dialect, ...rest } = schema;
  const { properties, required } = rest;
  if (Object.keys(fixed).length === 0) return rest;
  const free = Object.entries((properties ?? {}) as JsonObject).filter(([name]) => !Object.hasOwn(fixed, name));
  const wanted = (Array.isArray(required) ? (required as readonly Json[]) : []).filter((name) => typeof name === 'string' && !Object.hasOwn(fixed, name));
  return { ...rest, properties: Object.fromEntries(free), required: wanted };
}
