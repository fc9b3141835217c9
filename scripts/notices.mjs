// The licences of what is bundled, taken from the packages themselves.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Shipped beside what is bundled, or inside of it. */
const MORE = ['better-sqlite3'];

const SQLITE = 'SQLite, inside the native files of better-sqlite3, is in the public domain (https://sqlite.org/copyright.html).';

/**
 * The MIT licence, for packages that name it and hold no copy.
 * @param {string} holder
 */
const mit = (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"),
to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense,
and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
IN THE SOFTWARE.`;

/**
 * Throws where a package holds no text of a licence that we could give: it may not ship.
 * @param {string} root the project's folder
 * @param {readonly string[]} inputs paths of bundled files, relative to it
 * @returns {string}
 */
export function thirdPartyNotices(root, inputs) {
  const packages = new Set([...MORE.map((name) => `node_modules/${name}`), ...inputs.flatMap((file) => packageOf(file) ?? [])]);
  const notices = [...packages].sort().map((folder) => notice(path.join(root, folder)));
  const head = `Dagbook contains code of ${String(notices.length)} other packages, under the licences that follow. ${SQLITE}\n`;
  return [head, ...notices].join(`\n${'─'.repeat(80)}\n\n`);
}

/**
 * @param {string} file
 * @returns {string | null} the folder of the innermost package that the file is of
 */
function packageOf(file) {
  const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/'));
  return match === null ? null : match[0];
}

/** @param {string} folder */
function notice(folder) {
  const { name, version, license, homepage, author } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
  if (file === undefined && license !== 'MIT') throw new Error(`${name} holds no text of its licence (${license ?? 'none is named'}).`);
  const text = file === undefined ? mit(typeof author === 'string' ? author : author?.name ?? `the authors of ${name}`) : readFileSync(path.join(folder, file), 'utf8').trim();
  const more = readdirSync(folder).filter((entry) => /^(notice|third-?party)/i.test(entry) && existsSync(path.join(folder, entry)));
  const notices = more.map((entry) => readFileSync(path.join(folder, entry), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'see below'})${homepage === undefined ? '' : `\n${homepage}`}`, text, ...notices].join('\n\n') + '\n';
}
