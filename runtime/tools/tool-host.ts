import type { McpServer } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import type { Outcome, ToolCall, ToolListing } from '../durable/context.ts';
import type { ToolEffect } from '../durable/engine.ts';
import type { Redactor } from '../models/redact-secret.ts';
import type { LiveCall } from './live-call.ts';
import type { McpConnection } from './mcp-connection.ts';
import { failureOf, ToolError } from './tool-error.ts';

export interface ToolHostOptions {
  /** The workspace: an absolute path; null = there is none, and no server can be started. */
  readonly folder: () => string | null;
  /** A secret's value by its name; null = there is none. */
  readonly secret: (name: string) => string | null;
  /** Takes secrets out of what servers say. */
  readonly redactor: Redactor;
}

/** The tools of all runs of this process. Servers are started when a run first needs them, and belong to that run. */
export interface ToolHost {
  /** Does what an agent asks. Never rejects, and does not outlast an abort. */
  run(effect: ToolEffect): Promise<Outcome>;
  /** Ends every server of a run. */
  endRun(run: string): void;
  /** Ends every server; resolves when they have been told. */
  close(): Promise<void>;
}

type Opening = Promise<McpConnection>;

interface RunServers {
  readonly abort: AbortController;
  /** By all that it takes to start it: two agents that declare the same server share one. */
  readonly connections: Map<string, Opening>;
  /** Calls that wait for an answer, by their paths. */
  readonly asking: Map<string, LiveCall>;
}

export function createToolHost(options: ToolHostOptions): ToolHost {
  return new McpToolHost(options);
}

class McpToolHost implements ToolHost {
  readonly #options: ToolHostOptions;
  readonly #runs = new Map<string, RunServers>();
  #closed = false;

  constructor(options: ToolHostOptions) {
    this.#options = options;
  }

  async run({ run, path, call, signal }: ToolEffect): Promise<Outcome> {
    try {
      if (this.#closed) throw new ToolError('Dagbook.Aborted', 'The runtime is closed.');
      const servers = this.#serversOf(run);
      switch (call.do) {
        case 'list':
          return { status: 'ok', value: (await this.#list(servers, call.servers, signal)) as unknown as Json };
        case 'call':
          return await this.#next(servers, path, (await this.#connection(servers, call.server, signal)).call(call), signal);
        case 'answer':
          return await this.#answer(servers, call, signal);
      }
    } catch (error) {
      return failureOf(error, (text) => this.#options.redactor.text(text));
    }
  }

  async #list(servers: RunServers, wanted: readonly McpServer[], signal: AbortSignal): Promise<ToolListing> {
    return await Promise.all(wanted.map(async (server) => ({ server: server.name, tools: await (await this.#connection(servers, server, signal)).list(signal) })));
  }

  /** The next thing a call comes to. When it asks, it is kept until the answer comes. */
  async #next(servers: RunServers, path: string, live: LiveCall, signal: AbortSignal): Promise<Outcome> {
    const outcome = await live.next(signal);
    if (live.over) servers.asking.delete(path);
    else servers.asking.set(path, live);
    return outcome;
  }

  async #answer(servers: RunServers, call: Extract<ToolCall, { do: 'answer' }>, signal: AbortSignal): Promise<Outcome> {
    const kept = servers.asking.get(call.call);
    if (kept !== undefined) {
      kept.answer(call.asked.at(-1)?.answer ?? null);
      return await this.#next(servers, call.call, kept, signal);
    }
    return await this.#again(servers, call, signal);
  }

  /**
   * The process in which the server asked is gone, and the call with it: it waited for an answer and did nothing else. It
   * is made again, and gets the answers there are where it asks the same. Only a person's answer allows that to what may
   * write: whoever answers wants it done.
   */
  async #again(servers: RunServers, call: Extract<ToolCall, { do: 'answer' }>, signal: AbortSignal): Promise<Outcome> {
    if (!call.repeatable && call.asked.at(-1)?.question.of !== 'person') throw new ToolError('Tool.Interrupted', `The process ended while tool ${call.tool} was at work, and it may write, so it was not called again.`);
    const live = (await this.#connection(servers, call.server, signal)).call(call);
    for (const { question, answer } of call.asked) {
      const outcome = await live.next(signal);
      if (live.over) return outcome;
      const asks = outcome.status === 'ok' ? (outcome.value as { readonly asks?: Json }).asks : undefined;
      if (JSON.stringify(asks) !== JSON.stringify(question)) {
        live.give(new ToolError('Tool.Interrupted', `Tool ${call.tool} was called again after its process had ended, and now asks something else than before.`));
        return await live.next(signal);
      }
      live.answer(answer);
    }
    return await this.#next(servers, call.call, live, signal);
  }

  #serversOf(run: string): RunServers {
    const known = this.#runs.get(run);
    if (known !== undefined) return known;
    const servers: RunServers = { abort: new AbortController(), connections: new Map(), asking: new Map() };
    this.#runs.set(run, servers);
    return servers;
  }

  /** One connection per server and run; one that is gone is replaced. */
  async #connection(servers: RunServers, server: McpServer, signal: AbortSignal): Promise<McpConnection> {
    const key = JSON.stringify(server);
    const known = servers.connections.get(key);
    if (known !== undefined) {
      const connection = await orAbort(known, signal).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return null;
      });
      if (connection !== null && !connection.gone) return connection;
      if (servers.connections.get(key) !== known) return this.#connection(servers, server, signal);
    }
    const opening = this.#open(server, servers.abort.signal);
    servers.connections.set(key, opening);
    return await orAbort(opening, signal);
  }

  async #open(server: McpServer, signal: AbortSignal): Promise<McpConnection> {
    const { secret, redactor } = this.#options;
    const folder = this.#options.folder();
    if (folder === null) throw new ToolError('Dagbook.ToolNotAvailable', `Tool server ${server.name} needs a workspace folder, and there is none here.`);
    // Loaded when a run has tools: most have none, and the SDK is large.
    const { McpConnection } = await import('./mcp-connection.ts');
    const connection = await McpConnection.open(server, { folder, secret, redactor }, signal);
    if (signal.aborted) await connection.close();
    return connection;
  }

  endRun(run: string): void {
    void this.#end(run);
  }

  async #end(run: string): Promise<void> {
    const servers = this.#runs.get(run);
    if (servers === undefined) return;
    this.#runs.delete(run);
    servers.abort.abort();
    await Promise.all([...servers.connections.values()].map((opening) => opening.then((connection) => connection.close(), () => undefined)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#runs.keys()].map((run) => this.#end(run)));
  }
}

/** A connection is shared: that one of its users goes away ends the waiting, not the connection. */
function orAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(new ToolError('Dagbook.Aborted', 'The call was aborted.'));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
