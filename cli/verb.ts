import type { DiskWorkspace } from '../disk/open-workspace.ts';
import type { Secrets } from '../runtime/models/secrets.ts';
import type { ExitCode } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** One option of a verb. `value` is what stands for it in the help: `FILE`, `K=V`. */
export type OptionSpec =
  | { readonly type: 'boolean'; readonly short?: string; readonly help: string }
  | { readonly type: 'string'; readonly short?: string; readonly value: string; readonly help: string; readonly multiple?: boolean; readonly choices?: readonly string[] };

export type OptionTable = Readonly<Record<string, OptionSpec>>;

type Value<S extends OptionSpec> = S extends { readonly type: 'boolean' }
  ? boolean
  : S extends { readonly multiple: true }
    ? readonly string[]
    : S extends { readonly choices: readonly (infer C)[] }
      ? C | null
      : string | null;

/** Parsed: a flag that was not given is false, a list is empty, a single value null. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: Value<T[K]> };

export interface Example {
  readonly command: string;
  readonly does: string;
}

/**
 * One verb of `dagbook`: one file below `cli/verbs/`, exporting one of these as `verb`. Its name, summary and options
 * stand against `protocol/actions.ts` in a test.
 */
export interface Verb<T extends OptionTable = OptionTable> {
  readonly name: string;
  /** What follows `dagbook <name>` in the usage line. */
  readonly usage: string;
  /** One or two sentences more than the summary of the action. */
  readonly description: string;
  readonly examples: readonly Example[];
  readonly options: T;
  /** How many arguments it takes. */
  readonly arguments: { readonly min: number; readonly max: number };
  /** Second words (`ledger verify`), where one verb opens several actions; the first argument is then one of them. */
  readonly operations?: readonly string[];
  /** The exit code. Expected failures are thrown as `DagbookError`; anything else thrown is a bug and exits 70. */
  run(context: VerbContext<T>): Promise<ExitCode>;
}

export interface GlobalOptions {
  /** `-C`; absolute; null = find it. */
  readonly workspace: string | null;
  /** `--ledger`; absolute; null = the setting, else the default place. */
  readonly ledger: string | null;
  readonly json: boolean;
  readonly debug: boolean;
}

export interface VerbContext<T extends OptionTable = OptionTable> {
  readonly args: readonly string[];
  readonly options: OptionValues<T>;
  readonly global: GlobalOptions;
  /** Results. */
  readonly out: Terminal;
  /** Progress and notes. */
  readonly err: Terminal;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What this process knows of keys. Neither `out` nor `err` shows any. */
  readonly secrets: Secrets;
  /** The workspace of `-C`, else the nearest one upward from the current folder. */
  workspace(): DiskWorkspace;
  /**
   * Of a file or folder that was named: the workspace of `-C`, else the nearest one upward from there, so that a project
   * inside another one is looked at as itself.
   */
  workspaceOf(file: string): DiskWorkspace;
  /** Absolute path of a file named on the command line. */
  resolve(file: string): string;
}

/** Keeps the literal types of the options, so that `context.options` is typed. */
export function defineVerb<const T extends OptionTable>(verb: Verb<T>): Verb<T> {
  return verb;
}
