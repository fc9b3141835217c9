// Puts the output of a real tutorial run between the marks in README.md. `--check` only says whether the marks are filled.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const readme = path.join(root, 'README.md');
const MARKS = /(<!-- output:start -->\n)[\s\S]*?(<!-- output:end -->)/;

const text = readFileSync(readme, 'utf8');
if (!MARKS.test(text)) fail('README.md has lost its marks <!-- output:start --> and <!-- output:end -->.');
else if (process.argv.includes('--check')) {
  if (/output:start -->\n<!-- output:end/.test(text)) fail('README.md shows no output yet: npm run readme');
} else fill();

function fill() {
  const home = mkdtempSync(path.join(tmpdir(), 'dagbook-readme-'));
  const log = path.join(home, 'output.txt');
  const handle = openSync(log, 'w');
  const run = spawnSync(process.execPath, ['scripts/tutorial.mjs'], {
    cwd: root,
    // Both streams into one file, in the order a person sees them.
    stdio: ['ignore', handle, handle],
    env: { ...process.env, NO_COLOR: '1', DAGBOOK_TUTORIAL_HOME: home },
  });
  closeSync(handle);
  // The reader's own ledger lies in the example.
  const output = readFileSync(log, 'utf8')
    .replaceAll(` --ledger ${path.join(home, 'ledger.db')}`, '')
    .replaceAll(path.join(home, 'ledger.db'), 'examples/tutorial/.dagbook/ledger.db')
    .replaceAll(`${root}/`, '')
    .trimEnd();
  rmSync(home, { recursive: true, force: true });
  if (run.status !== 0) {
    fail(`The tutorial ended with ${String(run.status)}:\n${output}`);
    return;
  }
  writeFileSync(readme, text.replace(MARKS, (_, start, end) => `${start}\n\`\`\`text\n${shortened(output)}\n\`\`\`\n\n${end}`));
}

/**
 * Without the advice at the end: what to do next stands around the block.
 * @param {string} output
 */
function shortened(output) {
  const end = output.indexOf('\n\nWhat to try next');
  return (end < 0 ? output : output.slice(0, end)).split('\n').map((line) => line.trimEnd()).join('\n');
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
