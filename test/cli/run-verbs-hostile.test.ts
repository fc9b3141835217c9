import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN, dagbook, plainEnv } from './kit.ts';
import { FILES, count, expectCleanFailure, json, ledgerOf, openDb, run, slow, start, workspaceOf } from './run-kit.ts';

const LOOKING: readonly (readonly string[])[] = [['runs'], ['show', 'x'], ['tail', 'x'], ['compare', 'x', 'y'], ['ledger', 'verify'], ['ledger', 'sql', 'SELECT 1']];
const DOING: readonly (readonly string[])[] = [['run', 'Loop'], ['snapshot', 'configs/workflows/loop.yaml']];
const GOING_ON: readonly (readonly string[])[] = [['resume'], ['resume', 'x'], ['replay', 'x'], ['fork', 'x', '--from-failure'], ['halt'], ['halt', 'x'], ['halt', '--release'], ['answer', 'x', 'y', '--value', '1'], ['ledger', 'prune', '--before', '2026-01-01']];

async function expectAll(verbs: readonly (readonly string[])[], folder: string, message: RegExp, more: readonly string[] = []): Promise<void> {
  for (const words of verbs) {
    const ended = await dagbook([...words, ...more], folder);
    expectCleanFailure(ended, 1, message);
    expect(ended.stdout, words.join(' ')).toBe('');
  }
}

describe('a ledger that is not there', () => {
  it('is said so by every verb that is about runs in it, and none is made', async () => {
    const folder = workspaceOf(FILES);
    await expectAll([...LOOKING, ...GOING_ON], folder, /^ledger-unreadable: There is no ledger at .*--ledger or the setting dagbook\.ledger\.path\.\n$/);
    expect(existsSync(path.join(folder, '.dagbook'))).toBe(false);
    const elsewhere = path.join(folder, 'no/where.db');
    await expectAll([['runs'], ['halt']], folder, /^ledger-unreadable: /, ['--ledger', elsewhere]);
    expect(existsSync(path.dirname(elsewhere))).toBe(false);
  });
});

describe('a ledger that is taken away', () => {
  it.each<readonly [string, (folder: string) => void]>([
    ['deleted', (folder) => rmSync(path.join(folder, '.dagbook'), { recursive: true })],
    ['replaced by another', (folder) => {
      rmSync(path.join(folder, '.dagbook'), { recursive: true });
      spawnSync(process.execPath, [BIN, 'run', 'Loop'], { cwd: folder, env: plainEnv() });
    }],
  ])('because it is %s while a run writes it: the command says that nothing is on record, and fails', async (_, take) => {
    const folder = workspaceOf({ ...slow(6_000), 'configs/workflows/loop.yaml': FILES['configs/workflows/loop.yaml'] });
    const running = start(['run', 'Slow'], folder);
    await running.says('▸ n1');
    take(folder);
    expectCleanFailure(await running.ended, 1, /ledger-unreadable: .*ledger\.db was removed or replaced while this command worked with it/);
  });
});

describe('a ledger that is none of ours', () => {
  it.each<readonly [string, (file: string) => void, RegExp]>([
    ['a text file', (file) => writeFileSync(file, 'hello\n'.repeat(400)), /^ledger-not-ours: .* is not a SQLite database/],
    ['a foreign database', (file) => void spawnSync(process.execPath, ['--no-warnings', '-e', `const { DatabaseSync } = require('node:sqlite'); new DatabaseSync(${JSON.stringify(file)}).exec('CREATE TABLE t (x)')`]), /^ledger-not-ours: .* not a Dagbook ledger/],
    ['a folder', (file) => mkdirSync(file), /^ledger-unreadable: /],
  ])('such as %s is refused by name and left as it is', async (_, make, message) => {
    const folder = workspaceOf({ ...FILES, '.dagbook/.gitignore': '*\n' });
    make(ledgerOf(folder));
    const before = existsSync(ledgerOf(folder)) && !readdirSync(path.dirname(ledgerOf(folder)), { withFileTypes: true }).find(({ name }) => name === 'ledger.db')!.isDirectory() ? readFileSync(ledgerOf(folder)) : null;
    await expectAll([...DOING, ['runs'], ['halt'], ['ledger', 'verify']], folder, message);
    if (before !== null) expect(readFileSync(ledgerOf(folder)).equals(before)).toBe(true);
  });

  it('because a newer Dagbook wrote it is refused by every verb and left as it is', async () => {
    const folder = workspaceOf(FILES);
    await run(folder, 'Loop');
    const db = openDb(folder);
    db.pragma('user_version = 99');
    db.close();
    await expectAll([...DOING, ...LOOKING, ['resume'], ['halt']], folder, /^ledger-newer: .*schema 99.*Update Dagbook/);
    expect(count(folder, 'runs')).toBe(1);
  });

  it('because it is empty is said so by who only looks', async () => {
    const folder = workspaceOf({ ...FILES, '.dagbook/ledger.db': '' });
    await expectAll([['runs'], ['ledger', 'verify']], folder, /^ledger-unreadable: .* is empty\./);
    expect(readFileSync(ledgerOf(folder))).toHaveLength(0);
  });

  it('because a file stands where its folder should be', async () => {
    await expectAll(DOING, workspaceOf({ ...FILES, '.dagbook': 'a file' }), /^ledger-unreadable: /);
  });
});

describe('a ledger that is damaged', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['a table is gone', ['show', 'replay'], 'PRAGMA foreign_keys = OFF; DROP VIEW agent_run_steps; DROP TABLE wire_records'],
    ['a view is gone', ['show'], 'DROP VIEW agent_runs_v2; DROP VIEW agent_run_steps'],
    ['history is no JSON any more', ['show', 'replay'], "DROP TRIGGER turns_no_update; UPDATE turns SET events = '[{'"],
    ['a row holds what none can hold', ['replay'], 'DROP TRIGGER agent_spec_versions_no_update; PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, \'content TEXT NOT NULL\', \'content TEXT\'); PRAGMA writable_schema = RESET; UPDATE agent_spec_versions SET content = NULL'],
  ])('so that %s is told as damage, never as a mistake of ours', async (_, verbs, damage) => {
    const folder = workspaceOf(FILES);
    const { run_id: id } = await run(folder, 'Loop');
    const db = new Database(ledgerOf(folder));
    db.unsafeMode(true);
    db.exec(damage);
    db.close();
    for (const verb of verbs) expectCleanFailure(await dagbook([verb, id, verb === 'show' ? '--steps' : '--recorded'], folder), 1, /^ledger-corrupt: .* is (damaged|not what was written): /m);
    const { code, stdout, stderr } = await dagbook(['ledger', 'verify'], folder);
    expect([code, stdout + stderr]).toEqual([1, expect.stringMatching(/tampered with$|^ledger-corrupt: /m) as string]);
  });
});

describe('a disk', () => {
  it.runIf(process.platform === 'linux')('that takes no folders at all is said so at once', async () => {
    await expectAll(DOING, workspaceOf(FILES), /^ledger-(unreadable|read-only): \/proc\//, ['--ledger', '/proc/no/such/ledger.db']);
  });

  it('that cannot be written is said so, with what to do', async () => {
    const folder = workspaceOf(FILES);
    await run(folder, 'Loop');
    const { readOnly, file } = readOnlyLedger(folder);
    await expectAll([...DOING, ['halt'], ['resume'], ...(readOnly === 'mount' ? [['runs'], ['ledger', 'verify']] : [])], folder, /^ledger-(read-only|unreadable): /, ['--ledger', file]);
  });
});

/** A bind mount where this user may make one; a kernel's own folder, where nobody can make a file, elsewhere. */
function readOnlyLedger(folder: string): { readonly readOnly: 'mount' | 'kernel'; readonly file: string } {
  const target = mkdtempSync(path.join(tmpdir(), 'dagbook-ro-'));
  const mounted = spawnSync('mount', ['--bind', path.join(folder, '.dagbook'), target]).status === 0;
  onTestFinished(() => {
    if (mounted) spawnSync('umount', [target]);
    rmSync(target, { recursive: true, force: true });
  });
  if (mounted && spawnSync('mount', ['-o', 'remount,ro,bind', target]).status === 0) return { readOnly: 'mount', file: path.join(target, 'ledger.db') };
  return { readOnly: 'kernel', file: '/sys/dagbook/ledger.db' };
}

describe('a document that cannot be locked', () => {
  const cases: readonly (readonly [string, (folder: string) => void, string])[] = [
    ['is no YAML', (folder) => writeFileSync(path.join(folder, 'configs/workflows/loop.yaml'), 'name: [a\n'), 'yaml-syntax'],
    ['is 100 MB long', (folder) => truncateSync(path.join(folder, 'configs/workflows/loop.yaml'), 100_000_000), 'file-too-large'],
    ['is an alias bomb', (folder) => {
      const levels = Array.from({ length: 30 }, (_, at) => `l${at}: &l${at} [${at === 0 ? 'x' : Array(9).fill(`*l${at - 1}`).join(', ')}]`);
      writeFileSync(path.join(folder, 'configs/workflows/loop.yaml'), levels.join('\n'));
    }, 'alias-bomb'],
    ['has a cycle', (folder) => edit(folder, 'agent_spec: configs/agents/research_lite.yaml', 'agent_spec: configs/agents/research_lite.yaml\n    depends_on: [trader]'), 'cycle'],
    ['names an agent that is not there', (folder) => edit(folder, 'agents/trader_paper.yaml', 'agents/trader_papr.yaml'), 'agent-not-found'],
    ['names an agent outside, through a link', (folder) => {
      writeFileSync(path.join(tmpdir(), 'outside-agent.yaml'), 'name: trader_paper\nrole: x\nsystem_prompt: x\n');
      rmSync(path.join(folder, 'configs/agents/trader_paper.yaml'));
      symlinkSync(path.join(tmpdir(), 'outside-agent.yaml'), path.join(folder, 'configs/agents/trader_paper.yaml'));
    }, 'outside-workspace'],
    ['asks for what is not built yet', (folder) => edit(folder, 'adapter_kind: graph', 'adapter_kind: crew\nmanager: research'), 'not-runnable-yet'],
    ['has an unknown field', (folder) => edit(folder, 'adapter_kind: graph', 'adapter_kind: graph\nnoods: []'), 'unknown-field'],
  ];

  it.each(cases)('because it %s is shown with its place, exits 1 and leaves no row', async (_, make, code) => {
    const folder = workspaceOf(FILES);
    make(folder);
    for (const words of [['run', 'configs/workflows/loop.yaml', '--json'], ['snapshot', 'configs/workflows/loop.yaml']]) {
      const ended = await dagbook(words, folder);
      expectCleanFailure(ended, 1, new RegExp(`^configs/\\S+\\.yaml:\\d+:\\d+: error\\[${code}\\] \\S`, 'm'));
      expect(ended.stderr).toMatch(/^configs\/\S+\.yaml:\d+:\d+: (document-invalid|not-runnable-yet): Nothing was locked and nothing was run: .*error/m);
      expect(ended.stdout).toBe('');
    }
    expect(['workflow_spec_versions', 'agent_spec_versions', 'runs', 'journal'].map((table) => count(folder, table))).toEqual([0, 0, 0, 0]);
  });
});

function edit(folder: string, from: string, to: string): void {
  const file = path.join(folder, 'configs/workflows/loop.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  writeFileSync(file, text.replace(from, to));
}

describe('tampering', () => {
  it('by cutting the end off is told to who kept a head that verify printed', async () => {
    const folder = workspaceOf(FILES);
    await run(folder, 'Loop');
    const { stdout } = await dagbook(['ledger', 'verify'], folder);
    const [, head = ''] = /^head (\d+:[0-9a-f]{64})$/m.exec(stdout) ?? [];
    expect((await dagbook(['ledger', 'verify', '--head', head], folder)).code).toBe(0);
    expect(await json<{ head: string }>(['ledger', 'verify'], folder)).toMatchObject({ head, problems: [] });
    await run(folder, 'Loop');
    expect((await dagbook(['ledger', 'verify', '--head', head], folder)).code, 'a chain that has grown since').toBe(0);
    const other = workspaceOf(FILES);
    await run(other, 'Loop');
    const elsewhere = await dagbook(['ledger', 'verify', '--head', head], other);
    expect(elsewhere).toMatchObject({ code: 1, stdout: expect.stringMatching(/^✗ ledger_heads \d+: the chain does not lead through the head that was given/) as string });
    for (const [words, message] of [[['--head', '5'], /^usage: --head takes SEQ:HASH/], [['path', '--head', head], /^usage: --head goes with dagbook ledger verify/]] as const) {
      expectCleanFailure(await dagbook(words[0] === 'path' ? ['ledger', ...words] : ['ledger', 'verify', ...words], folder), 2, message);
    }
  });

  it('is named by table and row, and exits 1', async () => {
    const folder = workspaceOf(FILES);
    const { run_id: id } = await run(folder, 'Loop');
    const db = openDb(folder);
    db.exec('DROP TRIGGER runs_finished; UPDATE runs SET total_tokens = total_tokens + 1');
    const text = await dagbook(['ledger', 'verify'], folder);
    expect(text).toMatchObject({ code: 1, stderr: '' });
    expect(text.stdout).toMatch(new RegExp(`^✗ runs ${id}: `, 'm'));
    expect(text.stdout).toMatch(/^✗ \d+ rows? tampered with$/m);
    const { code, stdout } = await dagbook(['ledger', 'verify', '--json'], folder);
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as { problems: unknown[] }).problems).toContainEqual(expect.objectContaining({ table: 'runs', row: id }));
  });

  it('with what an agent says does not steer the terminal', async () => {
    const folder = workspaceOf({ ...FILES, 'configs/agents/trader_paper.yaml': 'name: trader_paper\nrole: x\nsystem_prompt: "\\u001b[2J"\nmodel: { provider: simulated, extras: { reply: "\\u001b]0;owned\\u0007\\u001b[2Jx" } }\n' });
    const { stdout, stderr } = await dagbook(['run', 'Loop'], folder);
    const { stdout: shown } = await dagbook(['show', /run +(\S+)/.exec(stdout)![1]!, '--steps'], folder);
    const { stdout: asked } = await dagbook(['ledger', 'sql', 'SELECT output FROM workflow_runs'], folder);
    expect(stdout + stderr + shown + asked).not.toContain('\u001b');
    expect(shown).toContain('trader_paper');
  });
});

describe('a verb', () => {
  it('that only checks loads neither the database nor a schema compiler', async () => {
    const root = path.resolve(import.meta.dirname, '../..');
    const script = `process.argv = ['node', 'dagbook', 'check', '-C', ${JSON.stringify(workspaceOf(FILES))}];
      await import(${JSON.stringify(path.join(root, 'dist/cli.mjs'))});
      const { sharedObjects } = process.report.getReport();
      console.log(JSON.stringify(sharedObjects.filter((file) => file.includes('sqlite'))));`;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', cwd: root });
    expect(stdout).toMatch(/checked, nothing to say\n\[\]\n$/);
    // The same question about the code: what the entry and the verb pull in when they are loaded.
    const loaded = new Set<string>();
    const visit = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const [, name] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?["'](\.[^"']+)["'];/gm)) visit(path.join(path.dirname(file), name!));
    };
    visit(path.join(root, 'dist/cli.mjs'));
    const check = /import\("(\.\/chunks\/check-[^"]+)"\)/.exec(readFileSync(path.join(root, 'dist/cli.mjs'), 'utf8'))?.[1];
    visit(path.join(root, 'dist', check!));
    const text = [...loaded].map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(loaded.size).toBeGreaterThan(3);
    expect(text).not.toMatch(/^\/\/ node_modules\/(ajv\/dist\/core|better-sqlite3)|from "better-sqlite3"/m);
    expect(text).toMatch(/^\/\/ node_modules\/yaml\//m);
  });
});
