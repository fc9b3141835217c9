import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { createFetch, type BodyEnd } from './http-fetch.ts';
import { ToolError } from './tool-error.ts';

/** What came with the end of a body is read a little later: milliseconds. */
const READING_MS = 250;
/** So long a server has to take note that its session is over: milliseconds. */
const GOODBYE_MS = 500;

type Id = string | number;

/**
 * The SDK's transport, and an eye on what it overlooks: a request whose answer breaks off, or ends without one, would be
 * waited for until its time is up.
 */
export class HttpTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #name: string;
  readonly #inner: StreamableHTTPClientTransport;
  readonly #unanswered = new Set<Id>();
  readonly #resuming = new Set<Id>();
  /** Why it can no longer be used; null = it can, or it was closed by us. */
  fault: ToolError | null = null;

  constructor(name: string, url: URL, headers: Readonly<Record<string, string>>) {
    this.#name = name;
    this.#inner = new StreamableHTTPClientTransport(url, {
      fetch: createFetch(name, (end) => void setTimeout(() => this.#ended(end), READING_MS)), requestInit: { headers: { ...headers } },
      reconnectionOptions: { initialReconnectionDelay: 200, maxReconnectionDelay: 5_000, reconnectionDelayGrowFactor: 2, maxRetries: 3 },
    });
  }

  get sessionId(): string | undefined {
    return this.#inner.sessionId;
  }

  setProtocolVersion = (version: string): void => this.#inner.setProtocolVersion(version);

  start(): Promise<void> {
    this.#inner.onmessage = (message) => {
      if (!('method' in message) && message.id !== undefined) this.#settled(message.id);
      this.onmessage?.(message);
    };
    this.#inner.onclose = () => this.onclose?.();
    this.#inner.onerror = (error) => {
      if (error.message.startsWith('Maximum reconnection attempts') && this.#resuming.size > 0) this.#fail(new ToolError('Tool.TemporaryFailure', `The answer of tool server ${this.#name} broke off, and the rest of it cannot be had.`));
      this.onerror?.(error);
    };
    return this.#inner.start();
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    const id = 'method' in message && 'id' in message ? message.id : null;
    if (id !== null) this.#unanswered.add(id);
    const cancelled = 'method' in message && message.method === 'notifications/cancelled' ? message.params?.['requestId'] : null;
    if (typeof cancelled === 'string' || typeof cancelled === 'number') this.#settled(cancelled);
    try {
      const { resumptionToken, onresumptiontoken } = options ?? {};
      await this.#inner.send(message, { ...(resumptionToken === undefined ? {} : { resumptionToken }), ...(onresumptiontoken === undefined ? {} : { onresumptiontoken }) });
    } catch (error) {
      if (id !== null) this.#settled(id);
      throw error;
    }
  }

  /** Ends the session, as far as the server cares to hear of it. */
  async close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS);
    });
    await Promise.race([this.#inner.terminateSession().catch(() => undefined), late]);
    clearTimeout(timer);
    await this.#inner.close();
  }

  #settled(id: Id): void {
    this.#unanswered.delete(id);
    this.#resuming.delete(id);
  }

  #ended({ id, resumable, fault }: BodyEnd): void {
    if (!this.#unanswered.has(id)) return;
    if (resumable && fault === null) this.#resuming.add(id);
    else this.#fail(fault ?? new ToolError('Tool.TemporaryFailure', `The answer of tool server ${this.#name} broke off.`));
  }

  #fail(error: ToolError): void {
    this.fault ??= error;
    this.onclose?.();
  }
}
