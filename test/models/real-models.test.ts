import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { dagbook, ROOT, type Ended } from '../cli/kit.ts';
import { answerTutorial, startMock, startMockOllama } from './mock-models.ts';

/** The page `docs/real-models.md`, command by command, each section against the API of its provider. */

const PAGE = readFileSync(path.join(ROOT, 'docs/real-models.md'), 'utf8');

interface Section {
  readonly title: string;
  /** What is exported, by name, as the page says it. */
  readonly exports: Readonly<Record<string, string>>;
  readonly commands: readonly (readonly string[])[];
}

const SECTIONS: readonly Section[] = PAGE.split(/^## /m).slice(1).flatMap((text) => {
  const lines = /^```sh\n([^]*?)^```/m.exec(text)?.[1]?.trim().split('\n') ?? [];
  const exported = lines.flatMap((line) => /^export (\w+)=(.*)$/.exec(line)?.slice(1) ?? []);
  const commands = lines.filter((line) => !line.startsWith('export ')).map((line) => line.replace(/^npm run -s dagbook -- /, '').split(' '));
  return lines.length === 0 ? [] : [{ title: text.split('\n')[0] ?? '', exports: Object.fromEntries(exported.flatMap((name, i) => (i % 2 === 0 ? [[name, exported[i + 1] ?? '']] : []))), commands }];
});

const KEY = 'canary-key-0123456789';
const NOBODY = { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_BASE_URL: '', OLLAMA_HOST: '127.0.0.1:1' };

/** Does what a section says, in a copy of the example. `env`: where its provider is here. */
async function follow(section: Section, env: Readonly<Record<string, string>>, before: (words: readonly string[]) => Promise<void> = () => Promise.resolve()): Promise<ReadonlyMap<string, Ended>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-tutorial-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(ROOT, 'examples/tutorial'), path.join(folder, 'examples/tutorial'), { recursive: true, filter: (file) => !file.includes('.dagbook') });
  const ended = new Map<string, Ended>();
  let run = '';
  for (const command of section.commands) {
    await before(command);
    const words = command.map((word) => (word === 'RUN' ? run : word));
    const done = await dagbook(words, folder, { ...NOBODY, ...env });
    expect(done.code, `${command.join(' ')}\n${done.stdout}\n${done.stderr}`).toBe(0);
    run = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+/.exec(command[0] === 'run' ? done.stdout + done.stderr : '')?.[0] ?? run;
    ended.set(command.slice(0, command[0] === 'models' ? 2 : 1).join(' '), done);
  }
  expect([...ended.values()].map(({ stdout, stderr }) => stdout + stderr).join('\n')).not.toContain(KEY);
  return ended;
}

function section(title: string): Section {
  const found = SECTIONS.find((each) => each.title === title);
  if (found === undefined) throw new Error(`the page has no section ${title}`);
  return found;
}

describe('the tutorial runs as its page says', () => {
  test('and every section of the page is tried here', () => {
    expect(SECTIONS.map(({ title }) => title)).toEqual(['OpenAI', 'A server that speaks OpenAI\'s API', 'Anthropic', 'Ollama']);
    for (const { commands } of SECTIONS) expect(commands.map(([verb]) => verb)).toEqual(expect.arrayContaining(['models', 'run', 'replay']));
  });

  test.each([['OpenAI', 'OPENAI_API_KEY', 'OPENAI_BASE_URL', '/v1'], ['Anthropic', 'ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', '']])('on %s', { timeout: 120_000 }, async (title, key, address, base) => {
    const mock = await startMock();
    answerTutorial(mock);
    const { exports } = section(title);
    expect(Object.keys(exports)).toEqual([key]);
    let calls = 0;
    const ended = await follow(section(title), { [key]: KEY, [address]: mock.url + base }, async (words) => {
      if (words[0] !== 'replay') return;
      calls = mock.getRequests().filter(({ path: asked }) => /completions|messages/.test(asked)).length;
      // From record means from record: there is nobody to ask.
      await mock.stop();
    });
    expectTutorial(ended);
    expect(ended.get('models list')?.stdout).toContain(title.toLowerCase());
    expect(calls, 'one to see whether it is there, and one for each agent').toBe(4);
    // What the mock does not report is counted, and marked as no more than that.
    expect(ended.get('show')?.stdout.match(/ estimated$/gm)?.length ?? 0).toBe(title === 'OpenAI' ? 0 : 3);
  });

  test('on a server that speaks OpenAI’s API, without a key', { timeout: 120_000 }, async () => {
    const mock = await startMock();
    answerTutorial(mock);
    const one = section('A server that speaks OpenAI\'s API');
    expect(one.exports).toEqual({ OPENAI_BASE_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/v1$/) as string });
    expectTutorial(await follow(one, { OPENAI_BASE_URL: `${mock.url}/v1` }, async (words) => {
      if (words[0] === 'replay') await mock.stop();
    }));
  });

  test('on Ollama, fetched and deleted again', { timeout: 120_000 }, async () => {
    const mock = await startMock();
    answerTutorial(mock);
    const { url, standIn } = await startMockOllama(mock);
    expect(section('Ollama').exports).toEqual({});
    const ended = await follow(section('Ollama'), { OLLAMA_HOST: url });
    expectTutorial(ended);
    expect(ended.get('models list')?.stdout).toContain('llama3.2');
    expect([...standIn.models]).toEqual([]);
    expect(ended.get('show')?.stdout.match(/ estimated$/gm)).toHaveLength(3);
    expect(mock.getRequests().filter(({ path: asked }) => asked.includes('/api/chat'))).toHaveLength(3);
  });
});

/** The order is what the last agent answered, live and from record alike. */
function expectTutorial(ended: ReadonlyMap<string, Ended>): void {
  for (const verb of ['run', 'replay']) {
    const { stdout = '', stderr = '' } = ended.get(verb) ?? {};
    expect(stdout + stderr, verb).toMatch(/"?symbol"?: "?QQQ/);
    for (const id of ['research', 'selection', 'trader']) expect(stderr, verb).toMatch(new RegExp(`✓ ${id} +[\\d,]+ tokens`));
  }
  expect(ended.get('run')?.stdout).toContain('800');
  const steps = ended.get('show')?.stdout;
  if (steps !== undefined) expect(steps).toContain('Grüße 😀');
}
