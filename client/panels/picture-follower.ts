/** Where a picture comes from: asks for it as it is now. */
export type PictureSource<P> = () => Promise<P>;

/**
 * Keeps a picture up with its document: asks after each change, one question at a time, so that a document that takes
 * long to answer throttles itself, and the last change always gets its answer. What comes for another source is dropped.
 */
export class PictureFollower<P> {
  readonly #show: (picture: P) => void;
  readonly #failed: (error: unknown) => void;
  #source: PictureSource<P> | null = null;
  #asking = false;
  #wanted = false;

  constructor(show: (picture: P) => void, failed: (error: unknown) => void) {
    this.#show = show;
    this.#failed = failed;
  }

  follow(source: PictureSource<P> | null): void {
    this.#source = source;
    this.changed();
  }

  /** The document, or something its picture depends on, has changed. */
  changed(): void {
    this.#wanted = true;
    if (!this.#asking) void this.#run();
  }

  async #run(): Promise<void> {
    this.#asking = true;
    while (this.#wanted) {
      this.#wanted = false;
      await this.#askOnce();
    }
    this.#asking = false;
  }

  async #askOnce(): Promise<void> {
    const source = this.#source;
    if (source === null) return;
    try {
      const picture = await source();
      if (this.#source === source) this.#show(picture);
    } catch (error) {
      if (this.#source === source) this.#failed(error);
    }
  }
}
