import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** One import a room may not have, and the rule that must say so. */
const FORBIDDEN: readonly (readonly [from: string, imports: string, rule: string])[] = [
  ['protocol/a.ts', '../runtime/index.ts', 'room-protocol'],
  ['protocol/b.ts', '../language/graph/workflow.ts', 'types-only-protocol'],
  ['language/syntax/a.ts', '../graph/workflow.ts', 'room-language-syntax'],
  ['language/expressions/a.ts', '../syntax/span.ts', 'room-language-expressions'],
  ['language/graph/a.ts', '../documents/nodes.ts', 'room-language-graph'],
  ['language/documents/a.ts', '../checks/unknown-node.ts', 'room-language-documents'],
  ['language/documents/b.ts', '../features/hover.ts', 'room-language-documents'],
  ['language/canonical/a.ts', '../checks/unknown-node.ts', 'room-language-canonical'],
  ['language/checks/a.ts', '../features/hover.ts', 'room-language-checks'],
  ['language/a.ts', '../runtime/index.ts', 'room-language'],
  ['language/b.ts', '../protocol/json.ts', 'types-only-language'],
  ['language/c.ts', 'node:fs', 'pure'],
  ['language/checks/b.ts', 'yaml', 'owner-yaml'],
  ['language/syntax/b.ts', 'jsonata', 'owner-jsonata'],
  ['language/d.ts', 'vscode', 'owner-vscode'],
  ['runtime/a.ts', '../language/graph/workflow.ts', 'room-runtime'],
  ['runtime/b.ts', '../cli/main.ts', 'room-runtime'],
  ['runtime/c.ts', 'better-sqlite3', 'owner-better-sqlite3'],
  ['runtime/ledger/a.ts', '../adapters/graph.ts', 'below-the-adapters'],
  ['runtime/durable/a.ts', '../agents/agent.ts', 'below-the-adapters'],
  ['language/documents/c.ts', '../canonical/hash.ts', 'room-language-documents'],
  ['runtime/adapters/a.ts', 'node:crypto', 'pure'],
  ['runtime/agents/a.ts', 'node:timers', 'pure'],
  ['server/a.ts', '../runtime/index.ts', 'room-server'],
  ['server/b.ts', '../language/graph/workflow.ts', 'room-server'],
  ['disk/a.ts', '../runtime/index.ts', 'room-disk'],
  ['disk/b.ts', '../language/graph/workflow.ts', 'room-disk'],
  ['runtime/ledger/b.ts', '../../disk/read-text.ts', 'files-by-the-host'],
  ['client/a.ts', '../language/index.ts', 'room-client'],
  ['client/b.ts', '../runtime/index.ts', 'room-client'],
  ['webview/a.ts', '../language/index.ts', 'room-webview'],
  ['webview/b.ts', 'node:path', 'browser'],
  ['webview/c.ts', 'vscode', 'owner-vscode'],
  ['cli/a.ts', '../client/extension.ts', 'room-cli'],
  ['cli/b.ts', 'yaml', 'owner-yaml'],
  ['cli/c.ts', '../test/kit.ts', 'nothing-from-outside'],
  ['cli/d.ts', 'vitest', 'ships-with-us'],
  ['cli/e.ts', './not-there.ts', 'resolves'],
  ['server/c.ts', 'better-sqlite3', 'owner-better-sqlite3'],
];

/** Imports that each room needs and may have. */
const ALLOWED: readonly (readonly [from: string, line: string])[] = [
  ['language/graph/ok.ts', "import type { Span } from '../syntax/span.ts'; export type A = Span;"],
  ['language/graph/ok2.ts', "import type { J } from '../../protocol/json.ts'; export type A = J;"],
  ['language/syntax/ok.ts', "import 'yaml';"],
  ['language/expressions/ok.ts', "import 'jsonata';"],
  ['language/checks/ok.ts', "import '../documents/nodes.ts';"],
  ['language/features/ok.ts', "import '../checks/unknown-node.ts';"],
  ['runtime/ledger/ok.ts', "import 'better-sqlite3'; import '../../language/index.ts';"],
  ['runtime/durable/ok.ts', "import '../ledger/ok.ts'; import 'node:crypto';"],
  ['runtime/adapters/ok.ts', "import '../durable/journal.ts'; import '../agents/agent.ts';"],
  ['cli/ok.ts', "import '../runtime/index.ts'; import '../language/index.ts'; import 'node:fs';"],
  ['server/ok.ts', "import '../language/index.ts'; import '../protocol/json.ts';"],
  ['disk/ok.ts', "import '../language/index.ts'; import 'node:fs';"],
  ['runtime/host.ts', "import '../disk/ok.ts';"],
  ['client/ok.ts', "import type { Uri } from 'vscode'; export type A = Uri;"],
];

const TARGETS: readonly (readonly [file: string, text: string])[] = [
  ['protocol/json.ts', 'export type J = null; export const j = 1;'],
  ['language/index.ts', 'export const a = 1;'],
  ['language/graph/workflow.ts', 'export const a = 1;'],
  ['language/syntax/span.ts', 'export type Span = number; export const a = 1;'],
  ['language/documents/nodes.ts', 'export const a = 1;'],
  ['language/checks/unknown-node.ts', 'export const a = 1;'],
  ['language/features/hover.ts', 'export const a = 1;'],
  ['runtime/index.ts', 'export const a = 1;'],
  ['runtime/adapters/graph.ts', 'export const a = 1;'],
  ['runtime/agents/agent.ts', 'export const a = 1;'],
  ['language/canonical/hash.ts', 'export const a = 1;'],
  ['runtime/durable/journal.ts', 'export const a = 1;'],
  ['cli/main.ts', 'export const a = 1;'],
  ['disk/read-text.ts', 'export const a = 1;'],
  ['client/extension.ts', 'export const a = 1;'],
  ['test/kit.ts', 'export const a = 1;'],
];

interface Answer {
  readonly violations: readonly string[];
  readonly seen: Readonly<Record<string, number>>;
  readonly unseen: readonly string[];
}

/** In a process of its own: the tool is about the working folder and not about ours. */
function checkImports(folder: string): Answer {
  const script = `import { checkImports } from ${JSON.stringify(path.join(root, 'scripts/imports.mjs'))}; console.log(JSON.stringify(await checkImports(${JSON.stringify(folder)})));`;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: folder })) as Answer;
}

describe('the import rules', () => {
  let house = '';
  let answer: Answer;

  beforeAll(() => {
    house = mkdtempSync(path.join(tmpdir(), 'dagbook-house-'));
    const write = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(house, file)), { recursive: true });
      writeFileSync(path.join(house, file), text);
    };
    const dependencies = { yaml: '1', jsonata: '1', 'better-sqlite3': '1' };
    write('package.json', JSON.stringify({ type: 'module', dependencies, devDependencies: { vitest: '1' } }));
    for (const name of [...Object.keys(dependencies), 'vitest']) {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', type: 'module', main: 'index.js' }));
      write(`node_modules/${name}/index.js`, 'export {};');
    }
    for (const [file, text] of TARGETS) write(file, text);
    for (const [file, imports] of FORBIDDEN) write(file, `import ${JSON.stringify(imports)};\n`);
    for (const [file, text] of ALLOWED) write(file, text);
    answer = checkImports(house);
  });
  afterAll(() => rmSync(house, { recursive: true, force: true }));

  it.each(FORBIDDEN)('refuse %s importing %s (%s)', (from, _imports, rule) => {
    expect(answer.violations.filter((violation) => violation.startsWith(`${rule}: ${from} →`))).toHaveLength(1);
  });

  it.each(ALLOWED)('let %s have what it needs', (from) => {
    expect(answer.violations.filter((violation) => violation.includes(` ${from} →`))).toEqual([]);
  });

  it('see every module there is', () => {
    expect(answer.unseen).toEqual([]);
    expect(Object.values(answer.seen).every((count) => count > 0)).toBe(true);
  });
});

describe('this house', () => {
  it('keeps the import rules, with every module looked at', { timeout: 240_000 }, () => {
    const { violations, unseen, seen } = checkImports(root);
    expect(violations).toEqual([]);
    expect(unseen).toEqual([]);
    expect(seen['protocol']).toBeGreaterThanOrEqual(2);
    expect(seen['language']).toBeGreaterThanOrEqual(4);
    expect(seen['runtime']).toBeGreaterThanOrEqual(1);
    expect(seen['cli']).toBeGreaterThanOrEqual(1);
  });
});
