#!/usr/bin/env node
// The `dagbook` command. It runs on whatever Node the shell finds, and hands over to one that can run Dagbook.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { findNode, runsHere, whatToDo } from './find-node.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const program = path.join(root, 'dist', 'cli.mjs');

if (!existsSync(program)) {
  fail('not-built: dist/cli.mjs is missing. Run `npm run build` in ' + root + ' first.');
} else if (runsHere()) {
  await import(pathToFileURL(program).href);
} else {
  const node = findNode(root);
  if (node === null) fail('node-too-old: ' + whatToDo());
  else handOver(node);
}

/** @param {string} message */
function fail(message) {
  process.stderr.write(message + '\n');
  process.exitCode = 70;
}

/**
 * A terminal sends Ctrl-C to both of us; `kill` sends it to me alone. A second Ctrl-C means something else than the
 * first, so the child must not count one twice: once it says that it counts signals itself it gets mine as messages,
 * and takes the larger of the two counts. Until then it dies of its first signal, and doubling that does no harm. It
 * knows me by my pid, to end when I am gone.
 * @param {string} node
 */
function handOver(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, DAGBOOK_LAUNCHER: String(process.pid) },
  });
  let counts = false;
  child.on('message', (message) => {
    if (message === 'counts-signals') counts = true;
  });
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    if (counts && child.connected) child.send({ signal }, () => undefined);
    else child.kill(signal);
  };
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  child.on('error', (error) => fail(`node-not-started: ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    for (const name of signals) process.removeListener(name, pass);
    if (signal === null) process.exitCode = code ?? 70;
    else process.kill(process.pid, signal);
  });
}
