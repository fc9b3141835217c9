import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { followVerb } from '../../client/command-line/run-verb.ts';
import { profileRow } from '../../client/models/profile-row.ts';
import { listedModels, listedWords, providerRows } from '../../client/models/provider-rows.ts';
import { PullBar } from '../../client/models/pull-bar.ts';
import type { Json } from '../../protocol/json.ts';
import type { ProfileRecord } from '../../protocol/model-profile.ts';

function profileOf(more: Partial<ProfileRecord> = {}): ProfileRecord {
  return { name: 'local-vllm', path: 'configs/llm/local.yaml', provider: 'openai', base_url: 'http://127.0.0.1:8000/v1', command: 'vllm serve tiny', served_models: ['tiny'], state: 'idle', pid: null, ...more };
}

describe('a model profile', () => {
  it('says whether it is in use, where its server is, what starts it, and what to do', () => {
    expect(profileRow(profileOf())).toMatchObject({ label: 'local-vllm', description: 'not started · http://127.0.0.1:8000/v1', context: 'profile idle' });
    expect(profileRow(profileOf()).tooltip).toContain('Started by: vllm serve tiny');
    expect(profileRow(profileOf({ state: 'in-use', pid: 7 }))).toMatchObject({ description: 'in use · http://127.0.0.1:8000/v1', context: 'profile in-use' });
    expect(profileRow(profileOf({ state: 'stopped' })).tooltip).toContain('calls to openai still go there');
    expect(profileRow(profileOf({ state: 'off' })).tooltip).toContain('enabled: true');
    // Nothing can be started without an address: its context fits no button.
    expect(profileRow(profileOf({ base_url: null })).context).toBe('profile idle nowhere');
  });

  it('that is in use is where its provider\'s calls go, also when its process has ended', () => {
    for (const state of ['in-use', 'stopped'] as const) {
      const rows = providerRows({ OPENAI_API_KEY: 'stored' }, null, [profileOf({ state }), profileOf({ name: 'other', state: 'idle', provider: 'ollama' })]);
      expect(rows.find(({ provider }) => provider === 'openai')).toMatchObject({ state: 'http://127.0.0.1:8000/v1 (local-vllm)', context: 'provider keyed stored', hint: expect.stringContaining('no key is sent') as string });
      expect(rows.find(({ provider }) => provider === 'ollama')?.state).toBe('not asked yet');
    }
  });
});

describe('the models of a provider', () => {
  it('are those it has itself, with what is known of each', () => {
    const listed = listedModels([
      { provider: 'ollama', model: 'llama3.2', state: 'running', bytes: 2_000_000_000, address: '', profile: null, hint: '' },
      { provider: 'ollama', model: 'qwen3', state: 'ready', bytes: null, address: '', profile: 'mine', hint: '' },
    ]);
    expect(listed.map(listedWords)).toEqual(['running · 2.0 GB', 'ready']);
    expect(providerRows({}, listed, []).find(({ provider }) => provider === 'ollama')).toMatchObject({ state: '1 model', models: [{ model: 'llama3.2' }] });
  });
});

describe('the bar of a pull', () => {
  it('grows to a hundred at most and never goes back, whatever part comes next', () => {
    const bar = new PullBar();
    const frame = (message: string, done?: number, total?: number): Json => ({ stage: 'model.pull', message, ...(done === undefined ? {} : { done }), ...(total === undefined ? {} : { total }) });
    const steps = [frame('pulling manifest'), frame('pulling a', 1e9, 2e9), frame('pulling a', 2e9, 2e9), frame('pulling b', 10, 100), frame('pulling c', 300, 100), 'nonsense', frame('success')].map((each) => bar.take(each));
    expect(steps.map(({ increment }) => increment)).toEqual([0, 50, 50, 0, 0, 0, 0]);
    expect(steps[1]?.message).toBe('pulling a: 1.0 GB of 2.0 GB');
  });
});

/** A command line that does what the test wants. */
function extensionWith(script: string): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'dagbook-verb-')));
  onTestFinished(() => { rmSync(folder, { recursive: true, force: true }); });
  mkdirSync(path.join(folder, 'dist'));
  writeFileSync(path.join(folder, 'dist', 'cli.mjs'), script);
  return folder;
}

describe('a verb that takes its time', () => {
  const never = new AbortController().signal;

  it('is heard line by line while it runs, with the words and keys it was given', async () => {
    const script = 'console.log(JSON.stringify({ words: process.argv.slice(2), key: process.env.A_KEY })); setTimeout(() => console.log(JSON.stringify({ done: 2 })), 50);';
    const heard: Json[] = [];
    await followVerb({ extension: extensionWith(script), workspace: null, words: ['models', 'pull', 'x'], environment: { A_KEY: 'k' }, signal: never }, (value) => heard.push(value));
    expect(heard).toEqual([{ words: ['models', 'pull', 'x', '--json'], key: 'k' }, { done: 2 }]);
  });

  it('rejects with what it says, without what a terminal would do about it', async () => {
    const extension = extensionWith('console.error("model-not-available: nobody listens\\n\\nmore"); process.exitCode = 1;');
    await expect(followVerb({ extension, workspace: null, words: ['models', 'start', 'x'], signal: never }, () => undefined)).rejects.toThrow(/^model-not-available: nobody listens$/);
  });

  it('is given up in order: it is interrupted, may tidy up, and this resolves', async () => {
    const script = 'process.on("SIGINT", () => { console.log(JSON.stringify("tidied")); process.exit(1); }); setInterval(() => undefined, 1000); console.log(JSON.stringify("begun"));';
    const controller = new AbortController();
    const heard: Json[] = [];
    await followVerb({ extension: extensionWith(script), workspace: null, words: ['models', 'pull', 'x'], signal: controller.signal }, (value) => {
      heard.push(value);
      if (value === 'begun') controller.abort();
    });
    expect(heard).toEqual(['begun', 'tidied']);
  });
});
