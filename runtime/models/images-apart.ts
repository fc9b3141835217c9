import type { MessageImage } from './message-image.ts';
import type { ModelMessage } from './provider.ts';

/** A message as APIs take it that show images by the user only. */
export type ShownMessage = Omit<ModelMessage, 'images'> & { readonly images?: readonly MessageImage[] };

/**
 * What tools show, said by the user: after the answers of a turn, because nothing may stand between a call and its answer.
 * Every image is told apart by its call.
 */
export function imagesApart(messages: readonly ModelMessage[]): readonly ShownMessage[] {
  const names = new Map<string, string>();
  const result: ShownMessage[] = [];
  let seen: { readonly words: string; readonly image: MessageImage }[] = [];
  const show = (): void => {
    if (seen.length > 0) result.push({ role: 'user', content: `Images of the answers above, in order: ${seen.map(({ words }) => words).join('; ')}.`, images: seen.map(({ image }) => image) });
    seen = [];
  };
  for (const given of messages) {
    const { images = [], ...message } = given;
    for (const { id, name } of message.toolCalls ?? []) names.set(id, name);
    if (message.role !== 'tool') {
      show();
      result.push(given);
      continue;
    }
    result.push(message);
    const of = `${names.get(message.toolCallId ?? '') ?? 'tool'} (${message.toolCallId ?? ''})`;
    seen.push(...images.map((image, at) => ({ words: images.length === 1 ? `of ${of}` : `${at + 1} of ${of}`, image })));
  }
  show();
  return result;
}

/** Families of models that see, wherever they run: by what stands in their names. */
const SEEING = /llava|bakllava|moondream|minicpm-v|vision|pixtral|[-_.\d]vl\b|[-_]vl[-_]|qwen3\.5|gemma-?[3-9]|gemini|claude|gpt-4o|gpt-4\.1|gpt-5|llama-?4|mistral-(?:small-?3|medium-?3|large-?3)|internvl|granite.*vision|phi-?4-multimodal|molmo|glm-4\.\d+v|kimi-vl|kimi-k2\.5|grok-(?:2-vision|4)/;

export function looksSeeing(model: string): boolean {
  return SEEING.test(model);
}
