import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { ErrorPlace } from '../../protocol/dagbook-error.ts';
import type { HostError, HostEvent, HostMessage, HostMethod, HostMethods, ToHost } from '../../protocol/host.ts';

export interface HostOptions {
  /** The Node to run it: the extension host's own `process.execPath`. */
  readonly execPath: string;
  /** Absolute path of the host's script. */
  readonly script: string;
  /** What it sees of the environment. */
  readonly env: NodeJS.ProcessEnv;
  /** What the process itself writes, line by line: nothing, unless Node or a native library has something to say. */
  readonly log: (line: string) => void;
}

export interface HostConnection {
  readonly pid: number;
  /**
   * Rejects with `HostFailure`: what the host answered, or that it is not there. An aborted call rejects at once with
   * the signal's reason; the host stops a query then, and ends everything else unheard.
   */
  call<M extends HostMethod>(method: M, params: Parameters<HostMethods[M]>[0], signal?: AbortSignal): Promise<ReturnType<HostMethods[M]>>;
  onEvent(listener: (event: HostEvent) => void): () => void;
  /** Called once, when the process has ended without being told to, with the reason in words. */
  onExit(listener: (reason: string) => void): () => void;
  /** Lets the host give up its runs and end; where it does not within `GRACE_MS`, it is killed. */
  dispose(): void;
}

/** What went wrong with a call. `code` is one of ours, or `bug`, or `host-unavailable`. */
export class HostFailure extends Error {
  override readonly name = 'HostFailure';
  readonly code: HostError['code'];
  readonly place: ErrorPlace | null;
  constructor({ code, message, place }: HostError) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/** How long a host may take to let go of its runs: milliseconds. */
const GRACE_MS = 3_000;

interface Pending {
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Forks a runtime host. In Electron, the extension host's own executable runs it as a plain Node. */
export function startHost({ execPath, script, env, log }: HostOptions): HostConnection {
  const child = fork(script, [], {
    execPath,
    // The inspector's port and the like belong to the process that started it.
    execArgv: [],
    env: { ...env, ...(process.versions['electron'] === undefined ? {} : { ELECTRON_RUN_AS_NODE: '1' }) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  return new ForkedHost(child, log);
}

class ForkedHost implements HostConnection {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #events = new Set<(event: HostEvent) => void>();
  readonly #exits = new Set<(reason: string) => void>();
  #nextId = 1;
  #ended: string | null = null;
  #disposed = false;

  constructor(child: ChildProcess, log: (line: string) => void) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) readLines(stream, log);
    child.on('message', (message) => this.#receive(message as HostMessage));
    child.on('error', (error) => this.#end(`The runtime host cannot be started or spoken to: ${error.message}`));
    child.on('exit', (code, signal) => this.#end(signal === null ? `The runtime host ended with exit code ${code ?? 'unknown'}.` : `The runtime host was ended by ${signal}.`));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  call<M extends HostMethod>(method: M, params: Parameters<HostMethods[M]>[0], signal?: AbortSignal): Promise<ReturnType<HostMethods[M]>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason as Error);
        return;
      }
      if (this.#ended !== null) {
        reject(unavailable(this.#ended));
        return;
      }
      const id = this.#nextId++;
      const abort = (): void => {
        this.#send({ kind: 'cancel', id });
        this.#take(id)?.reject(signal?.reason);
      };
      const settle = <T>(how: (value: T) => void) => (value: T): void => {
        signal?.removeEventListener('abort', abort);
        how(value);
      };
      this.#pending.set(id, { resolve: settle(resolve), reject: settle(reject) });
      signal?.addEventListener('abort', abort, { once: true });
      this.#send({ kind: 'request', id, method, params });
    });
  }

  onEvent(listener: (event: HostEvent) => void): () => void {
    const own = (event: HostEvent): void => listener(event);
    this.#events.add(own);
    return () => void this.#events.delete(own);
  }

  onExit(listener: (reason: string) => void): () => void {
    const own = (reason: string): void => listener(reason);
    this.#exits.add(own);
    return () => void this.#exits.delete(own);
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#events.clear();
    if (this.#child.connected) this.#child.disconnect();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), GRACE_MS);
    kill.unref();
    this.#child.once('exit', () => clearTimeout(kill));
    this.#end('The runtime host was told to end.');
  }

  #send(message: ToHost): void {
    if (!this.#child.connected) return;
    // A message that cannot be delivered means that the process is gone, and its exit says so.
    this.#child.send(message, (error) => {
      if (error !== null && message.kind === 'request') this.#take(message.id)?.reject(unavailable(error.message));
    });
  }

  #receive(message: HostMessage): void {
    if (message.kind !== 'reply') {
      for (const listener of [...this.#events]) listener(message);
      return;
    }
    const pending = this.#take(message.id);
    if (message.ok) pending?.resolve(message.result as never);
    else pending?.reject(new HostFailure(message.error));
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(unavailable(reason));
    if (!this.#disposed) for (const listener of [...this.#exits]) listener(reason);
    this.#exits.clear();
  }
}

function unavailable(reason: string): HostFailure {
  return new HostFailure({ code: 'host-unavailable', message: reason, place: null });
}

function readLines(stream: NodeJS.ReadableStream, log: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) log(line);
  });
  stream.on('end', () => {
    if (rest !== '') log(rest);
  });
}
