import type { ModelRequest } from './provider.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * More prompt tokens than the images of a request can be, whatever the model: an upper bound, for what is set aside, and for
 * what is charged where the provider does not say.
 */
export function imageTokens({ provider, model, messages }: Pick<ModelRequest, 'provider' | 'model' | 'messages'>): number {
  let sum = 0;
  for (const { images } of messages) for (const image of images ?? []) sum += boundOf(provider, model, image);
  return sum;
}

/** What surrounds an image: marks of its beginning and end, and its place. */
const FRAME = 16;

function boundOf(provider: string, model: string, size: Size): number {
  if (provider === 'anthropic') return FRAME + Math.min(ANTHROPIC_MOST, Math.ceil((size.width * size.height) / 750));
  // It counts each tile 33 times, so that an image costs as much as with the large model.
  if (/(?:^|\/)gpt-4o-mini/.test(model)) return FRAME + 2_833 + 5_667 * tiles(size, 512, 8);
  if (provider === 'openai' && KNOWN_OPENAI.test(model)) return FRAME + Math.max(85 + 170 * tiles(size, 512, 8), Math.ceil(PATCH_FACTOR * Math.min(PATCHES_MOST, tiles(size, 32, PATCHES_MOST))));
  return FRAME + Math.max(SMALLEST, tiles(size, 28, PIXELS_MOST), 258 * tiles(size, 384, PIXELS_MOST));
}

/** Images are made smaller until they have no more: the newest models look closer than those before. */
const ANTHROPIC_MOST = 4_784;
/** Those whose images are counted in tiles of 512 pixels, or in patches of 32 with a factor of up to 2.46. */
const KNOWN_OPENAI = /(?:^|\/)(?:gpt-4o|gpt-4\.1|gpt-4-turbo|gpt-4\.5|gpt-5|chatgpt-4o|o[1-9])/;
const PATCHES_MOST = 2_500;
const PATCH_FACTOR = 2.46;
/** What models of one's own make of any image, however small; they count patches of 28 pixels or more. */
const SMALLEST = 2_880;
const PIXELS_MOST = 65_536;

function tiles({ width, height }: Size, side: number, most: number): number {
  return Math.min(most, Math.ceil(Math.max(1, width) / side) * Math.ceil(Math.max(1, height) / side));
}
