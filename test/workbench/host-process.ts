import { readFileSync, readdirSync } from 'node:fs';
import type { Desk } from './kit.ts';

/** The runtime hosts that a desk's editor has forked: their process ids. Linux only, as the workbench tests are. */
export function hostPids({ server }: Desk): readonly number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    const words = read(`/proc/${String(pid)}/cmdline`);
    return words.some((word) => word.endsWith('/dist/host.mjs')) && !words.includes('query') && read(`/proc/${String(pid)}/environ`).includes(`HOME=${server.home}`);
  });
}

function read(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\0');
  } catch {
    // It ended while we looked.
    return [];
  }
}
