import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { FileRead } from '../language/index.ts';

/** No document is that long; a file that is was named by mistake, and reading it would take the memory. */
const MAX_BYTES = 8 * 1024 * 1024;
/** Windows has no such flag, and no pipes among files. */
const NO_WAIT = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

/**
 * The text of an ordinary file, without its byte order mark. Opened without waiting and then looked at, so that a pipe
 * does not block and a file swapped meanwhile is not read. Never throws.
 */
export function readText(file: string): FileRead {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | NO_WAIT);
  } catch (error) {
    return failedRead(error);
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) return { kind: 'unreadable', reason: 'it is not an ordinary file' };
    if (stat.size > MAX_BYTES) return { kind: 'too-large', bytes: stat.size, limit: MAX_BYTES };
    return decode(readAll(handle, stat.size));
  } catch (error) {
    return failedRead(error);
  } finally {
    closeSync(handle);
  }
}

/** A change that follows another within so long may leave the same time behind: milliseconds. Some file systems count whole seconds, some two. */
const TICK_MS = 100;
const COARSE_TICK_MS = 3_000;

/**
 * What a file is by its system: changed whenever its text may have been. Null where it changed only just now, so that it may
 * change again and look the same, or where there is no such file. It is opened, so that a network drive looks anew.
 */
export function stampOf(file: string): string | null {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | NO_WAIT);
  } catch {
    return null;
  }
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = fstatSync(handle);
    const still = Date.now() - ctimeMs;
    return still < (ctimeMs % 1_000 === 0 ? COARSE_TICK_MS : TICK_MS) ? null : `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } finally {
    closeSync(handle);
  }
}

function readAll(handle: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  for (let read = -1; length < size && read !== 0; length += read) read = readSync(handle, bytes, length, size - length, length);
  return bytes.subarray(0, length);
}

function decode(bytes: Buffer): FileRead {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (!utf16 && bytes.includes(0)) return { kind: 'unreadable', reason: 'it is not a text file' };
  const encoding = !utf16 ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  try {
    return { kind: 'text', text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { kind: 'unreadable', reason: 'it is not UTF-8 text' };
  }
}

/** What a person is told when the system refuses to open, follow or read. */
export function failedRead(error: unknown): FileRead {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing' };
    case 'ELOOP':
      return { kind: 'unreadable', reason: 'its symbolic links lead in a circle' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unreadable', reason: 'permission denied' };
    case 'ENXIO':
      return { kind: 'unreadable', reason: 'it is not an ordinary file' };
    case 'ENAMETOOLONG':
      return { kind: 'unreadable', reason: 'its name is too long' };
    case 'ERR_INVALID_ARG_VALUE':
      return { kind: 'unreadable', reason: 'its name holds a character no file name can hold' };
    default:
      return { kind: 'unreadable', reason: code === '' ? String(error) : code };
  }
}
