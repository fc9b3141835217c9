// The licences of what is bundled, taken from the packages themselves.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Shipped beside what is bundled, or inside of it. */
const MORE = ['better-sqlite3'];

const SQLITE = 'SQLite, inside the native files of better-sqlite3, is in the public domain (https://sqlite.org/copyright.html).';

/**
 * Throws where a package says nothing of its licence: it may not ship.
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
  const { name, version, license, homepage } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^(licen[sc]e|copying)/i.test(entry));
  if (file === undefined && typeof license !== 'string') throw new Error(`${name} says nothing of its licence.`);
  const text = file === undefined ? `(The package says ${license} and holds no text.)` : readFileSync(path.join(folder, file), 'utf8').trim();
  const more = readdirSync(folder).filter((entry) => /^(notice|third-?party)/i.test(entry) && existsSync(path.join(folder, entry)));
  const notices = more.map((entry) => readFileSync(path.join(folder, entry), 'utf8').trim());
  return [`${name} ${version} (${license ?? 'see below'})${homepage === undefined ? '' : `\n${homepage}`}`, text, ...notices].join('\n\n') + '\n';
}
