import { createHash } from 'node:crypto';
import { imageSize } from 'image-size';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { IMAGE_TYPES, type StoredImage } from '../models/message-image.ts';

/** Most of one image, and of those of one answer: bytes. What is larger is refused by providers. */
const LARGEST_IMAGE = 3_500_000;
const LARGEST_TOGETHER = 7_000_000;
const MOST_IMAGES = 8;

/** The images of one answer: those that a model can be shown, and what is said in the place of each. */
export interface ImageTaker {
  readonly taken: readonly StoredImage[];
  /** `data`: base64. Gives the words that stand for it in the answer's text. */
  take(mime: string, data: string): string;
}

/** `redact` gives another text where there is a secret in it. */
export function createImageTaker(redact: (text: string) => string): ImageTaker {
  const taken: StoredImage[] = [];
  let together = 0;
  return {
    taken,
    take(mime, data) {
      const bytes = Buffer.from(data, 'base64');
      const words = `image ${redact(mime)}, ${bytes.length} bytes`;
      const refused = (why: string): string => `[${words}: not shown, ${why}]`;
      if (bytes.length > LARGEST_IMAGE || together + bytes.length > LARGEST_TOGETHER) return refused('it is too large');
      if (taken.length === MOST_IMAGES) return refused(`an answer shows at most ${MOST_IMAGES} images`);
      const seen = lookAt(bytes);
      if (seen === null) return refused('it is no PNG, JPEG, GIF or WebP image');
      // Also within the image: what it says of itself may be plain text.
      const again = bytes.toString('base64');
      if (redact(again) !== again || redact(bytes.toString('latin1')) !== bytes.toString('latin1')) return refused('there is a secret in it');
      taken.push({ ...seen, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, data: again });
      together += bytes.length;
      return `[${words}, ${seen.width}×${seen.height}]`;
    },
  };
}

/** What a server asks a model (MCP: sampling), with its images as the ledger keeps them, or words in their place. */
export function withStoredImages(request: JsonObject, redact: (text: string) => string): JsonObject {
  const images = createImageTaker(redact);
  const block = (given: Json): Json => {
    const { type, data, mimeType } = (typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}) as JsonObject;
    if (type !== 'image' || typeof data !== 'string') return given;
    const before = images.taken.length;
    const words = images.take(typeof mimeType === 'string' ? mimeType : 'image', data);
    const taken = images.taken[before];
    return taken === undefined ? { type: 'text', text: words } : { type: 'image', words, image: taken as unknown as Json };
  };
  const messages = Array.isArray(request['messages']) ? (request['messages'] as readonly JsonObject[]) : [];
  return { ...request, messages: messages.map((message) => ({ ...message, content: Array.isArray(message['content']) ? (message['content'] as readonly Json[]).map(block) : block(message['content'] ?? null) })) };
}

/** By its first bytes: what a server calls an image may be another one, and providers refuse that. */
function lookAt(bytes: Uint8Array): Pick<StoredImage, 'mime' | 'width' | 'height'> | null {
  try {
    const { type = '', width, height } = imageSize(bytes);
    const mime = `image/${type === 'jpg' ? 'jpeg' : type}`;
    return IMAGE_TYPES.has(mime) && width > 0 && height > 0 ? { mime, width, height } : null;
  } catch {
    return null; // Of no kind that anybody knows, or broken off.
  }
}
