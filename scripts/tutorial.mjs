// `npm start`: runs the tutorial workflow with the built command, then asks the ledger what happened. Offline and free.
// DAGBOOK_TUTORIAL_HOME: a folder for the ledger instead of the example's own `.dagbook`.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const example = path.resolve(process.argv[2] ?? path.join(root, 'examples', 'tutorial'));
const home = process.env['DAGBOOK_TUTORIAL_HOME'] ?? '';
const ledger = home === '' ? path.join(example, '.dagbook', 'ledger.db') : path.join(home, 'ledger.db');
const where = ['-C', shown(example), ...(home === '' ? [] : ['--ledger', ledger])];

// The two questions of the documentation, to the letter.
const RUN = 'SELECT id, workflow_name, status, started_at, ended_at, total_tokens, total_cost_usd FROM workflow_runs ORDER BY started_at DESC LIMIT 1;';
const AGENT_RUNS = 'SELECT id, agent_name, node_id, status, total_tokens FROM agent_runs_v2 WHERE workflow_run_id = ? ORDER BY started_at;';

// A Ctrl-C goes to the command too, which halts its run and says so; this script only must not leave before it.
process.on('SIGINT', () => undefined);

process.exitCode = await tutorial();

/** @returns {Promise<number>} the exit code */
async function tutorial() {
  if (!existsSync(path.join(root, 'dist', 'cli.mjs'))) {
    process.stderr.write('not-built: dist/cli.mjs is missing. Run `npm run build` first.\n');
    return 70;
  }
  say(bold('Dagbook, the tutorial'));
  say(`Three agents, one after the other: research → selection → trader. Their files: ${shown(example)}`);
  say('They run on the built-in simulated model: offline, without a key, for nothing.');
  say();
  say(cyan('dagbook run MyFirstResearchLoop'));
  const { code, stdout } = await dagbook(['run', 'MyFirstResearchLoop', '--json'], 'pipe');
  if (stdout.trim() === '') return code;
  /** @type {{ run_id: string; status: string; output: unknown; error: { name: string; message: string } | null }} */
  const run = JSON.parse(stdout);
  if (run.status !== 'completed') {
    say(`The run ended as ${run.status}${run.error === null ? '' : `: ${run.error.name}: ${run.error.message}`}`);
    return code;
  }
  say();
  say(bold('Its output'));
  say(JSON.stringify(run.output, null, 2));
  say();
  say(bold('What the ledger says') + dim(`  (${shown(ledger)})`));
  const asked = [await ask(RUN), await ask(AGENT_RUNS, run.run_id)].find((status) => status !== 0);
  if (asked !== undefined) return asked;
  next(run.run_id);
  return 0;
}

/**
 * @param {string} query
 * @param {readonly string[]} values
 */
async function ask(query, ...values) {
  say();
  say(cyan(query) + (values.length === 0 ? '' : dim(`  -- ? = ${values.join(', ')}`)));
  const { code } = await dagbook(['ledger', 'sql', query, ...values], 'inherit');
  return code;
}

/** @param {string} run */
function next(run) {
  // A UUIDv7 begins with its 48 bits of milliseconds.
  const id = run.slice(0, 13);
  say();
  say(bold('What to try next'));
  /** @type {(readonly [words: readonly string[], does: string])[]} */
  const commands = [
    [['show', id, '--steps'], 'every prompt and every answer'],
    [['replay', id], 'the very same versions again, as a new run'],
    [['replay', id, '--recorded'], 'from the record: nothing is called, the same bytes'],
    [['compare', id, 'OTHER-RUN'], 'two runs side by side; `runs` lists them'],
    [['halt'], 'from another terminal: everything stops at once (Ctrl-C halts too)'],
    [['ledger', 'verify'], 'is the ledger what was written?'],
  ];
  const lines = commands.map(([words]) => ['npm run -s dagbook --', ...words, ...where].join(' '));
  const width = Math.max(...lines.map((line) => line.length));
  commands.forEach(([, does], at) => say(`  ${cyan((lines[at] ?? '').padEnd(width))}  ${dim(does)}`));
  say(`  Open ${shown(example)} in your editor, change a prompt in configs/agents, and run npm start again:`);
  say('  the changed agent and the workflow get new versions, and the old run keeps its own.');
  say();
  say(bold('About the model'));
  say('  It is simulated: the answers above were made up by this program, the same for the same question. The cost is what');
  say('  the prices in the agents\' files come to; nobody was paid. For a real one set its key in the environment and name it:');
  say(`  ${cyan(['OPENAI_API_KEY=… npm run -s dagbook -- run MyFirstResearchLoop --model openai:gpt-5-mini', ...where].join(' '))}`);
  say('  or write it into an agent\'s file, under model: provider, model, and base_url for a server of your own that speaks');
  say('  the same API. Caps hold for it as they did here. A provider that is not here is refused before anything is run,');
  say('  and the message names those that are.');
}

/**
 * @param {readonly string[]} words
 * @param {'pipe' | 'inherit'} stdout
 * @returns {Promise<{ code: number; stdout: string }>}
 */
function dagbook(words, stdout) {
  const child = spawn(process.execPath, [path.join(root, 'cli', 'bin.mjs'), ...words, '-C', example, '--ledger', ledger], { stdio: ['ignore', stdout, 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ more) => (text += more));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code: code ?? 70, stdout: text })));
}

/** @param {string} file */
function shown(file) {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative.split(path.sep).join('/');
}

function say(text = '') {
  process.stdout.write(`${text}\n`);
}

/** @param {string} text */
function bold(text) {
  return styled(1, 22, text);
}

/** @param {string} text */
function dim(text) {
  return styled(2, 22, text);
}

/** @param {string} text */
function cyan(text) {
  return styled(36, 39, text);
}

/**
 * @param {number} on
 * @param {number} off
 * @param {string} text
 */
function styled(on, off, text) {
  const colours = (process.env['NO_COLOR'] ?? '') === '' && process.stdout.isTTY;
  return colours ? `\u001b[${String(on)}m${text}\u001b[${String(off)}m` : text;
}
