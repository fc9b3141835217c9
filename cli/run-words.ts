import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { VerbContext } from './verb.ts';
import type { Style } from './terminal.ts';

const GLYPHS: Readonly<Record<string, readonly [glyph: string, style: Style]>> = {
  pending: ['○', 'dim'], running: ['▸', 'blue'], waiting: ['…', 'yellow'], completed: ['✓', 'green'], error: ['✗', 'red'], rejected: ['✗', 'red'],
  halted: ['■', 'yellow'], skipped: ['–', 'dim'],
};

/** `✓ completed`. */
export function statusWords(status: string): string {
  return `${GLYPHS[status]?.[0] ?? '·'} ${status}`;
}

export function statusStyle(status: string): Style {
  return GLYPHS[status]?.[1] ?? 'dim';
}

/** `just now`, `5 m ago`, `3 h ago`, `2 d ago`; the date where that is long past, or still to come by a clock that was set back. */
export function timeAgo(iso: string, now: number): string {
  const seconds = (now - Date.parse(iso)) / 1_000;
  if (seconds < -60) return iso.slice(0, 10);
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  if (seconds < 14 * 86_400) return `${Math.floor(seconds / 86_400)} d ago`;
  return iso.slice(0, 10);
}

/** A command as a person would have to type it here: about the same workspace and ledger as this one. */
export function commandLine({ global }: Pick<VerbContext, 'global'>, words: readonly string[]): string {
  const where = [...(global.workspace === null ? [] : ['-C', global.workspace]), ...(global.ledger === null ? [] : ['--ledger', global.ledger])];
  return ['dagbook', ...[...words, ...where].map(quoted)].join(' ');
}

/** Runs `work` so that the commands in what it throws are about the same workspace and ledger as this one. */
export async function writingCommands<T>(context: Pick<VerbContext, 'global'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DagbookError) error.writeCommands((...words) => commandLine(context, words));
    throw error;
  }
}

/**
 * The same context for a workspace that was found by the path of a file: from where the shell stands, another one would be
 * found, and commands that are told to a person must name this one.
 */
export function withWorkspaceNamed<C extends Pick<VerbContext, 'global' | 'workspace'>>(context: C, { root }: Pick<DiskWorkspace, 'root'>): C {
  return context.workspace().root === root ? context : { ...context, global: { ...context.global, workspace: root } };
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
