export interface Disposable {
  dispose(): void;
}

/** Tells whoever listens. As the editor's event emitter, without the editor. */
export class Signal<T> {
  readonly #listeners = new Set<(value: T) => void>();

  readonly listen = (listener: (value: T) => void): Disposable => {
    // Its own function each time: the same listener may listen twice.
    const own = (value: T): void => { listener(value); };
    this.#listeners.add(own);
    return { dispose: () => void this.#listeners.delete(own) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) listener(value);
  }
}
