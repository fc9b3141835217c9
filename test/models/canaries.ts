import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { expect } from 'vitest';

/** Secrets that can be found again, in whatever form and in whatever part. */

/** In every canary, and in nothing else: a part of one shows as well as the whole. */
const MARK = 'cnry';

/** A secret with all that changes its looks: quotes, slashes, spaces of addresses, characters of pages. Fit for a header. */
export function canary(place: string): string {
  return `${MARK}-${place}-a/b+c=d"e\\f&g%h'i<j>k9-${place}-${MARK}`;
}

/** As it may be given back, each form by a road of its own. */
export function shapes(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const bytes = Buffer.from(secret);
  const byNumber = (spell: (hex: string) => string): string => Array.from(secret, (character) => spell(character.charCodeAt(0).toString(16).padStart(2, '0'))).join('');
  return [
    byNumber((hex) => `\\u00${hex}`), byNumber((hex) => `%${hex}`), byNumber((hex) => `&#x${hex};`),

    secret, json, JSON.stringify(json).slice(1, -1), JSON.stringify({ deep: JSON.stringify({ key: secret }) }), encodeURIComponent(secret), encodeURI(secret), new URLSearchParams({ k: secret }).toString(),
    bytes.toString('base64'), bytes.toString('base64url'), Buffer.from(`x${secret}y`).toString('base64'), Buffer.from(`xy${secret}`).toString('base64'), Buffer.from(`user:${secret}`).toString('base64'), bytes.toString('hex'), bytes.toString('hex').toUpperCase(),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  ];
}

/** What gives a canary away, though there be nothing but a part of it. */
const TRACES: readonly RegExp[] = [
  new RegExp(MARK, 'i'),
  // "cnry-" in base64 at each of its three places, in hex, and the middle of every canary as it is and in addresses.
  ...['Y25yeS', 'NucnkT', 'jbnJ5L'].map((part) => new RegExp(part)), /636e72792d/i, /u0063[^0-9a-f]{1,9}006e[^0-9a-f]{1,9}0072/i, /%63%6e%72/i, /&#x63;&#x6e;/i, /a\/b\+c=d/, /a%2fb%2bc/i, /YS9iK2M9Z|EvYitjPW|hL2IrYz1k/,
];

/** Where text, however it was packed, gives a canary away; empty = nowhere. */
export function tracesIn(what: string, bytes: Uint8Array): readonly string[] {
  const text = Buffer.from(bytes).toString('latin1');
  return TRACES.flatMap((trace) => {
    const at = text.search(trace);
    return at < 0 ? [] : [`${what}: ${trace.source} in …${text.slice(Math.max(0, at - 60), at + 60).replaceAll(/[^\x20-\x7e]/g, '.')}…`];
  });
}

/** Every byte below a folder; what is packed in a ledger or in a file is unpacked as well. */
export function tracesBelow(folder: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(0);
  return files.flatMap((file) => {
    const bytes = readFileSync(file);
    const cells = file.endsWith('ledger.db') ? packedCells(file) : [];
    return [...tracesIn(file, bytes), ...[bytes, ...cells].flatMap(unpacked).flatMap((inner) => tracesIn(`${file} (unpacked)`, inner))];
  });
}

function packedCells(file: string): readonly Buffer[] {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all() as string[];
    return tables.flatMap((table) => (db.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][]).flat().filter((cell) => Buffer.isBuffer(cell)));
  } finally {
    db.close();
  }
}

function unpacked(bytes: Buffer): readonly Buffer[] {
  return [gunzipSync, inflateSync, inflateRawSync, brotliDecompressSync, zstdDecompressSync].flatMap((unpack) => {
    try {
      return [unpack(bytes)];
    } catch {
      return [];
    }
  });
}
