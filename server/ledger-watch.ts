import path from 'node:path';
import type { LedgerPlace, LedgerPort } from './ledger-port.ts';
import type { ServerWorkspace } from './server-workspace.ts';
import type { Workspaces } from './workspaces.ts';

/** A look costs two `stat`s; what it may lead to, a process of 0.2 s. */
const LOOK_MS = 5_000;

/** Notices, in the place of an editor with a runtime, that versions were locked: by a run in a terminal, say. */
export class LedgerWatch {
  readonly #port: LedgerPort;
  readonly #workspaces: Workspaces;
  readonly #onFailure: (error: unknown) => void;
  /** The stamp that was last acted on. */
  readonly #seen = new WeakMap<ServerWorkspace, string>();
  readonly #listed = new WeakMap<ServerWorkspace, string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(port: LedgerPort, workspaces: Workspaces, onFailure: (error: unknown) => void) {
    this.#port = port;
    this.#workspaces = workspaces;
    this.#onFailure = onFailure;
  }

  start(): void {
    this.#timer ??= setInterval(() => { this.#look(); }, LOOK_MS).unref();
    this.#look();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #look(): void {
    for (const workspace of this.#workspaces.all()) {
      const place = ledgerPlaceOf(workspace);
      const stamp = place === null ? null : this.#port.stamp(place);
      if (place === null || stamp === null) continue;
      if (this.#seen.get(workspace) !== stamp) workspace.specs?.ledgerChanged();
      this.#seen.set(workspace, stamp);
      // The list is for pinning: whoever refers to nothing by digest needs none.
      if (this.#listed.get(workspace) === stamp || workspace.session.index().mentioning('@sha256:').length === 0) continue;
      this.#listed.set(workspace, stamp);
      void this.#list(workspace, place);
    }
  }

  async #list(workspace: ServerWorkspace, place: LedgerPlace): Promise<void> {
    try {
      workspace.ledger = { lockedSpecs: await this.#port.versions(place) };
      workspace.session.ledgerChanged(workspace.ledger);
    } catch (error) {
      this.#onFailure(error);
    }
  }
}

export function ledgerPlaceOf({ root, settings }: ServerWorkspace): LedgerPlace | null {
  return root === null ? null : { root, file: path.resolve(root, settings.ledgerPath) };
}
