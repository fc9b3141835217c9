import { pathToFileURL } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CallToolResultSchema, CreateMessageRequestSchema, ElicitRequestSchema, ErrorCode, ListRootsRequestSchema, ListToolsResultSchema, McpError,
} from '@modelcontextprotocol/sdk/types.js';
import type { CreateMessageResult, ElicitResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import type { McpServer } from '../../language/index.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import type { ListedTool, Outcome, ToolInvocation, ToolQuestion } from '../durable/context.ts';
import type { Redactor } from '../models/redact-secret.ts';
import { HttpTransport } from './http-transport.ts';
import { LiveCall } from './live-call.ts';
import { withStoredImages } from './tool-images.ts';
import { StdioTransport } from './stdio-transport.ts';
import { failureOf, quote, ToolError } from './tool-error.ts';
import { listedTool, outcomeOfResult } from './tool-result.ts';

export interface ConnectionPorts {
  /** Where servers work, and the root they are told of: an absolute path. */
  readonly folder: string;
  /** A secret's value by its name; null = there is none. */
  readonly secret: (name: string) => string | null;
  /** Takes secrets out of what a server says: before anybody shortens it, or half a secret would not be found. */
  readonly redactor: Redactor;
}

/** A server has so long to start and to say what it offers: milliseconds. */
const START_MS = 30_000;
/** Longer than anything: our own clocks decide. */
const NEVER = 2 ** 31 - 1;
const MOST_PAGES = 100;
/** Messages that answer nothing, between two that do. */
const MOST_UNASKED = 20_000;

/** One server, and what is under way with it. */
export class McpConnection {
  readonly #server: McpServer;
  readonly #transport: StdioTransport | HttpTransport;
  readonly #client: Client;
  readonly #calls = new Set<LiveCall>();
  readonly #redactor: Redactor;
  readonly #redact: (text: string) => string;
  #unasked = 0;
  #fault: ToolError | null = null;
  #closed = false;

  private constructor(server: McpServer, ports: ConnectionPorts, secrets: ReadonlyMap<string, string>) {
    this.#server = server;
    this.#redactor = ports.redactor;
    this.#redact = (text) => ports.redactor.text(text);
    this.#transport = server.command === null ? new HttpTransport(server.name, new URL(server.url ?? ''), headersOf(server, secrets)) : new StdioTransport({ name: server.name, command: server.command, args: server.args, cwd: ports.folder, env: environmentOf(server, secrets) }, this.#redact);
    this.#client = new Client({ name: 'dagbook', version: '1' }, { capabilities: { sampling: {}, elicitation: { form: {} }, roots: {} } });
    this.#client.onclose = () => this.#fail(new ToolError('Tool.TemporaryFailure', `The connection to tool server ${server.name} broke off.`));
    this.#client.setRequestHandler(ListRootsRequestSchema, () => ({ roots: [{ uri: pathToFileURL(ports.folder).href, name: 'workspace' }] }));
    this.#client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => {
      // MCP has us say so: we told it that we lend no tools.
      if (params.tools !== undefined || params.toolChoice !== undefined) throw new McpError(ErrorCode.InvalidParams, 'A model that is lent calls no tools.');
      return this.#ask({ of: 'model', request: withStoredImages(params as JsonObject, this.#redact) }) as Promise<CreateMessageResult>;
    });
    this.#client.setRequestHandler(ElicitRequestSchema, ({ params }) => this.#ask({ of: 'person', request: params as JsonObject }) as Promise<ElicitResult>);
    this.#client.fallbackNotificationHandler = () => {
      this.#count();
      return Promise.resolve();
    };
  }

  /** Starts or reaches the server. Throws ToolError. */
  static async open(server: McpServer, ports: ConnectionPorts, signal: AbortSignal): Promise<McpConnection> {
    if ((server.command === null) === (server.url === null)) throw new ToolError('Dagbook.ToolNotAvailable', `Tool server ${server.name} needs either a command or a url.`);
    const connection = new McpConnection(server, ports, readSecrets(server, ports.secret));
    await connection.#connect(signal);
    return connection;
  }

  /** True when no more calls can be made: the next one needs a new connection. */
  get gone(): boolean {
    return this.#fault !== null || this.#closed;
  }

  async #connect(signal: AbortSignal): Promise<void> {
    try {
      await this.#within(signal, `Tool server ${this.#server.name} did not start`, (inner) => this.#client.connect(this.#transport, { timeout: NEVER, signal: inner }));
    } catch (error) {
      await this.close();
      throw this.#explain(error);
    }
    if (this.#client.getServerCapabilities()?.tools === undefined) {
      await this.close();
      throw new ToolError('Dagbook.ToolNotAvailable', `Tool server ${this.#server.name} offers no tools.`);
    }
  }

  async list(signal: AbortSignal): Promise<readonly ListedTool[]> {
    const tools = new Map<string, Tool>();
    const seen = new Set<string>();
    let cursor: string | undefined;
    try {
      do {
        const params = cursor === undefined ? {} : { cursor };
        // Not the client's `listTools`: it compiles every schema a server sends, and one broken schema would hide all tools.
        const answer = await this.#within(signal, `Tool server ${this.#server.name} did not list its tools`, (inner) => this.#client.request({ method: 'tools/list', params }, ListToolsResultSchema, { timeout: NEVER, signal: inner }));
        this.#unasked = 0;
        // Of two with one name only the first can be told apart.
        for (const tool of answer.tools) if (!tools.has(tool.name)) tools.set(tool.name, tool);
        cursor = answer.nextCursor;
        if (cursor !== undefined && (seen.has(cursor) || seen.size === MOST_PAGES)) throw new ToolError('Dagbook.ToolNotAvailable', `Tool server ${this.#server.name} lists its tools without an end: ${seen.has(cursor) ? 'a page comes again' : `more than ${MOST_PAGES} pages`}.`);
        if (cursor !== undefined) seen.add(cursor);
      } while (cursor !== undefined);
    } catch (error) {
      throw this.#explain(error);
    }
    return [...tools.values()].map(listedTool).map(({ description, ...tool }) => ({ ...tool, description: this.#redact(description) }));
  }

  /** Begins a call; what becomes of it comes out of `next`. */
  call({ tool, arguments: given }: ToolInvocation): LiveCall {
    const live = new LiveCall(this.#server.timeoutSeconds * 1_000, (error) => failureOf(error, this.#redact));
    this.#calls.add(live);
    this.#client.request({ method: 'tools/call', params: { name: tool, arguments: given } }, CallToolResultSchema, { timeout: NEVER, signal: live.signal, onprogress: () => live.progress() }).then(
      (result) => {
        this.#unasked = 0;
        this.#over(live, outcomeOfResult(result, this.#redact));
      },
      (error: unknown) => this.#over(live, failureOf(this.#explain(error), this.#redact)),
    );
    return live;
  }

  #over(live: LiveCall, outcome: Outcome): void {
    live.settle(outcome);
    this.#calls.delete(live);
  }

  /** MCP does not say which call a question belongs to: it goes to the oldest that has none yet. */
  #ask(question: ToolQuestion): Promise<Json> {
    const open = [...this.#calls].filter((call) => !call.over);
    const live = open.find((call) => !call.asking) ?? open[0];
    if (live === undefined) return Promise.reject(new McpError(ErrorCode.InvalidRequest, 'No call is under way, so there is nobody to ask.'));
    return live.ask(this.#redactor.whole(question as unknown as Json) as unknown as ToolQuestion);
  }

  /** Ends the session and the process. Calls that are under way end with it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const live of [...this.#calls]) live.give(new ToolError('Dagbook.Aborted', 'The call was aborted.'));
    // A client that was told of an end has let its transport go, and would leave it open.
    await this.#transport.close().catch(() => undefined);
    await this.#client.close().catch(() => undefined);
  }

  #fail(error: ToolError): void {
    const fault = (this.#fault ??= this.#transport.fault ?? error);
    for (const live of [...this.#calls]) live.settle(failureOf(fault, this.#redact));
    this.#calls.clear();
    if (!this.#closed) void this.close();
  }

  #count(): void {
    if (++this.#unasked > MOST_UNASKED) this.#fail(new ToolError('Tool.TemporaryFailure', `Tool server ${this.#server.name} floods: ${MOST_UNASKED} messages that nobody asked for.`));
  }

  /** Does `work` with a limit on its time. */
  async #within<T>(outer: AbortSignal, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = Math.min(START_MS, this.#server.timeoutSeconds * 1_000);
    const controller = new AbortController();
    const onAbort = (): void => controller.abort(new ToolError('Dagbook.Aborted', 'The call was aborted.'));
    const timer = setTimeout(() => {
      const words = this.#transport instanceof StdioTransport ? this.#transport.lastWords : '';
      controller.abort(new ToolError('Runner.Timeout', `${what} within ${limit / 1000} s${quote(words)}`));
    }, limit);
    if (outer.aborted) onAbort();
    outer.addEventListener('abort', onAbort, { once: true });
    const gone = new Promise<never>((_resolve, reject) => controller.signal.addEventListener('abort', () => reject(controller.signal.reason as ToolError), { once: true }));
    gone.catch(() => undefined);
    try {
      return await Promise.race([work(controller.signal), gone]);
    } finally {
      clearTimeout(timer);
      outer.removeEventListener('abort', onAbort);
    }
  }

  /** What the SDK throws, in our words. */
  #explain(error: unknown): ToolError {
    const { name } = this.#server;
    if (error instanceof ToolError) return new ToolError(error.name, this.#redact(error.message));
    if (this.#transport.fault !== null) return new ToolError(this.#transport.fault.name, this.#redact(this.#transport.fault.message));
    if (error instanceof StreamableHTTPError) return new ToolError(nameOfStatus(error.code), `Tool server ${name} answered with ${error.code ?? 'an error'}${quote(this.#redact(error.message.replace(/^.*?endpoint: /, '')))}`);
    if (this.#fault !== null && !(error instanceof SyntaxError)) return this.#fault;
    if (error instanceof McpError) {
      const said = error.message.replace(/^MCP error -?\d+: /, '');
      return new ToolError(error.code === (ErrorCode.ConnectionClosed as number) ? 'Tool.TemporaryFailure' : 'Tool.Failed', this.#redact(said));
    }
    const message = error instanceof Error ? error.message : String(error);
    // Zod says what it finds as JSON over many lines: the kind of fault is enough.
    const unreadable = message.trimStart().startsWith('[');
    return new ToolError('Tool.TemporaryFailure', this.#redact(unreadable ? `Tool server ${name} sent an answer that is not as MCP has it.` : `Tool server ${name} failed${quote(this.#redact(message))}`));
  }
}

function nameOfStatus(status: number | undefined): 'States.Permissions' | 'Dagbook.ToolNotAvailable' | 'Tool.TemporaryFailure' {
  if (status === 401 || status === 403) return 'States.Permissions';
  if (status === 404 || status === 405 || status === 410 || (status !== undefined && status >= 300 && status < 400)) return 'Dagbook.ToolNotAvailable';
  return 'Tool.TemporaryFailure';
}

function readSecrets(server: McpServer, secret: ConnectionPorts['secret']): ReadonlyMap<string, string> {
  const names = [...Object.values(server.env), ...Object.values(server.headers)].flatMap((value) => (typeof value === 'string' ? [] : [value.secret]));
  return new Map(names.map((name) => {
    const value = secret(name);
    if (value === null || value === '') throw new ToolError('Dagbook.ToolNotAvailable', `Tool server ${server.name} needs the secret ${name}: set the environment variable ${name}.`);
    return [name, value];
  }));
}

function environmentOf({ env }: McpServer, secrets: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, typeof value === 'string' ? value : (secrets.get(value.secret) ?? '')]));
}

function headersOf({ headers }: McpServer, secrets: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, typeof value === 'string' ? value : `${value.prefix}${secrets.get(value.secret) ?? ''}`]));
}
