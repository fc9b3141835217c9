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
    return unseen(message, '[No longer shown: too many images came after.]');
  });
  return kept.reverse();
}

/** `why`: in words that go on from "not shown, because" and end the sentence. */
export function withoutImages(messages: readonly ModelMessage[], why: string): readonly ModelMessage[] {
  return messages.map((message) => (message.images === undefined ? message : unseen(message, `[Not shown: ${why}.]`)));
}

function unseen({ images: _images, ...message }: ModelMessage, words: string): ModelMessage {
  return { ...message, content: `${message.content}\n${words}` };
}
