/** The kinds of images that every provider takes. */
export const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/** An image as the ledger has it, with the answer of the tool that made it. */
export interface StoredImage {
  readonly mime: string;
  /** Of its bytes: hex. */
  readonly sha256: string;
  readonly bytes: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Base64. */
  readonly data: string;
}

/**
 * An image in a message. What is written down of it (and hashed, and held against a record) are its fields; the image itself
 * goes to the provider, and stands in the ledger once, with the answer of the tool.
 */
export class MessageImage {
  readonly mime: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
  readonly #data: string;

  constructor({ mime, sha256, bytes, width, height, data }: StoredImage) {
    this.mime = mime;
    this.sha256 = sha256;
    this.bytes = bytes;
    this.width = width;
    this.height = height;
    this.#data = data;
  }

  /** Base64. */
  get data(): string {
    return this.#data;
  }
}
