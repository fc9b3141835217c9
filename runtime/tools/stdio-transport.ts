import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { createLineSplitter } from '../models/event-stream.ts';
import { spawnServer, type ServerProcess } from './spawn-server.ts';
import { quote, ToolError } from './tool-error.ts';

export interface StdioServer {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Longest message of a server: characters. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
/** Lines that are no messages, between two that are: some servers greet on their output, or keep a log there, but none has so much to say. */
const MOST_STRAY_LINES = 50;
/** Kept of what a server says on its error output: characters. */
const KEPT_ERRORS = 4_000;

/**
 * A server as a process of our own, one message a line. The SDK's own transport would do but for two things: it starts no
 * group of processes, so that what a server has started outlives it; and it goes on with a server that writes garbage.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #server: StdioServer;
  readonly #redact: (text: string) => string;
  readonly #lines = createLineSplitter(LONGEST_MESSAGE);
  readonly #decoder = new TextDecoder();
  #process: ServerProcess | null = null;
  #errors = '';
  /** The first line that was no message. */
  #stray: string | null = null;
  #strayLines = 0;
  #heard = false;
  /** Why it can no longer be used; null = it can, or it was closed by us. */
  fault: ToolError | null = null;

  constructor(server: StdioServer, redact: (text: string) => string) {
    this.#server = server;
    this.#redact = redact;
  }

  start(): Promise<void> {
    const { command, args, cwd, env, name } = this.#server;
    return new Promise((resolve, reject) => {
      const server = spawnServer(command, args, cwd, env);
      this.#process = server;
      const { child } = server;
      child.on('spawn', resolve);
      child.on('error', (error) => {
        this.fault ??= new ToolError('Dagbook.ToolNotAvailable', `Tool server ${name} cannot be started (${command})${quote(error.message)}`);
        reject(this.fault);
        this.onclose?.();
      });
      child.stdout?.on('data', (chunk: Buffer) => this.#read(chunk));
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        // Without secrets, as far as they are whole: what is cut in half is not found any more.
        this.#errors = this.#redact(this.#errors + text).slice(-KEPT_ERRORS);
      });
      child.on('close', (code, signal) => {
        this.fault ??= this.#goneFault(code, signal);
        this.onclose?.();
      });
    });
  }

  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      const input = this.#process?.child.stdin;
      if (input?.writable !== true) {
        reject(this.fault ?? new ToolError('Tool.TemporaryFailure', `Tool server ${this.#server.name} is gone.`));
        return;
      }
      input.write(`${JSON.stringify(message)}\n`, (error) => {
        // Why it is gone is told by its end.
        if (error === undefined || error === null) resolve();
        else resolve();
      });
    });
  }

  close(): Promise<void> {
    this.#process?.stop();
    return Promise.resolve();
  }

  /** Gives it up for what it did. */
  fail(error: ToolError): void {
    this.fault ??= error;
    this.#process?.stop();
    this.onclose?.();
  }

  #read(chunk: Buffer): void {
    try {
      for (const line of this.#lines.push(this.#decoder.decode(chunk, { stream: true }))) if (this.fault === null) this.#readLine(line);
    } catch (error) {
      if (error instanceof RangeError) this.fail(new ToolError('Tool.TemporaryFailure', `Tool server ${this.#server.name} sent ${error.message}.`));
      else throw error;
    }
  }

  #readLine(line: string): void {
    if (line.trim() === '') return;
    const message = parseMessage(line);
    if (message !== null) {
      this.#heard = true;
      this.#strayLines = 0;
      this.onmessage?.(message);
      return;
    }
    this.#stray ??= line;
    if (++this.#strayLines > MOST_STRAY_LINES) this.fail(new ToolError('Tool.TemporaryFailure', `Tool server ${this.#server.name} writes what is no message${quote(this.#redact(this.#stray))}`));
  }

  /** What it said that may explain a silence. */
  get lastWords(): string {
    return this.#redact(this.#errors.trim() === '' ? (this.#stray ?? '') : lastLines(this.#errors));
  }

  #goneFault(code: number | null, signal: NodeJS.Signals | null): ToolError {
    const { name, command } = this.#server;
    // A shell says so where there is no such program (127) or it is none (126).
    if (!this.#heard && (code === 127 || code === 126)) return new ToolError('Dagbook.ToolNotAvailable', `Tool server ${name} cannot be started: there is no program ${command}${quote(this.lastWords)}`);
    const how = signal === null ? `with code ${code ?? 0}` : `by ${signal}`;
    return new ToolError('Tool.TemporaryFailure', `Tool server ${name} ended ${how}${quote(this.lastWords)}`);
  }
}

function parseMessage(line: string): JSONRPCMessage | null {
  try {
    const parsed = JSONRPCMessageSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The end of what was said is where the reason stands; stacks say less. */
function lastLines(text: string): string {
  return text.split('\n').filter((line) => line.trim() !== '' && !/^\s+at /.test(line)).slice(-4).join(' ');
}
