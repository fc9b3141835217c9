import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ModelCall, ModelEvent, StepRow } from '../../runtime/index.ts';
import { temporaryFolder } from '../runtime/harness.ts';
import { ScriptedProvider, Workshop } from '../runtime/workshop.ts';
import type { WorkshopOptions } from '../runtime/workshop.ts';

const require = createRequire(import.meta.url);

/** MCP servers that no one here wrote, as an agent declares them. */
export const everything: JsonObject = { name: 'everything', command: process.execPath, args: [require.resolve('@modelcontextprotocol/server-everything/dist/index.js'), 'stdio'] };
export const filesystem = (folder: string): JsonObject => ({ name: 'files', command: process.execPath, args: [require.resolve('@modelcontextprotocol/server-filesystem/dist/index.js'), folder] });
export const memory = (file: string): JsonObject => ({ name: 'graph', command: process.execPath, args: [require.resolve('@modelcontextprotocol/server-memory/dist/index.js')], env: { MEMORY_FILE_PATH: file } });
/** A server of our own that does what its arguments say; see `stage-server.mjs`. */
export const stage = (...args: readonly string[]): JsonObject => ({ name: 'stage', command: process.execPath, args: [path.join(import.meta.dirname, 'stage-server.mjs'), ...args] });

export interface Use {
  readonly name: string;
  readonly arguments?: Json;
}

/** What a model does at a turn: says something, or calls tools. */
export type Turn = string | readonly Use[];

/** A model that plays its turns, and then repeats what the last tools said. */
export class ToolProvider extends ScriptedProvider {
  turns: (goal: string) => readonly Turn[] = () => [];
  /** The messages of every call. */
  readonly heard: ModelCall['request'][] = [];

  override async *stream(call: ModelCall): AsyncGenerator<ModelEvent, void, undefined> {
    this.heard.push(call.request);
    const before = call.request.messages.filter(({ toolCalls }) => toolCalls !== undefined).length;
    const goal = /^Task: (.*)$/m.exec(call.request.messages.find(({ role }) => role === 'user')?.content ?? '')?.[1] ?? '';
    // What a server asks is no turn of the agent's.
    const turn = goal === '' ? `a verse on ${call.request.messages.at(-1)?.content ?? ''}` : this.turns(goal)[before];
    if (turn === undefined || typeof turn === 'string') {
      const said = call.request.messages.filter(({ role }) => role === 'tool').map(({ content }) => content).join(' | ');
      this.reply = () => turn ?? `heard: ${said}`;
      yield* super.stream(call);
      return;
    }
    this.calls.push(goal);
    for (const [index, use] of turn.entries()) yield { type: 'tool', index, id: `c${index}`, name: use.name, arguments: typeof use.arguments === 'string' ? use.arguments : JSON.stringify(use.arguments ?? {}) };
    yield { type: 'usage', usage: { promptTokens: 10, outputTokens: 5 } };
    yield { type: 'finish', reason: 'stop' };
  }
}

export interface ToolShop {
  readonly shop: Workshop;
  readonly provider: ToolProvider;
  readonly folder: string;
}

/** A workspace on the disk with one agent; the files of the workspace are documents and what tools find. */
export function toolShop(agent: JsonObject, turns: readonly Turn[] | ((goal: string) => readonly Turn[]), options: Partial<WorkshopOptions> & { readonly on?: Readonly<Record<string, string>> } = {}): ToolShop {
  const folder = options.folder ?? temporaryFolder();
  const { on = {}, ...rest } = options;
  for (const [file, text] of Object.entries(on)) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  const provider = new ToolProvider();
  provider.turns = typeof turns === 'function' ? turns : () => turns;
  const shop = new Workshop({ files: { 'a.agent.yaml': JSON.stringify({ name: 'a', role: 'helper', ...agent }), ...options.files }, ...rest, provider, folder });
  return { shop, provider, folder };
}

export function agentNode(id: string, more: JsonObject = {}): JsonObject {
  return { id, agent_spec: './a.agent.yaml', task: { goal: id }, ...more };
}

export function toolSteps(shop: Workshop, run: string): StepRow[] {
  return shop.steps(run).filter(({ kind }) => kind === 'tool');
}

/** Processes whose command line holds a text: what a test put into the arguments of its servers. */
export function processesWith(text: string): readonly string[] {
  return execFileSync('ps', ['-eo', 'pid=,stat=,args=']).toString().split('\n').filter((line) => line.includes(text) && !/^\s*\d+ Z/.test(line) && !line.includes('ps -eo'));
}
