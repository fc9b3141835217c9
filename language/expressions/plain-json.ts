import type { Json } from '../../protocol/json.ts';

/**
 * The JSON round trip of what an expression gives, or undefined where it gives nothing. jsonata marks its arrays with
 * properties of their own and builds objects without a prototype; neither may reach the journal.
 *
 * @throws NotJson for a function or a number that JSON has no word for
 */
export function plainJson(value: unknown): Json | undefined {
  switch (typeof value) {
    case 'undefined':
      return undefined;
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new NotJson(`the number ${value}`);
      return value === 0 ? 0 : value;
    case 'object':
      return value === null ? null : plainStructure(value);
    case 'function':
      throw new NotJson('a function');
    case 'bigint':
    case 'symbol':
      throw new NotJson(`a ${typeof value}`);
  }
}

function plainStructure(value: object): Json {
  if (Array.isArray(value)) return value.map((item) => plainJson(item) ?? null);
  if ('_jsonata_lambda' in value || '_jsonata_function' in value) throw new NotJson('a function');
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const plain = plainJson(item);
    if (plain !== undefined) entries.push([key, plain]);
  }
  return Object.fromEntries(entries);
}

export class NotJson extends Error {
  override readonly name = 'NotJson';
  constructor(what: string) {
    super(`The result holds ${what}, which JSON has no form for`);
  }
}
