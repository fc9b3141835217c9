import type { Json } from '../protocol/json.ts';

/** The value of a stored JSON text; the text itself where it is none any more: it was tampered with, or what was taken out of it was part of its syntax. */
export function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
