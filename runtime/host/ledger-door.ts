import type { LockedSpec, Workspace } from '../../language/index.ts';
import { toolServers } from '../../disk/tool-servers.ts';
import { WorkspaceFolder } from '../../disk/workspace-folder.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { HostSettings } from '../../protocol/host.ts';
import { createProviders, endpointsFrom } from '../models/create-providers.ts';
import { profileEndpoints } from '../models/profile-servers.ts';
import type { ModelProvider } from '../models/provider.ts';
import { otlpTargetFrom } from '../telemetry/otlp.ts';
import { isFree } from '../durable/lease.ts';
import { identityOf } from '../ledger/ledger.ts';
import type { RunRow } from '../ledger/run-store.ts';
import { noLedger } from '../ledger/sqlite.ts';
import type { SqliteDriver } from '../ledger/sqlite.ts';
import type { Secrets } from '../models/secrets.ts';
import type { Review } from '../review.ts';
import type { Pricing } from '../paid-models.ts';
import { lockedSpecOf, openReader } from '../review.ts';
import type { RunHandle } from '../run-handle.ts';
import { Runtime } from '../runtime.ts';

export interface DoorPorts {
  /** Beside the built-in ones. */
  readonly providers: readonly ModelProvider[];
  readonly driver: SqliteDriver;
  readonly secrets: Secrets;
  readonly onDrive: (handle: RunHandle) => void;
  readonly onBug: (error: unknown) => void;
  /** Something that did not work out and is no failure of a run. */
  readonly onNote: (message: string) => void;
}

/**
 * The one ledger of a host, opened as late as possible: looking opens a connection that cannot write, and where there is
 * no file there is nothing to look at; only what writes makes the file. A ledger of an older release is brought up to
 * date when it is first looked at, because it cannot be read before.
 */
export class LedgerDoor {
  readonly file: string;
  readonly #settings: () => HostSettings;
  readonly #ports: DoorPorts;
  #reader: Review | null = null;
  #runtime: Runtime | null = null;
  /** Device and inode of the open file: a ledger that was deleted, or put in place of another, is not the one we have open. */
  #identity: string | null = null;

  constructor(settings: () => HostSettings, ports: DoorPorts) {
    this.file = settings().ledgerFile;
    this.#settings = settings;
    this.#ports = ports;
  }

  /** For looking; null while there is no ledger. */
  reader(): Review | null {
    if (this.#reader !== null) return this.#reader;
    if (identityOf(this.file) === null) return null;
    this.#reader = this.#openReader();
    this.#identity = identityOf(this.file);
    return this.#reader;
  }

  /** For a call about something that must be there already. Throws ledger-unreadable. */
  existing(): Review {
    const review = this.reader();
    if (review === null) throw noLedger(this.file);
    return review;
  }

  /** For writing; makes the ledger where there is none. */
  runtime(): Runtime {
    return (this.#runtime ??= this.#openRuntime());
  }

  /** True when nobody drives this run, this process included. */
  isFree(run: RunRow): boolean {
    return this.#runtime?.isFree(run) ?? isFree(run, Date.now());
  }

  /** What lies in the workspace now. */
  workspace(): Workspace {
    return workspaceOf(this.#settings());
  }

  /** What the price of a call depends on, as it is now. */
  pricing(): Pricing {
    const { defaultModel, tiers, prices, workspace } = this.#settings();
    const { providers, secrets } = this.#ports;
    const known = [...createProviders({ secret: secrets.value, endpoints: endpointsFrom(process.env), profileEndpoints: () => profileEndpoints(workspace) }), ...providers];
    const lockedSpec = (specHash: string): LockedSpec | null => {
      const reader = this.reader();
      return reader === null ? null : lockedSpecOf(reader, specHash);
    };
    return { workspace: this.workspace(), models: { defaultModel, tiers, prices }, providers: new Map(known.map((provider) => [provider.name, provider])), lockedSpec };
  }

  /** Where it lies: an absolute path. */
  get folder(): string {
    return this.#settings().workspace;
  }

  /** False when the file at this path is no longer the one that is open. */
  isCurrent(): boolean {
    return this.#identity === null || identityOf(this.file) === this.#identity;
  }

  /** Lets go of every run, so that another process may take it up. */
  close(): void {
    const [reader, runtime] = [this.#reader, this.#runtime];
    this.#reader = null;
    this.#runtime = null;
    this.#identity = null;
    try {
      runtime?.release();
    } finally {
      reader?.close();
    }
  }

  #openReader(): Review {
    const { driver } = this.#ports;
    try {
      return openReader(this.file, { driver });
    } catch (error) {
      if (!(error instanceof DagbookError) || error.code !== 'ledger-unreadable') throw error;
      // Of an older release, or just being made: opening it for writing brings it up to date.
      this.runtime();
      return openReader(this.file, { driver });
    }
  }

  #openRuntime(): Runtime {
    const settings = this.#settings;
    const runtime = new Runtime({
      ledgerFile: this.file,
      synchronous: settings().synchronous,
      // Settings change while the editor is open; every dispatch reads them anew.
      get workspace() {
        return workspaceOf(settings());
      },
      get servers() {
        return toolServers(settings().mcpServers ?? {});
      },
      get folder() {
        return settings().workspace;
      },
      models: {
        get defaultModel() {
          return settings().defaultModel;
        },
        get tiers() {
          return settings().tiers;
        },
        get prices() {
          return settings().prices;
        },
      },
      get stallMs() {
        return settings().stallSeconds * 1_000;
      },
      leaveWaiting: false,
      endpoints: endpointsFrom(process.env),
      profileEndpoints: () => profileEndpoints(settings().workspace),
      otlp: otlpTargetFrom(process.env),
      onTelemetryFailure: (why) => { this.#ports.onNote(`The spans of a run were not sent: ${why}.`); },
      ...this.#ports,
    });
    this.#identity = identityOf(this.file);
    return runtime;
  }
}

/** Read from the disk at each dispatch: nobody tells this process of files that come and go. */
function workspaceOf({ workspace, agents, workflowGlobs }: HostSettings): Workspace {
  const folder = new WorkspaceFolder(workspace);
  return { settings: { agents, workflowGlobs }, read: (file) => folder.read(file), list: () => folder.list() };
}
