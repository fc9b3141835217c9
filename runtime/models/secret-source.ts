import { execFileSync } from 'node:child_process';
import { DagbookError } from '../../protocol/dagbook-error.ts';

/** Names the program that reads a key out of the system's keychain. From the environment only: no document and no workspace setting may name a program. */
const COMMAND = 'DAGBOOK_SECRET_COMMAND';
/** A keychain may ask the person first: milliseconds. */
const PATIENCE_MS = 60_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where secrets come from: the environment variable of that name, else the keychain command
 * (`DAGBOOK_SECRET_COMMAND="security find-generic-password -w -s {name}"`; without `{name}` the name comes last).
 * What the command said is kept for the life of the process and written nowhere.
 *
 * The function throws usage for a command that cannot be run; one that knows no such secret gives null.
 */
export function secretsFrom(environment: Environment): (name: string) => string | null {
  const known = new Map<string, string | null>();
  return (name) => {
    const direct = environment[name];
    if (direct !== undefined && direct !== '') return direct;
    const command = environment[COMMAND]?.trim() ?? '';
    if (command === '') return null;
    const told = known.get(name);
    if (told !== undefined) return told;
    const value = ask(command, name);
    known.set(name, value);
    return value;
  };
}

function ask(command: string, name: string): string | null {
  const words = wordsOf(command);
  const [program, ...rest] = words;
  if (program === undefined) return null;
  const args = words.some((word) => word.includes('{name}')) ? rest.map((word) => word.replaceAll('{name}', name)) : [...rest, name];
  try {
    const said = execFileSync(program, args, { encoding: 'utf8', timeout: PATIENCE_MS, stdio: ['inherit', 'pipe', 'ignore'], windowsHide: true });
    const value = said.replace(/\r?\n$/, '');
    return value === '' ? null : value;
  } catch (error) {
    // What the program printed is not repeated: it may hold part of a secret.
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'EACCES') throw new DagbookError('usage', `${COMMAND} names ${program}, which cannot be run (${code}).`);
    return null;
  }
}

/** Words apart by spaces; quotes hold one together. No shell reads it. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, (_all, double: string | undefined, single: string | undefined) => double ?? single ?? ''));
}
