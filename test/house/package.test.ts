import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNode } from '../cli/kit.ts';
import { readZip } from './zip.ts';
import type { ZipEntry } from './zip.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** VS Code's names of the platforms, and what the database driver calls their native files. */
const PLATFORMS = {
  'win32-x64': 'win32-x64', 'win32-arm64': 'win32-arm64', 'darwin-x64': 'darwin-x64', 'darwin-arm64': 'darwin-arm64',
  'linux-x64': 'linux-x64', 'linux-arm64': 'linux-arm64', 'alpine-x64': 'linuxmusl-x64', 'alpine-arm64': 'linuxmusl-arm64',
} as const;

/** Everything that may be in a package. */
const SHIPS = [
  /^extension\.vsixmanifest$/, /^\[Content_Types\]\.xml$/,
  /^extension\/(package(\.nls(\.[\w-]+)?)?\.json|readme\.md|changelog\.md|LICENSE\.txt|ThirdPartyNotices\.txt|language-configuration\.json)$/,
  /^extension\/dist\/[\w-]+\.(mjs|cjs)$/, /^extension\/dist\/webview\/[\w-]+\.(js|css)$/, /^extension\/cli\/(bin|find-node)\.mjs$/, /^extension\/bin\/dagbook(\.cmd)?$/,
  /^extension\/prebuilds\/[\w-]+\.node$/, /^extension\/images\/[\w-]+\.(svg|png)$/, /^extension\/syntaxes\/[\w.-]+\.json$/, /^extension\/l10n\/[\w.-]+\.json$/,
  // A sample may bring notes and a tool server of its own.
  /^extension\/examples\/[\w-]+\/(\.gitignore|notes\/[\w-]+\.md|server\/[\w-]+\.mjs)$/,
  /^extension\/media\/[\w/-]+\.(md|svg|png)$/, /^extension\/examples\/[\w-]+\/(README\.md|configs\/[\w/-]+\.yaml)$/, /^extension\/examples\/[\w-]+\/[\w.-]+\.(workflow\.)?yaml$/,
];

const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-vsix-'));

function packageOf(target: string): readonly ZipEntry[] {
  return readZip(readFileSync(path.join(folder, `dagbook-${target}.vsix`)));
}

function textOf(target: string, name: string): string {
  return packageOf(target).find((entry) => entry.name === `extension/${name}`)!.data().toString('utf8');
}

/** Every text of a JSON value. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}

describe('the packages', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [path.join(root, 'scripts/package.mjs'), '--out', folder], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(PLATFORMS))('carry on %s the native file of that platform and no other', (target, native) => {
    const names = packageOf(target).map(({ name }) => name);
    expect(names.filter((name) => name.endsWith('.node'))).toEqual([`extension/prebuilds/${native}.node`]);
    expect(packageOf(target).find(({ name }) => name === 'extension.vsixmanifest')!.data().toString()).toContain(`TargetPlatform="${target}"`);
  });

  it('carry all of them in the universal one', () => {
    const names = packageOf('universal').map(({ name }) => path.basename(name)).filter((name) => name.endsWith('.node'));
    expect(names.sort()).toEqual(Object.values(PLATFORMS).map((native) => `${native}.node`).sort());
  });

  it('hold nothing that does not run or is not read: no sources, tests, maps or ledgers', () => {
    const strange = packageOf('universal').map(({ name }) => name).filter((name) => !SHIPS.some((pattern) => pattern.test(name)));
    expect(strange).toEqual([]);
  });

  it('hold every file that their manifest names', () => {
    const manifest = JSON.parse(textOf('linux-x64', 'package.json')) as Record<string, unknown>;
    const names = new Set(packageOf('linux-x64').map(({ name }) => name));
    const named = texts(manifest).filter((text) => /^(\.\/)?[\w./-]+\.\w+$/.test(text) && existsSync(path.join(root, text)) && statSync(path.join(root, text)).isFile());
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((file) => !names.has(path.posix.join('extension', file)))).toEqual([]);
    expect(Object.keys(manifest).filter((field) => /^(scripts|private|(dev|optional)?dependencies)$/i.test(field))).toEqual([]);
  });

  it('give the licence of everything that is bundled, in full', () => {
    const notices = textOf('linux-x64', 'ThirdPartyNotices.txt').split(/\n─{80}\n/);
    const named = notices.slice(1).map((notice) => /^\s*(\S+) \d/.exec(notice)?.[1]);
    expect(named).toEqual(expect.arrayContaining(['better-sqlite3', 'yaml', 'jsonata', 'ajv', 'vscode-languageserver', '@pydantic/genai-prices']));
    expect(notices.slice(1).filter((notice) => notice.length < 400).map((notice) => notice.trim().split('\n')[0])).toEqual([]);
  });

  it('stay small: 6 MB for one platform, 16 MB for all', () => {
    for (const target of Object.keys(PLATFORMS)) expect(statSync(path.join(folder, `dagbook-${target}.vsix`)).size, target).toBeLessThan(6_000_000);
    expect(statSync(path.join(folder, 'dagbook-universal.vsix')).size).toBeLessThan(16_000_000);
  });

  it('run on their own: the command line of an unpacked one runs a workflow into a ledger', async () => {
    const unpacked = path.join(folder, 'unpacked');
    for (const { name, data } of packageOf('universal')) {
      mkdirSync(path.dirname(path.join(unpacked, name)), { recursive: true });
      writeFileSync(path.join(unpacked, name), data());
    }
    const program = path.join(unpacked, 'extension/cli/bin.mjs');
    const example = path.join(unpacked, 'extension/examples/tutorial');
    const { code, stdout, stderr } = await runNode([program, 'run', 'MyFirstResearchLoop', '--json', '-C', example], unpacked);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'completed', workflow_name: 'MyFirstResearchLoop' });
  });
});
