// Stands in for `@vscode/spdlog`, which has to be compiled: without it the workbench writes no log files and its output channels stay empty.
'use strict';
const { appendFileSync, mkdirSync } = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

function open(name, file) {
  mkdirSync(path.dirname(file), { recursive: true });
  let plain = false;
  let lowest = 2;
  const write = (level) => (message) => {
    if (level < lowest) return;
    appendFileSync(file, plain ? message : `${new Date().toISOString().replace('T', ' ').replace('Z', '')} [${LEVELS[level]}] ${message}\n`);
  };
  return {
    ...Object.fromEntries(LEVELS.map((word, level) => [word, write(level)])),
    name,
    getLevel: () => lowest,
    setLevel: (level) => (lowest = level),
    setPattern: () => undefined,
    clearFormatters: () => (plain = true),
    flush: () => undefined,
    drop: () => undefined,
  };
}

exports.version = 0;
exports.setLevel = () => undefined;
exports.setFlushOn = () => undefined;
exports.createRotatingLogger = async (name, file) => open(name, file);
exports.createAsyncRotatingLogger = exports.createRotatingLogger;
