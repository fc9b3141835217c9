// `npm test`: everything that must hold, in one command. The static checks run side by side, the tests after them and
// alone, because some of them measure time; those in a real VS Code workbench come last. The last line is `N passed, N failed`.
// DAGBOOK_WORKBENCH_TESTS=skip leaves out the workbench tests, on a machine that cannot have a workbench.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { findNode, runsHere, whatToDo } from '../cli/find-node.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/**
 * A kind of test, its configuration, and where its report comes to lie.
 * @typedef {{ title: string; config: string; report: string }} Suite
 * @type {Readonly<Record<'unit' | 'workbench', Suite>>}
 */
const SUITES = {
  unit: { title: 'tests', config: 'vitest.config.mjs', report: path.join(root, '.cache', 'vitest.json') },
  workbench: { title: 'workbench tests', config: 'test/vitest.workbench.config.ts', report: path.join(root, '.cache', 'vitest-workbench.json') },
};

/** @typedef {{ title: string; command: string[]; mend: string }} Check */
/** @typedef {{ title: string; ok: boolean; output: string; seconds: number; mend: string }} Result */

/** @param {string} name */
const module = (name) => path.join(root, 'node_modules', ...name.split('/'));

/** @type {Check[]} */
const CHECKS = [
  ...(existsSync(path.join(root, 'scripts', 'generate.mjs'))
    ? [{ title: 'generated files are fresh', command: ['scripts/generate.mjs', '--check'], mend: 'npm run generate' }]
    : []),
  { title: 'types', command: [module('typescript/bin/tsc'), '-b', '--pretty', 'false'], mend: '' },
  { title: 'lint', command: [module('eslint/bin/eslint.js'), '.', '--max-warnings', '0'], mend: 'npm run lint -- --fix' },
  { title: 'imports', command: ['scripts/imports.mjs'], mend: 'see the table of rooms in ARCHITECTURE.md' },
  { title: 'nothing unused', command: [module('knip/bin/knip.js'), '--no-progress', '--no-config-hints'], mend: 'remove it, or name it in knip.json with the reason' },
];

/** @type {Check} */
const WORKBENCH = { title: 'workbench host', command: ['scripts/workbench.mjs'], mend: 'its message says what is missing; DAGBOOK_WORKBENCH_TESTS=skip leaves its tests out' };

const options = process.argv.slice(2);
const filters = options.filter((option) => !option.startsWith('-'));
const wantsUnit = filters.length === 0 || filters.some((filter) => !filter.includes('workbench'));
const wantsWorkbench = filters.length === 0 || filters.some((filter) => filter.includes('workbench'));
const skipsWorkbench = process.env['DAGBOOK_WORKBENCH_TESTS'] === 'skip';

if (runsHere()) await check();
else rerun();

/** npm puts our own Node first on PATH; whoever calls this file by hand may not. */
function rerun() {
  const node = findNode(root);
  if (node === null) {
    console.error('node-too-old: ' + whatToDo());
    process.exitCode = 70;
    return;
  }
  spawn(node, process.argv.slice(1), { stdio: 'inherit' }).on('exit', (code) => (process.exitCode = code ?? 70));
}

async function check() {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const usesWorkbench = wantsWorkbench && !skipsWorkbench;
  const running = (usesWorkbench ? [...CHECKS, WORKBENCH] : CHECKS).map(runQuietly);
  /** @type {Result[]} */
  const results = [];
  for (const result of running) results.push(show(await result));
  const hasWorkbench = results.find(({ title }) => title === WORKBENCH.title)?.ok ?? false;
  /** @type {Counts} */
  const counts = { passed: 0, failed: 0, faults: [] };
  if (wantsUnit) results.push(await runTests(SUITES.unit, counts));
  if (usesWorkbench) results.push(hasWorkbench ? await runTests(SUITES.workbench, counts) : await nameTests(SUITES.workbench, counts));
  if (counts.passed + counts.failed === 0) results.push({ title: 'some test ran', ok: false, output: '', seconds: 0, mend: 'is test/**/*.test.ts there?' });
  if (counts.faults.length > 0) heading('what failed');
  for (const fault of counts.faults) console.log(fault);
  heading('summary');
  for (const { title, ok, seconds, mend } of results) {
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${title.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s${ok || mend === '' ? '' : `   mend: ${mend}`}`);
  }
  if (wantsWorkbench && skipsWorkbench) console.log('SKIPPED workbench tests: NOTHING was tried in a VS Code workbench, because DAGBOOK_WORKBENCH_TESTS=skip is set.');
  process.exitCode = results.every(({ ok }) => ok) && counts.failed === 0 ? 0 : 1;
  console.log(`${String(counts.passed)} passed, ${String(counts.failed)} failed`);
}

/**
 * @param {Check} check
 * @returns {Promise<Result>}
 */
function runQuietly({ title, command, mend }) {
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1' } });
    child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => resolve({ title, ok: code === 0, output, seconds: (performance.now() - started) / 1000, mend }));
  });
}

/** @param {Result} result */
function show(result) {
  heading(result.title);
  if (result.output.trim() !== '') console.log(result.output.trimEnd());
  console.log(`${result.ok ? 'ok' : 'FAILED'} (${result.seconds.toFixed(1)} s)`);
  return result;
}

/**
 * @typedef {{ passed: number; failed: number; faults: string[] }} Counts added to; the faults each with its place and the head of its message
 * @param {Suite} suite
 * @param {Counts} counts
 * @returns {Promise<Result>}
 */
async function runTests({ title, config, report }, counts) {
  heading(title);
  const started = performance.now();
  rmSync(report, { force: true });
  const code = await vitest(['run', '--config', config, ...options], 'inherit');
  addUp(report, counts);
  return { title, ok: code.status === 0, output: '', seconds: (performance.now() - started) / 1000, mend: '' };
}

/**
 * Tests that could not run are failures, and named.
 * @param {Suite} suite
 * @param {Counts} counts
 * @returns {Promise<Result>}
 */
async function nameTests({ title, config }, counts) {
  heading(title);
  console.log('None of these ran, because there is no workbench (see above):');
  const { output } = await vitest(['list', '--config', config, ...options], 'pipe');
  const names = output.split('\n').filter((line) => line.includes(' > '));
  for (const name of names) console.log(`  not run: ${name}`);
  counts.failed += Math.max(1, names.length);
  return { title, ok: false, output: '', seconds: 0, mend: WORKBENCH.mend };
}

/**
 * @param {readonly string[]} args
 * @param {'inherit' | 'pipe'} stdout
 * @returns {Promise<{ status: number | null; output: string }>}
 */
function vitest(args, stdout) {
  return new Promise((resolve) => {
    const filtered = filters.length > 0 ? ['--passWithNoTests'] : [];
    const child = spawn(process.execPath, [module('vitest/vitest.mjs'), ...args, ...filtered], { cwd: root, stdio: ['ignore', stdout, 'inherit'] });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (status) => resolve({ status, output }));
  });
}

/**
 * A file whose tests could not even be collected counts as one failure.
 * @param {string} report
 * @param {Counts} counts
 */
function addUp(report, counts) {
  if (!existsSync(report)) return;
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  /** @type {{ name: string; status: string; message: string; assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[]} */
  const files = testResults;
  for (const { name, status, message, assertionResults } of files) {
    const file = path.relative(root, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of failed) counts.faults.push(`${file} > ${fullName}\n${headOf(failureMessages.join('\n'))}`);
    if (status !== 'failed' || failed.length > 0) continue;
    counts.faults.push(`${file}\n${headOf(message)}`);
    counts.failed += 1;
  }
  counts.passed += Number(numPassedTests);
  counts.failed += Number(numFailedTests);
}

/**
 * @param {string} message with a stack
 * @returns {string} indented, as much of it as tells what was expected and where
 */
function headOf(message) {
  return stripVTControlCharacters(message).split('\n').filter((line) => line.trim() !== '' && !line.includes('node_modules')).slice(0, 12).map((line) => `    ${line.slice(0, 300)}`).join('\n');
}

/** @param {string} title */
function heading(title) {
  console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 72 - title.length))}`);
}
