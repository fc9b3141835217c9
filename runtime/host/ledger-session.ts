import type { HostEvent, HostSettings } from '../../protocol/host.ts';
import type { SqliteDriver } from '../ledger/sqlite.ts';
import { EditorModels } from '../models/editor-models.ts';
import type { Secrets } from '../models/secrets.ts';
import type { Review } from '../review.ts';
import type { RunHandle } from '../run-handle.ts';
import { inFull } from './host-error.ts';
import { LedgerDoor } from './ledger-door.ts';
import { LedgerWatch } from './ledger-watch.ts';
import { Subscriptions } from './subscriptions.ts';

/** How often the ledger is looked at: milliseconds. A look without news costs some microseconds. */
const LOOK_MS = 100;

export interface SessionPorts {
  readonly driver: SqliteDriver;
  readonly settings: () => HostSettings;
  readonly secrets: Secrets;
  readonly tell: (event: HostEvent) => void;
  readonly log: (level: 'warning' | 'error', message: string) => void;
}

/** One ledger while a host works with it: the door to it, the watch over it, and the runs somebody follows. */
export class LedgerSession {
  readonly door: LedgerDoor;
  readonly subscriptions: Subscriptions;
  readonly editorModels: EditorModels;
  readonly #ports: SessionPorts;
  readonly #timer: NodeJS.Timeout;
  #watch: LedgerWatch | null = null;
  /** There was a look before this one, and no ledger then. */
  #missing = false;
  /** The failure that was logged last: the same again, ten times a second, helps nobody. */
  #failure = '';

  constructor(ports: SessionPorts) {
    this.#ports = ports;
    this.subscriptions = new Subscriptions((frame) => ports.tell({ kind: 'frame', frame }));
    this.editorModels = new EditorModels({ ask: (call, request) => ports.tell({ kind: 'model-call', call, request }), abort: (call) => ports.tell({ kind: 'model-abort', call }) });
    this.door = new LedgerDoor(ports.settings, { providers: [this.editorModels.provider], driver: ports.driver, secrets: ports.secrets, onDrive: (handle) => this.#drives(handle), onBug: (error) => ports.log('error', inFull(error)), onNote: (message) => ports.log('warning', message) });
    try {
      this.#follow();
    } catch (error) {
      this.door.close();
      throw error;
    }
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  get driver(): SqliteDriver {
    return this.#ports.driver;
  }

  get held(): boolean {
    return this.#watch?.held ?? false;
  }

  /** Null while there is no ledger. */
  get watch(): LedgerWatch | null {
    this.#follow();
    return this.#watch;
  }

  /** The ledger with what is known of it, as it is now and not as it was at the last look. Throws ledger-unreadable. */
  state(): { readonly watch: LedgerWatch; readonly review: Review } {
    const review = this.door.existing();
    const { watch } = this;
    if (watch === null) throw new Error('unreachable: an open ledger that nobody watches');
    return { watch, review };
  }

  /** Lets go of every run. */
  close(): void {
    clearInterval(this.#timer);
    this.subscriptions.close();
    this.#watch = null;
    this.door.close();
  }

  #look(): void {
    const { door } = this;
    try {
      if (!door.isCurrent()) {
        this.#ports.log('warning', `${door.file} was removed or replaced while it was open. What was running is let go of; the file that is there now is opened instead.`);
        this.#watch = null;
        door.close();
      }
      this.#follow();
      this.#failure = '';
    } catch (error) {
      // The next look may succeed: a ledger that is busy, a disk that is full.
      const failure = inFull(error);
      if (failure !== this.#failure) this.#ports.log('error', failure);
      this.#failure = failure;
    }
  }

  #follow(): void {
    const review = this.door.reader();
    if (review === null) {
      this.#missing = true;
      return;
    }
    const isNew = this.#watch === null;
    this.#watch ??= new LedgerWatch(review, this.#ports.tell, this.#missing);
    this.#missing = false;
    if (isNew || this.#watch.look()) this.subscriptions.look(review);
  }

  #drives(handle: RunHandle): void {
    this.subscriptions.drives(handle);
    const done = (): void => {
      const review = this.door.reader();
      if (review !== null) this.subscriptions.letsGo(handle, review);
    };
    const failed = (error: unknown): void => {
      this.#ports.log('error', `Run ${handle.id} cannot go on here: ${inFull(error)}`);
      done();
    };
    handle.result.then(done, failed).catch((error: unknown) => this.#ports.log('error', inFull(error)));
  }
}
