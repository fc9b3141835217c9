import path from 'node:path';
import { parseArgs } from 'node:util';
import { DagbookError } from '../protocol/dagbook-error.ts';
import { nearest } from './did-you-mean.ts';
import type { GlobalOptions, OptionSpec, OptionTable, OptionValues } from './verb.ts';

/** Understood before and after the verb. */
export const GLOBAL_OPTIONS = {
  workspace: { type: 'string', short: 'C', value: 'DIR', help: 'the workspace (default: the nearest folder upward from the path, or from here, with .dagbook, configs or .git)' },
  ledger: { type: 'string', value: 'FILE', help: 'the ledger (default: .dagbook/ledger.db in the workspace)' },
  json: { type: 'boolean', help: 'print the result as JSON' },
  debug: { type: 'boolean', help: 'print the stack of an error' },
  help: { type: 'boolean', short: 'h', help: 'print this' },
  version: { type: 'boolean', help: 'print the version' },
} as const satisfies OptionTable;

export interface Words {
  /** Null: none was given. */
  readonly verb: string | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Finds the verb: the first word that is neither a global flag nor its value. */
export function splitVerb(argv: readonly string[]): Words {
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-') || word === '-') return { verb: word, before: argv.slice(0, at), after: argv.slice(at + 1) };
    if (word === '-C' || word === '--workspace' || word === '--ledger') at++;
  }
  return { verb: null, before: argv, after: [] };
}

export interface Parsed<T extends OptionTable> {
  readonly args: readonly string[];
  readonly options: OptionValues<T>;
  readonly global: GlobalOptions;
  readonly help: boolean;
  readonly version: boolean;
}

/** Throws `usage` with the nearest right flag. */
export function parseWords<T extends OptionTable>(words: readonly string[], table: T, cwd: string): Parsed<T> {
  const specs: OptionTable = { ...table, ...GLOBAL_OPTIONS };
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(Object.entries(specs).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }])),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const args: string[] = [];
  const given = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value);
    if (token.kind !== 'option') continue;
    const value = checkOption(token.rawName, token.name, token.value, specs);
    given.set(token.name, [...(given.get(token.name) ?? []), value]);
  }
  for (const [name, values] of given) checkRepetition(name, values, specs);
  const options = Object.fromEntries(Object.entries(table).map(([name, spec]) => [name, valueOf(spec, given.get(name))]));
  const last = (name: string): string | null => given.get(name)?.at(-1) ?? null;
  const absolute = (name: string): string | null => (last(name) === null ? null : path.resolve(cwd, last(name) ?? ''));
  return {
    args,
    options: options as OptionValues<T>,
    global: { workspace: absolute('workspace'), ledger: absolute('ledger'), json: given.has('json'), debug: given.has('debug') },
    help: given.has('help'),
    version: given.has('version'),
  };
}

function checkOption(rawName: string, name: string, value: string | undefined, specs: OptionTable): string {
  const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
  if (spec === undefined) {
    const near = nearest(name, Object.keys(specs));
    throw usage(`There is no option ${rawName}.${near === null ? '' : ` Did you mean --${near}?`}`);
  }
  if (spec.type === 'boolean') {
    if (value !== undefined) throw usage(`The option ${rawName} takes no value.`);
    return '';
  }
  // An empty value is what a shell makes of a variable that is not set: never the current folder, or no experiment.
  if (value === undefined || value === '') throw usage(`The option ${rawName} needs a value: ${rawName} ${spec.value}.`);
  if (spec.choices !== undefined && !spec.choices.includes(value)) {
    const near = nearest(value, spec.choices);
    throw usage(`${rawName} is one of ${spec.choices.join(', ')}, not "${value}".${near === null ? '' : ` Did you mean ${near}?`}`);
  }
  return value;
}

function checkRepetition(name: string, values: readonly string[], specs: OptionTable): void {
  const spec = specs[name];
  if (spec?.type === 'string' && spec.multiple !== true && new Set(values).size > 1) {
    throw usage(`The option --${name} is given twice, as ${values.map((value) => `"${value}"`).join(' and ')}.`);
  }
}

function valueOf(spec: OptionSpec, given: readonly string[] | undefined): boolean | string | readonly string[] | null {
  if (spec.type === 'boolean') return given !== undefined;
  if (spec.multiple === true) return given ?? [];
  return given?.at(-1) ?? null;
}

/** `--format`, of which `--json` is one; text unless something else is asked for. */
export function formatOf<F extends string>({ json }: GlobalOptions, given: F | null): F | 'json' | 'text' {
  if (json && given !== null && given !== 'json') throw usage(`--json and --format ${given} ask for two things.`);
  return json ? 'json' : (given ?? 'text');
}

export function usage(message: string): DagbookError {
  return new DagbookError('usage', message);
}
