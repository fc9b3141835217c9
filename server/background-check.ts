import type { AnalysisSession } from '../language/index.ts';
import { giveWay } from './give-way.ts';
import { TURN_MS } from './pushed-diagnostics.ts';
import type { Workspaces } from './workspaces.ts';

/** How long the editor must have been quiet: what a person waits for comes first. */
const QUIET_MS = 30;

/** Looks at every file of the open folders, a few at a time, so that questions about all of them find them looked at. */
export class BackgroundCheck {
  readonly #workspaces: Workspaces;
  readonly #waiting = new Set<() => void>();
  readonly #onSettled: () => void;
  #timer: NodeJS.Timeout | null = null;
  #running = false;

  /** `onSettled` is told after each time that all files have been looked at. */
  constructor(workspaces: Workspaces, onSettled: () => void) {
    this.#workspaces = workspaces;
    this.#onSettled = onSettled;
  }

  /** Reads every file, a few at a time. */
  async readAll(): Promise<void> {
    let end = performance.now() + TURN_MS;
    for (const { session } of this.#workspaces.folders()) {
      for (const path of session.paths()) {
        session.read(path);
        if (performance.now() < end) continue;
        await new Promise<void>((resolve) => setImmediate(resolve));
        end = performance.now() + TURN_MS;
      }
    }
  }

  /** Something has changed; there may be something to look at. */
  wake(): void {
    if (this.#running) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#start(); }, QUIET_MS);
  }

  /** Resolves when no file is left to look at. */
  async settled(): Promise<void> {
    if (this.#stale() === null) return;
    this.#start();
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#running) return;
    this.#running = true;
    setImmediate(() => { this.#turn(); });
  }

  #turn(): void {
    const end = performance.now() + TURN_MS;
    for (const { session } of this.#workspaces.folders()) {
      for (const path of session.unparsedPaths()) {
        session.warm(path);
        if (performance.now() > end) {
          setImmediate(() => { this.#turn(); });
          return;
        }
      }
    }
    for (let stale = this.#stale(); stale !== null; stale = this.#stale()) {
      for (const path of stale.paths) {
        if (stale.session.readOn(path)) {
          void giveWay().then(() => { this.#turn(); });
          return;
        }
        stale.session.check(path);
        if (performance.now() > end) {
          setImmediate(() => { this.#turn(); });
          return;
        }
      }
    }
    this.#running = false;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
    this.#onSettled();
  }

  #stale(): { readonly session: AnalysisSession; readonly paths: readonly string[] } | null {
    for (const { session } of this.#workspaces.folders()) {
      const paths = session.stalePaths(16);
      if (paths.length > 0) return { session, paths };
    }
    return null;
  }
}
