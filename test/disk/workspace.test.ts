import { toolServers } from '../../disk/tool-servers.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, realpathSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings, readSettings, readSettingsLeniently, settingsFromSection } from '../../disk/settings.ts';
import { findWorkspace } from '../../disk/find-workspace.ts';
import { openWorkspace } from '../../disk/open-workspace.ts';
import { makeWorkspace } from '../cli/kit.ts';
import { processorTime } from '../processor-time.ts';

describe('reading in a workspace', () => {
  it('gives the text, without its byte order mark', () => {
    const folder = makeWorkspace({ 'a.yaml': '\ufeffname: ä\n' });
    expect(openWorkspace(folder).read('a.yaml')).toEqual({ kind: 'text', text: 'name: ä\n' });
  });

  it('says missing of what is not there, also below a file', () => {
    const workspace = openWorkspace(makeWorkspace({ 'a.yaml': '' }));
    expect([workspace.read('b.yaml'), workspace.read('a.yaml/c.yaml')]).toEqual([{ kind: 'missing' }, { kind: 'missing' }]);
  });

  it('never leaves the workspace: not by .., not by an absolute path, not through a link to a file or a folder', () => {
    const outside = makeWorkspace({ 'secret.yaml': 'name: secret', 'folder/secret.yaml': 'name: secret' });
    const folder = makeWorkspace({ 'inside.yaml': 'name: inside' });
    symlinkSync(path.join(outside, 'secret.yaml'), path.join(folder, 'link.yaml'));
    symlinkSync(path.join(outside, 'folder'), path.join(folder, 'linked'));
    symlinkSync('inside.yaml', path.join(folder, 'fine.yaml'));
    const workspace = openWorkspace(folder);
    for (const file of ['../x.yaml', path.join(outside, 'secret.yaml'), 'link.yaml', 'linked/secret.yaml', 'a/../../x']) {
      expect(workspace.read(file), file).toEqual({ kind: 'outside' });
    }
    expect(workspace.read('fine.yaml')).toEqual({ kind: 'text', text: 'name: inside' });
    expect(workspace.list()).toEqual(['fine.yaml', 'inside.yaml']);
  });

  it('reads no byte of a file that is too large', () => {
    const folder = makeWorkspace({ 'big.yaml': '' });
    truncateSync(path.join(folder, 'big.yaml'), 100 * 1024 * 1024);
    const started = processorTime();
    expect(openWorkspace(folder).read('big.yaml')).toEqual({ kind: 'too-large', bytes: 104_857_600, limit: 8_388_608 });
    expect(processorTime() - started).toBeLessThan(50);
  });

  it('says why a file is no text, and waits for no pipe', () => {
    const folder = makeWorkspace({});
    writeFileSync(path.join(folder, 'latin1.yaml'), Buffer.from([0x6e, 0xe4, 0x0a]));
    writeFileSync(path.join(folder, 'image.yaml'), Buffer.from([0x89, 0x50, 0x00, 0x01]));
    writeFileSync(path.join(folder, 'utf16.yaml'), Buffer.from('\ufeffname: a', 'utf16le'));
    mkdirSync(path.join(folder, 'folder.yaml'));
    symlinkSync('loop.yaml', path.join(folder, 'loop.yaml'));
    execFileSync('mkfifo', [path.join(folder, 'pipe.yaml')]);
    const workspace = openWorkspace(folder);
    const reason = (file: string): unknown => workspace.read(file);
    expect(reason('latin1.yaml')).toEqual({ kind: 'unreadable', reason: 'it is not UTF-8 text' });
    expect(reason('image.yaml')).toEqual({ kind: 'unreadable', reason: 'it is not a text file' });
    expect(reason('utf16.yaml')).toEqual({ kind: 'text', text: 'name: a' });
    expect(reason('folder.yaml')).toEqual({ kind: 'unreadable', reason: 'it is not an ordinary file' });
    expect(reason('pipe.yaml')).toEqual({ kind: 'unreadable', reason: 'it is not an ordinary file' });
    expect(reason('loop.yaml')).toEqual({ kind: 'unreadable', reason: 'its symbolic links lead in a circle' });
    expect(reason('a\0b.yaml')).toMatchObject({ kind: 'unreadable' });
  });

  it('works when it was itself named through a link', () => {
    const folder = makeWorkspace({ 'ws/a.yaml': 'name: a' });
    symlinkSync('ws', path.join(folder, 'alias'));
    const workspace = openWorkspace(path.join(folder, 'alias'));
    expect(workspace.read('a.yaml')).toMatchObject({ kind: 'text' });
    expect(workspace.relative(path.join(realpathSync(folder), 'ws/a.yaml'))).toBe('a.yaml');
    expect(workspace.relative(folder)).toBeNull();
  });
});

describe('listing a workspace', () => {
  it('gives every YAML file, sorted, but none of what was installed, built or recorded', () => {
    const folder = makeWorkspace({ 'z.yaml': '', 'configs/agents/b.yml': '', 'configs/a.YAML': '', 'x.json': '', 'node_modules/p/c.yaml': '', '.git/d.yaml': '', '.dagbook/e.yaml': '', 'deep/node_modules/f.yaml': '' });
    expect(openWorkspace(folder).list()).toEqual(['configs/a.YAML', 'configs/agents/b.yml', 'z.yaml']);
  });

  it('ends where links lead in a circle', () => {
    const folder = makeWorkspace({ 'a/b.yaml': '' });
    symlinkSync('..', path.join(folder, 'a/up'));
    const workspace = openWorkspace(folder);
    expect([workspace.list(), workspace.listIsPartial()]).toEqual([['a/b.yaml'], false]);
  });
});

describe('finding the workspace', () => {
  it.each(['.dagbook', 'configs', '.git'])('takes the nearest folder upward with %s', (marker) => {
    const folder = makeWorkspace({ [`ws/${marker}/.keep`]: '', 'ws/a/b/c.txt': '' });
    expect(findWorkspace(path.join(folder, 'ws/a/b'))).toBe(path.join(folder, 'ws'));
  });

  it('finds none where there is none', () => {
    const folder = makeWorkspace({ 'a/b.txt': '' });
    expect(findWorkspace(path.join(folder, 'a'))).toBeNull();
  });
});

describe('the settings', () => {
  it('are read with comments and trailing commas, and only ours', () => {
    const folder = makeWorkspace({
      '.vscode/settings.json': '{ // mine\n "editor.tabSize": 3,\n "dagbook.defaultModel": "openai:gpt-5-mini",\n "dagbook.tiers": { "deep": "anthropic:opus", },\n "dagbook.run.confirmPaid": false,\n}',
    });
    expect(readSettings(folder)).toMatchObject({ defaultModel: 'openai:gpt-5-mini', tiers: { deep: 'anthropic:opus' }, stallSeconds: 300, synchronous: 'FULL' });
  });

  it.each<readonly [string, string, number, number]>([
    ['{ "dagbook.defaultModle": "x" }', 'Did you mean "dagbook.defaultModel"?', 1, 3],
    ['{\n  "dagbook.tiers": { "fast": "x" }\n}', 'must map "deep" and "quick"', 2, 20],
    ['{ "dagbook.agents": [] }', 'must map references', 1, 21],
    ['{ "dagbook.mcpServers": { "a": { "command": "x", "url": "http://x" } } }', 'must map names to tool servers', 1, 25],
    ['{ "dagbook.ledger.path": "" }', 'must be a path', 1, 26],
    ['{ "dagbook.files.workflows": "x" }', 'must be a list of globs', 1, 30],
    ['{ "dagbook.diagnostics.severity": { "cycle": "fatal" } }', 'must map codes to "error"', 1, 35],
    ['{ "a": }', 'is not valid JSON', 1, 8],
    ['[]', 'must hold an object', 1, 1],
  ])('%s is a coded error with its place', (text, message, line, column) => {
    const folder = makeWorkspace({ '.vscode/settings.json': text });
    expect(() => readSettings(folder)).toThrow(expect.objectContaining({ code: 'settings-invalid', message: expect.stringContaining(message) as string, place: { file: '.vscode/settings.json', line, column } }));
  });

  it('read for an editor, count as not given where they cannot be meant; of a map, only the entry', () => {
    const folder = makeWorkspace({ '.vscode/settings.json': '{ "dagbook.defaultModel": "", "dagbook.files.workflows": ["a/*.yaml"], "dagbook.diagnostics.severity": { "cycle": "off", "self-dependency": "fatal" }, "dagbook.tiers": { "fast": "x", "deep": "openai:gpt-5" }' });
    const expected = { ...defaultSettings, workflowGlobs: ['a/*.yaml'], severity: { cycle: 'off' }, tiers: { deep: 'openai:gpt-5' } };
    expect(readSettingsLeniently(folder)).toEqual(expected);
    expect(settingsFromSection({ defaultModel: '', files: { workflows: ['a/*.yaml'] }, 'diagnostics.severity': { cycle: 'off', 'self-dependency': 1 }, tiers: { fast: 'x', deep: 'openai:gpt-5' } })).toEqual(expected);
    expect([readSettingsLeniently(makeWorkspace({})), settingsFromSection(null), settingsFromSection([])]).toEqual([defaultSettings, defaultSettings, defaultSettings]);
  });
});

describe('tool servers of an editor that is being typed in', () => {
  it('are those that can be meant', () => {
    const servers = toolServers({ good: { command: 'node', env: { KEY: { secret: 'K' } } }, web: { url: 'http://x', headers: { A: { secret: 'K', prefix: 'Bearer ' } } }, both: { command: 'x', url: 'http://x' }, half: { comm: 'x' }, none: null });
    expect(servers.map(({ name, timeoutSeconds }) => [name, timeoutSeconds])).toEqual([['good', 60], ['web', 60]]);
  });
});
