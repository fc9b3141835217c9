import { readFileSync } from 'node:fs';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Json, JsonObject } from '../protocol/json.ts';

/** The inputs of a run: those of `--inputs FILE`, overridden by each `--input KEY=VALUE`. */
export function readRunInputs(pairs: readonly string[], file: string | null): JsonObject {
  const fromFile = file === null ? {} : readObject(file);
  return { ...fromFile, ...Object.fromEntries(pairs.map((pair) => readPair(pair, '--input'))) };
}

/** `KEY=VALUE`: the value is JSON where it reads as JSON, the text itself elsewhere; `@FILE` is the content of a file. */
export function readPair(pair: string, option: string): readonly [key: string, value: Json] {
  const at = pair.indexOf('=');
  if (at <= 0) throw new DagbookError('usage', `${option} takes KEY=VALUE, not "${pair}".`);
  const value = pair.slice(at + 1);
  return [pair.slice(0, at), value.startsWith('@') ? readJsonOrText(readText(value.slice(1))) : readJsonOrText(value)];
}

export function readJsonOrText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function readObject(file: string): JsonObject {
  const text = readText(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DagbookError('inputs-invalid', `${file} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DagbookError('inputs-invalid', `${file} must hold an object: one value for each input.`);
  return value as JsonObject;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new DagbookError('file-not-found', code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read (${code}).`);
  }
}
