// Puts the output of a real tutorial run between the marks in README.md. `--check` only says whether the marks are filled.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  const run = spawnSync(process.execPath, ['scripts/tutorial.mjs'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '100', DAGBOOK_TUTORIAL_HOME: home },
  });
  rmSync(home, { recursive: true, force: true });
  if (run.status !== 0) {
    fail(`The tutorial ended with ${String(run.status)}:\n${run.stderr}`);
    return;
  }
  const output = (run.stderr + run.stdout).replaceAll(home, '.').replaceAll(root, '.').trimEnd();
  writeFileSync(readme, text.replace(MARKS, (_, start, end) => `${start}\n\`\`\`text\n${output}\n\`\`\`\n\n${end}`));
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}
