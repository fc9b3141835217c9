import type { Json } from '../../protocol/json.ts';

/** Takes one secret out of whatever leaves a provider, in the forms in which servers give it back. */
export interface Redactor {
  text(text: string): string;
  json(json: Json): Json;
  /** For a text that comes in pieces: what may be the beginning of the secret is held back until it is clear. */
  stream(): { push(piece: string): string; end(): string };
}

const MASK = '[redacted]';
/** Shorter values are placeholders such as `none` or `EMPTY`: taking them out would only damage answers. */
const SHORTEST = 8;

export function createRedactor(secret: string | null): Redactor {
  const forms = secret === null || secret.length < SHORTEST ? [] : formsOf(secret);
  const text = (given: string): string => forms.reduce((rest, form) => rest.replaceAll(form, MASK), given);
  const json = (given: Json): Json => {
    if (forms.length === 0) return given;
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map(json);
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, value]) => [text(key), json(value)]));
  };
  return { text, json, stream: () => createStreamRedactor(forms, text) };
}

function createStreamRedactor(forms: readonly string[], redact: (text: string) => string): { push(piece: string): string; end(): string } {
  let held = '';
  return {
    push(piece) {
      if (forms.length === 0) return piece;
      const text = redact(held + piece);
      const keep = Math.max(...forms.map((form) => overlap(text, form)));
      held = text.slice(text.length - keep);
      return text.slice(0, text.length - keep);
    },
    end() {
      const last = held;
      held = '';
      // The answer ended inside the secret: its larger part is nobody's business either.
      return last.length >= SHORTEST ? MASK : last;
    },
  };
}

/** Length of the longest end of `text` with which `form` begins. */
function overlap(text: string, form: string): number {
  for (let length = Math.min(text.length, form.length - 1); length > 0; length--) {
    if (form.startsWith(text.slice(text.length - length))) return length;
  }
  return 0;
}

/** As it is, inside JSON, inside an address, and in base64 at each of the three places where it may begin. Longest first. */
function formsOf(secret: string): readonly string[] {
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), Buffer.from(secret).toString('hex')]);
  for (const shift of [0, 1, 2]) {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]);
    const first = Math.ceil((shift * 8) / 6);
    const padded = bytes.toString('base64').slice(first);
    const unpadded = padded.replace(/=+$/, '');
    // With something behind it the last character is another: what depends on the secret alone is one shorter then.
    for (const form of [padded, unpadded, padded.slice(0, Math.floor((bytes.length * 8) / 6) - first)]) {
      forms.add(form);
      forms.add(form.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return [...forms].filter((form) => form.length >= SHORTEST).sort((a, b) => b.length - a.length);
}
