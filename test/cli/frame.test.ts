import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { VERBS } from '../../cli/verbs.ts';
import { ACTIONS } from '../../protocol/actions.ts';
import { BIN, dagbook, makeWorkspace, plainEnv } from './kit.ts';

const EMPTY = { 'configs/.keep': '' };

describe('the table of actions', () => {
  it('names every action, verb and route once', () => {
    const ids = ACTIONS.map(({ id }) => id);
    const verbs = ACTIONS.map(({ verb }) => verb);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(verbs).size).toBe(verbs.length);
  });

  it('is what the verbs do: same names, same arguments, same options, same choices', async () => {
    const now = ACTIONS.filter(({ availability }) => availability === 'now');
    expect(Object.keys(VERBS).sort()).toEqual([...new Set(now.map(({ verb }) => verb.split(' ')[0]!))].sort());
    for (const [name, load] of Object.entries(VERBS)) {
      const verb = await load();
      const actions = now.filter((action) => action.verb.split(' ')[0] === name);
      const options = actions.flatMap(({ parameters }) => parameters.filter(({ place }) => place === 'option'));
      expect(verb.name).toBe(name);
      expect(Object.keys(verb.options).sort(), name).toEqual([...new Set(options.map((option) => option.name))].sort());
      for (const option of options) {
        const spec = verb.options[option.name]!;
        expect(spec.type, `${name} --${option.name}`).toBe(option.type === 'flag' ? 'boolean' : 'string');
        if (spec.type === 'string') expect([spec.multiple ?? false, spec.choices ?? []]).toEqual([option.many, option.choices]);
      }
      const words = actions.flatMap((action) => action.verb.split(' ').slice(1));
      expect([...(verb.operations ?? [])].sort(), name).toEqual(words.sort());
      const extra = words.length > 0 ? 1 : 0;
      const places = actions.map(({ parameters }) => parameters.filter(({ place }) => place === 'argument'));
      expect(verb.arguments.min, name).toBe(extra + Math.min(...places.map((some) => some.filter((argument) => argument.required).length)));
      expect(verb.arguments.max, name).toBe(extra + Math.max(...places.map((some) => (some.some(({ many }) => many) ? Number.POSITIVE_INFINITY : some.length))));
    }
  });
});

describe('help', () => {
  it('lists every verb on stdout', async () => {
    const { code, stdout, stderr } = await dagbook(['--help'], makeWorkspace(EMPTY));
    expect([code, stderr]).toEqual([0, '']);
    for (const verb of Object.keys(VERBS)) expect(stdout).toMatch(new RegExp(`^  ${verb} +\\S`, 'm'));
  });

  it.each(Object.keys(VERBS))('of %s has a usage line and an example', async (verb) => {
    const folder = makeWorkspace(EMPTY);
    for (const words of [[verb, '--help'], ['help', verb], [verb, '-h']]) {
      const { code, stdout } = await dagbook(words, folder);
      expect(code).toBe(0);
      expect(stdout).toMatch(new RegExp(`^Usage: dagbook ${verb}`));
      expect(stdout).toMatch(new RegExp(`^Examples?:\n  dagbook ${verb}`, 'm'));
    }
  });

  it('goes to stderr with exit 2 when nothing was asked', async () => {
    const { code, stdout, stderr } = await dagbook([], makeWorkspace(EMPTY));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: dagbook <verb>');
  });

  it('of the version is one line', async () => {
    const { code, stdout } = await dagbook(['--version'], makeWorkspace(EMPTY));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^dagbook \d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+\)\n$/);
  });
});

describe('a mistyped command', () => {
  it.each<readonly [readonly string[], string]>([
    [['chekc'], 'usage: There is no verb "chekc". Did you mean `dagbook check`?'],
    [['frobnicate'], 'usage: There is no verb "frobnicate". `dagbook --help` lists them.'],
    [['constructor'], 'usage: There is no verb "constructor". `dagbook --help` lists them.'],
    [['check', '--fromat', 'json'], 'usage: There is no option --fromat. Did you mean --format?'],
    [['check', '--constructor'], 'usage: There is no option --constructor.'],
    [['check', '--format', 'jsno'], 'usage: --format is one of text, json, sarif, github, not "jsno". Did you mean json?'],
    [['check', '--format'], 'usage: The option --format needs a value: --format FORMAT.'],
    [['check', '--json=yes'], 'usage: The option --json takes no value.'],
    [['check', '--format', 'json', '--format', 'text'], 'usage: The option --format is given twice, as "json" and "text".'],
    [['check', '--json', '--format', 'sarif'], 'usage: --json and --format sarif ask for two things.'],
    [['--wrokspace', 'x', 'check'], 'usage: There is no'],
    [['graph'], 'usage: dagbook graph is missing an argument. Usage: dagbook graph FILE'],
    [['graph', 'a', 'b'], 'usage: dagbook graph does not know what to do with "b".'],
    [['check', 'nowhere.yaml'], 'file-not-found: There is no file or folder nowhere.yaml.'],
    [['-C', 'nowhere', 'check'], 'workspace-not-found: There is no folder'],
    [['-C', 'configs/.keep', 'check'], 'workspace-not-found: '],
  ])('%j exits 2 and says what was meant', async (args, message) => {
    const { code, stdout, stderr } = await dagbook(args, makeWorkspace(EMPTY));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('from a folder that was deleted meanwhile is told so', () => {
    const { status, stderr } = spawnSync('sh', ['-c', 'mkdir gone && cd gone && rmdir ../gone && "$0" "$@"', process.execPath, BIN, 'check'], { cwd: makeWorkspace(EMPTY), encoding: 'utf8', env: plainEnv() });
    expect([status, stderr]).toEqual([2, 'workspace-not-found: The folder this shell stands in is not there any more. Go to another one.\n']);
  });

  it('shows its stack with --debug only', async () => {
    const { code, stderr } = await dagbook(['check', 'nowhere.yaml', '--debug'], makeWorkspace(EMPTY));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^\s+at /m);
  });
});

describe('the workspace', () => {
  it.each([['before the verb', ['-C', 'WS', 'check', '--json']], ['after it', ['check', '--workspace', 'WS', '--json']], ['with =', ['check', '--workspace=WS', '--json']]])('can be named %s', async (_, words) => {
    const folder = makeWorkspace({ 'ws/configs/.keep': '' });
    const { code, stdout, stderr } = await dagbook(words.map((word) => word.replace('WS', 'ws')), folder);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('says where its settings are wrong', async () => {
    const folder = makeWorkspace({ ...EMPTY, 'configs/workflows/a.yaml': 'name: a', '.vscode/settings.json': '{\n  // how long\n  "dagbook.run.stallSeconds": 3,\n}' });
    const { code, stderr } = await dagbook(['check'], folder);
    expect(code).toBe(1);
    expect(stderr).toBe('.vscode/settings.json:3:31: settings-invalid: The setting "dagbook.run.stallSeconds" must be a whole number of seconds, at least 30.\n');
  });
});

describe('output', () => {
  it.each<readonly [string, Readonly<Record<string, string>>, boolean]>([
    ['has no colours in a pipe', {}, false],
    ['has colours when they are forced', { FORCE_COLOR: '1' }, true],
    ['believes NO_COLOR before FORCE_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['takes an empty NO_COLOR for none', { FORCE_COLOR: '1', NO_COLOR: '' }, true],
  ])('%s', async (_, env, coloured) => {
    const { stdout } = await dagbook(['--help'], makeWorkspace(EMPTY), env);
    expect(stdout.includes('\u001b[')).toBe(coloured);
  });

  it('is quiet when its reader has gone', async () => {
    const files = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`configs/workflows/w${at}.yaml`, 'name: [\n']));
    const folder = makeWorkspace(files);
    const child = spawn(process.execPath, [BIN, 'check'], { cwd: folder, env: plainEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  });

  it('finds its workspace upward from a folder below it', async () => {
    const folder = makeWorkspace({ 'configs/workflows/a.yaml': 'name: [\n', 'deep/er/x.txt': '' });
    mkdirSync(path.join(folder, 'deep/er/still'));
    const { stdout } = await dagbook(['check', '--json'], path.join(folder, 'deep/er/still'));
    expect(JSON.parse(stdout)).toMatchObject([{ file: 'configs/workflows/a.yaml' }]);
  });
});
