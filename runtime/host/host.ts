import type { HostEvent, HostInfo, HostMessage, HostSettings } from '../../protocol/host.ts';
import type { SqliteDriver } from '../ledger/sqlite.ts';
import { secretsFrom } from '../models/secret-source.ts';
import { createSecrets, credentialsIn } from '../models/secrets.ts';
import type { Secrets } from '../models/secrets.ts';
import type { Json } from '../../protocol/json.ts';
import { hostError, inFull } from './host-error.ts';
import { LedgerSession } from './ledger-session.ts';
import { loadDriver } from './load-driver.ts';
import type { LoadedDriver } from './load-driver.ts';
import { handlersFor } from './methods.ts';
import type { HostHandlers } from './methods.ts';
import type { HostCall, Incoming } from './params.ts';
import { misused, readMessage } from './params.ts';

export interface HostPorts {
  /** The script this host was started from: queries get a process of their own. */
  readonly script: string;
  /** `sent` is called when the message has left this process, or cannot. */
  send(message: HostMessage, sent?: () => void): void;
  /** Ends the process. */
  end(code: number): void;
}

/** Answers requests over one ledger, and tells what happens in it. */
export class Host {
  readonly #ports: HostPorts;
  readonly #cancels = new Map<number, AbortController>();
  #settings: HostSettings | null = null;
  #driver: LoadedDriver | null = null;
  #session: LedgerSession | null = null;

  /** Of the editor's storage before those of the environment. */
  readonly #secrets: Secrets;

  constructor(ports: HostPorts) {
    const fromEnvironment = secretsFrom(process.env);
    const stored = (name: string): string | null => (Object.hasOwn(this.#settings?.secrets ?? {}, name) ? (this.#settings?.secrets[name] ?? null) : null);
    this.#secrets = createSecrets((name) => stored(name) ?? fromEnvironment(name));
    this.#secrets.know(credentialsIn(process.env));
    // Nothing leaves this process but through here, and nothing secret with it.
    this.#ports = { ...ports, send: (message, sent) => { ports.send(this.#secrets.redactor.json(message as unknown as Json) as unknown as HostMessage, sent); } };
  }

  /** Never throws, whatever has come. */
  receive(message: unknown): void {
    const incoming = readMessage(message);
    switch (incoming.kind) {
      case 'cancel':
        this.#cancels.get(incoming.id)?.abort();
        return;
      case 'malformed':
        this.#refuse(incoming);
        return;
      case 'request':
        void this.#respond(incoming.id, incoming.call);
        return;
    }
  }

  log(level: 'info' | 'warning' | 'error', message: string): void {
    this.#tell({ kind: 'log', level, message });
  }

  /** Lets go of every run. */
  close(): void {
    const session = this.#session;
    this.#session = null;
    session?.close();
  }

  #refuse({ id, problem }: Extract<Incoming, { kind: 'malformed' }>): void {
    this.log('warning', `A request was refused: ${problem}`);
    if (id !== null) this.#ports.send({ kind: 'reply', id, ok: false, error: hostError(misused(problem)) });
  }

  async #respond(id: number, call: HostCall): Promise<void> {
    const cancel = new AbortController();
    this.#cancels.set(id, cancel);
    try {
      const result = await this.#answer(call, cancel.signal);
      this.#ports.send({ kind: 'reply', id, ok: true, result }, call.method === 'close' ? () => this.#ports.end(0) : undefined);
    } catch (error) {
      const told = hostError(error);
      if (told.code === 'bug') this.log('error', `${call.method} failed: ${inFull(error)}`);
      const last = told.code === 'driver-unavailable';
      this.#ports.send({ kind: 'reply', id, ok: false, error: told }, last ? () => this.#ports.end(1) : undefined);
    } finally {
      this.#cancels.delete(id);
    }
  }

  #answer(call: HostCall, signal: AbortSignal): unknown {
    switch (call.method) {
      case 'open':
        return this.#open(call.params);
      case 'configure':
        return this.#configure(call.params);
      case 'close':
        this.close();
        return { ok: true };
      default: {
        if (this.#session === null) throw misused(`${call.method}: the host has not been opened.`);
        const handlers: HostHandlers = handlersFor(this.#session, this.#ports.script, signal);
        // Method and parameters were checked together; the table is checked where it is written.
        return (handlers[call.method] as (params: unknown) => unknown)(call.params);
      }
    }
  }

  #open(settings: HostSettings): HostInfo {
    if (this.#session !== null) throw misused('open: the host is open already; use configure.');
    this.#take(settings);
    this.#driver = loadDriver(settings.nativeBinding);
    const { name, instead, driver } = this.#driver;
    if (instead !== null) this.log('warning', instead);
    this.#session = this.#newSession(settings, driver);
    return { pid: process.pid, driver: name, ledgerFile: settings.ledgerFile, held: this.#session.held };
  }

  #configure(settings: HostSettings): { readonly ok: true } {
    if (this.#session === null || this.#driver === null) throw misused('configure: the host has not been opened.');
    const other = this.#session.door.file !== settings.ledgerFile;
    this.#take(settings);
    if (other) {
      this.close();
      this.#session = this.#newSession(settings, this.#driver.driver);
    }
    return { ok: true };
  }

  #newSession(settings: HostSettings, driver: SqliteDriver): LedgerSession {
    return new LedgerSession({ driver, secrets: this.#secrets, settings: () => this.#settings ?? settings, tell: (event) => this.#tell(event), log: (level, message) => this.log(level, message) });
  }

  #tell(event: HostEvent): void {
    this.#ports.send(event);
  }

  #take(settings: HostSettings): void {
    this.#settings = settings;
    this.#secrets.know(settings.secrets);
  }
}
