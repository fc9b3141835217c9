import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { findWorkspace } from '../disk/find-workspace.ts';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { openWorkspace } from '../disk/open-workspace.ts';
import manifest from '../package.json' with { type: 'json' };
import { DagbookError } from '../protocol/dagbook-error.ts';
import { secretsFrom } from '../runtime/models/secret-source.ts';
import { createSecrets, credentialsIn } from '../runtime/models/secrets.ts';
import { parseWords, splitVerb, usage } from './command-line.ts';
import { nearest as nearestWord } from './did-you-mean.ts';
import type { ExitCode } from './exit.ts';
import { EXIT } from './exit.ts';
import { reportFailure } from './failure.ts';
import { printHelp, printVerbHelp } from './help.ts';
import { endWithLauncher } from './interrupts.ts';
import { writingCommands } from './run-words.ts';
import { openTerminal } from './terminal.ts';
import type { GlobalOptions, Verb } from './verb.ts';
import { VERBS } from './verbs.ts';

const secrets = createSecrets(secretsFrom(process.env));
secrets.know(credentialsIn(process.env));
const redact = (text: string): string => secrets.redactor.text(text);
const out = openTerminal(process.stdout, process.env, redact);
const err = openTerminal(process.stderr, process.env, redact);

endWithLauncher(process.env);
process.exitCode = await main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<ExitCode> {
  const debug = argv.includes('--debug');
  const code = await dispatch(argv).catch((error: unknown) => reportFailure(err, error, debug));
  // A stream tells only later that a write has failed.
  await new Promise(setImmediate);
  if (out.failure === null) return code;
  const failed = reportFailure(err, new DagbookError('output-lost', `The result could not be written to stdout (${out.failure.code ?? out.failure.message}). What was done is done: runs stand in the ledger.`), debug);
  return code === EXIT.ok ? failed : code;
}

async function dispatch(argv: readonly string[]): Promise<ExitCode> {
  const cwd = currentFolder();
  const { verb: name, before, after } = splitVerb(argv);
  const names = Object.keys(VERBS);
  if (name === null || name === 'help') return await withoutVerb(argv, after, names, cwd);
  const load = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (load === undefined) throw noVerb(name, names);
  const verb = await load();
  const { args, options, global, help, version } = parseWords([...before, ...after], verb.options, cwd);
  if (version) return printVersion(global);
  if (help) {
    printVerbHelp(out, verb);
    return EXIT.ok;
  }
  checkArguments(verb, args);
  return await writingCommands({ global }, async () => await verb.run({ args, options, global, out, err, cwd, env: process.env, secrets, ...workspaces(global, cwd) }));
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new DagbookError('workspace-not-found', 'The folder this shell stands in is not there any more. Go to another one.');
  }
}

async function withoutVerb(argv: readonly string[], after: readonly string[], names: readonly string[], cwd: string): Promise<ExitCode> {
  const asked = after.find((word) => !word.startsWith('-'));
  if (asked !== undefined) {
    const load = Object.hasOwn(VERBS, asked) ? VERBS[asked] : undefined;
    if (load === undefined) throw noVerb(asked, names);
    printVerbHelp(out, await load());
    return EXIT.ok;
  }
  const { help, version, global } = parseWords(argv, {}, cwd);
  if (version) return printVersion(global);
  const asking = help || argv.includes('help');
  printHelp(asking ? out : err, names);
  return asking ? EXIT.ok : EXIT.usage;
}

function noVerb(name: string, names: readonly string[]): DagbookError {
  const near = nearestWord(name, names);
  return usage(`There is no verb "${name}". ${near === null ? '`dagbook --help` lists them.' : `Did you mean \`dagbook ${near}\`?`}`);
}

function printVersion({ json }: GlobalOptions): ExitCode {
  if (json) out.json({ dagbook: manifest.version, node: process.versions.node });
  else out.line(`dagbook ${manifest.version} (Node ${process.versions.node})`);
  return EXIT.ok;
}

function checkArguments(verb: Verb, args: readonly string[]): void {
  const { min, max } = verb.arguments;
  const [first] = args;
  if (verb.operations !== undefined && (first === undefined || !verb.operations.includes(first))) {
    const near = first === undefined ? null : nearestWord(first, verb.operations);
    throw usage(`dagbook ${verb.name} needs one of ${verb.operations.join(', ')}.${near === null ? '' : ` Did you mean ${near}?`}`);
  }
  if (args.length >= min && args.length <= max) return;
  const complaint = args.length < min ? 'is missing an argument' : `does not know what to do with "${args[max] ?? ''}"`;
  throw usage(`dagbook ${verb.name} ${complaint}. Usage: dagbook ${verb.name} ${verb.usage}`);
}

interface Workspaces {
  workspace(): DiskWorkspace;
  workspaceOf(file: string): DiskWorkspace;
  resolve(file: string): string;
}

/** Each workspace is opened once. */
function workspaces(global: GlobalOptions, cwd: string): Workspaces {
  const opened = new Map<string, DiskWorkspace>();
  const open = (root: string): DiskWorkspace => {
    const known = opened.get(root) ?? openWorkspace(root);
    opened.set(root, known);
    return known;
  };
  const here = (): DiskWorkspace => open(global.workspace ?? findWorkspace(cwd) ?? cwd);
  return {
    workspace: here,
    workspaceOf: (file) => {
      if (global.workspace !== null) return here();
      const folder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true ? file : path.dirname(file);
      const nearest = findWorkspace(folder);
      if (nearest !== null) return open(nearest);
      return here().relative(file) === null ? open(folder) : here();
    },
    // With -C a relative path is first of all one in that workspace, wherever the shell stands.
    resolve: (file) => {
      const inside = path.resolve(global.workspace ?? cwd, file);
      return existsSync(inside) ? inside : path.resolve(cwd, file);
    },
  };
}

