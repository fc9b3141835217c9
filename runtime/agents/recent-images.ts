import type { ModelMessage } from '../models/provider.ts';

/** Most of all images in one request: bytes, and how many. Providers take a little more. */
const MOST_BYTES = 14_000_000;
const MOST_IMAGES = 20;

/** A talk goes on with the images that came last: of those before only what is said of them stays. */
export function withRecentImages(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  let bytes = 0;
  let count = 0;
  const kept = messages.toReversed().map((message) => {
    if (message.images === undefined) return message;
    bytes += message.images.reduce((sum, image) => sum + image.bytes, 0);
    count += message.images.length;
    if (bytes <= MOST_BYTES && count <= MOST_IMAGES) return message;
    const { images: _images, ...rest } = message;
    return { ...rest, content: `${message.content}\n[No longer shown: too many images came after.]` };
  });
  return kept.reverse();
}
