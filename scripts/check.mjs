// `npm test`: everything that must hold, in one command. The static checks run side by side, the tests after them and
// alone, because some of them measure time. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findNode, runsHere, whatToDo } from '../cli/find-node.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const report = path.join(root, '.cache', 'vitest.json');

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
  mkdirSync(path.dirname(report), { recursive: true });
  const running = CHECKS.map(runQuietly);
  /** @type {Result[]} */
  const results = [];
  for (const result of running) results.push(show(await result));
  heading('tests');
  results.push(await runTests());
  const { passed, failed } = counted();
  if (passed + failed === 0) results.push({ title: 'some test ran', ok: false, output: '', seconds: 0, mend: 'is test/**/*.test.ts there?' });
  heading('summary');
  for (const { title, ok, seconds, mend } of results) {
    console.log(`${ok ? 'ok    ' : 'FAILED'}  ${title.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s${ok || mend === '' ? '' : `   mend: ${mend}`}`);
  }
  process.exitCode = results.every(({ ok }) => ok) && failed === 0 ? 0 : 1;
  console.log(`${String(passed)} passed, ${String(failed)} failed`);
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

/** @returns {Promise<Result>} */
async function runTests() {
  const started = performance.now();
  rmSync(report, { force: true });
  const command = [module('vitest/vitest.mjs'), 'run', ...process.argv.slice(2)];
  const code = await new Promise((resolve) => {
    spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] }).on('exit', resolve);
  });
  return { title: 'tests', ok: code === 0, output: '', seconds: (performance.now() - started) / 1000, mend: '' };
}

/** A file whose tests could not even be collected counts as one failure. */
function counted() {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  /** @type {{ status: string; assertionResults: unknown[] }[]} */
  const files = testResults;
  const broken = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  return { passed: Number(numPassedTests), failed: Number(numFailedTests) + broken };
}

/** @param {string} title */
function heading(title) {
  console.log(`\n── ${title} ${'─'.repeat(Math.max(0, 72 - title.length))}`);
}
