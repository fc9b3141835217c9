// Holds the import rules of ARCHITECTURE.md. With a TypeScript it does not know, dependency-cruiser sees no modules at
// all and is content; so this also counts what it saw, room by room, against what is on disk.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.mjs';

export const ROOMS = ['protocol', 'language', 'disk', 'runtime', 'server', 'client', 'webview', 'cli'];

/**
 * @param {string} root a folder that holds rooms
 * @returns {Promise<{ violations: string[]; seen: Record<string, number>; unseen: string[] }>}
 */
export async function checkImports(root) {
  const onDisk = ROOMS.flatMap((room) => sourcesIn(root, room));
  const { forbidden = [], options } = rules;
  const from = ROOMS.filter((room) => onDisk.some((file) => file.startsWith(`${room}/`)));
  const answer = await cruise(from, { ...options, baseDir: root, validate: true, ruleSet: { forbidden } });
  if (typeof answer.output === 'string') throw new Error('dependency-cruiser answered with text');
  const modules = new Set(answer.output.modules.map((module) => module.source));
  return {
    violations: answer.output.summary.violations.map((v) => `${v.rule.name}: ${v.from} → ${v.to}  (${commentOf(v.rule.name)})`),
    seen: Object.fromEntries(ROOMS.map((room) => [room, [...modules].filter((module) => module.startsWith(`${room}/`)).length])),
    unseen: onDisk.filter((file) => !modules.has(file)),
  };
}

/** @param {string} name */
function commentOf(name) {
  return rules.forbidden?.find((rule) => rule.name === name)?.comment ?? '';
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]} POSIX paths of the TypeScript below the folder
 */
function sourcesIn(root, folder) {
  try {
    return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourcesIn(root, file);
      return entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts') ? [file] : [];
    });
  } catch {
    return [];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { violations, seen, unseen } = await checkImports(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
  for (const violation of violations) console.log(violation);
  for (const file of unseen) console.log(`unseen: ${file} was not looked at`);
  console.log(Object.entries(seen).map(([room, count]) => `${room} ${String(count)}`).join(', '), 'modules seen');
  process.exitCode = violations.length + unseen.length > 0 ? 1 : 0;
}
