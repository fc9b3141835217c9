import type { Json, JsonObject } from '../../protocol/json.ts';
import { field, listField, objectField, textField } from './json-access.ts';

/**
 * Reads the fields of a validated document by names that the generated type `T` vouches for: renaming a field in a
 * schema makes its readers fail to compile. What the author got wrong is absent by now and reads as its fallback.
 */
export class FieldReader<T> {
  readonly json: JsonObject;

  constructor(json: JsonObject) {
    this.json = json;
  }

  has(key: keyof T & string): boolean {
    return field(this.json, key) !== undefined;
  }

  value(key: keyof T & string): Json | null {
    return field(this.json, key) ?? null;
  }

  text(key: keyof T & string): string {
    return textField(this.json, key) ?? '';
  }

  textOrNull(key: keyof T & string): string | null {
    return textField(this.json, key);
  }

  numberOrNull(key: keyof T & string): number | null {
    const found = field(this.json, key);
    return typeof found === 'number' ? found : null;
  }

  number(key: keyof T & string): number {
    return this.numberOrNull(key) ?? 0;
  }

  flag(key: keyof T & string): boolean {
    return field(this.json, key) === true;
  }

  /** One of an enum's values; the validator has seen to it that it is one. */
  choice<K extends keyof T & string>(key: K, fallback: NonNullable<T[K]> & string): NonNullable<T[K]> & string {
    const found = textField(this.json, key);
    return found === null ? fallback : (found as NonNullable<T[K]> & string);
  }

  object(key: keyof T & string): JsonObject {
    return objectField(this.json, key);
  }

  list(key: keyof T & string): readonly Json[] {
    return listField(this.json, key);
  }

  texts(key: keyof T & string): readonly string[] {
    return listField(this.json, key).filter((item) => typeof item === 'string');
  }
}
