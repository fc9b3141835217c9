import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';
import { startOllama } from '../models/catalog-server.ts';
import { refuse, startFaultServer } from '../models/fault-server.ts';
import { dagbook, makeWorkspace } from './kit.ts';

/** A server a person could have: it speaks OpenAI's API, says what it was asked with, and ends when it is told to. */
const SERVER = `
const { createServer } = require('node:http');
createServer((request, response) => {
  if (request.url.endsWith('/models')) return response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[{"id":"tiny"}]}');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end('data: ' + JSON.stringify({ choices: [{ index: 0, delta: { content: 'key: ' + (request.headers.authorization ?? 'none') }, finish_reason: 'stop' }] }) + '\\n\\ndata: [DONE]\\n\\n');
}).listen(Number(process.argv[2]), '127.0.0.1');
`;

const NO_KEYS = { OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '', OPENAI_BASE_URL: '', ANTHROPIC_BASE_URL: '', OLLAMA_HOST: '127.0.0.1:1' };

function rows(stdout: string): { provider: string; model: string; state: string; profile: string | null; hint: string }[] {
  return JSON.parse(stdout) as ReturnType<typeof rows>;
}

describe('dagbook models', () => {
  it('lists what can be used, and says what is missing where something cannot', async () => {
    const { code, stdout } = await dagbook(['models', 'list', '--json'], makeWorkspace({ 'configs/x': '' }), NO_KEYS);
    expect(code).toBe(0);
    expect(rows(stdout).map(({ provider, state }) => [provider, state])).toEqual([['simulated', 'running'], ['openai', 'key missing'], ['anthropic', 'key missing'], ['ollama', 'not reachable']]);
    expect(rows(stdout)[1]?.hint).toContain('OPENAI_API_KEY');
  });

  it('asks one provider only where one is named', async () => {
    const server = await startOllama('llama3.2:1b');
    const folder = makeWorkspace({ 'configs/llm/a.yaml': 'name: a\nprovider: openai\nbase_url: http://127.0.0.1:9/v1\nserved_models: [tiny]\n' });
    const env = { ...NO_KEYS, OLLAMA_HOST: server.url, OPENAI_API_KEY: 'canary-key-0123456789', OPENAI_BASE_URL: `${server.url}/v1` };
    expect(rows((await dagbook(['models', 'list', 'ollama', '--json'], folder, env)).stdout).map(({ provider, model }) => `${provider}:${model}`)).toEqual(['ollama:llama3.2:1b']);
    expect(server.seen.map(({ path }) => path).sort()).toEqual(['/api/ps', '/api/tags']);
    const { code, stderr } = await dagbook(['models', 'list', 'nobody'], folder, env);
    expect([code, stderr]).toEqual([2, expect.stringContaining('There are: simulated, openai, anthropic, ollama.')]);
  });

  it('pulls and deletes models of Ollama, with frames in the envelope of a run', async () => {
    const server = await startOllama('llama3.2:1b');
    const folder = makeWorkspace({ 'configs/x': '' });
    const env = { ...NO_KEYS, OLLAMA_HOST: server.url };
    const pulled = await dagbook(['models', 'pull', 'ollama:qwen3:8b', '--json'], folder, env);
    expect(pulled.stdout.trim().split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { stage: 'model.pull', message: 'pulling manifest', seq: 0 }, { stage: 'model.pull', done: 1_000_000_000, total: 2_000_000_000, seq: 1 }, { stage: 'model.pull', message: 'success', seq: 2 },
    ]);
    expect((await dagbook(['models', 'rm', 'ollama:llama3.2:1b'], folder, env)).stdout).toContain('is gone');
    expect([...server.models]).toEqual(['qwen3:8b']);
    const { code, stderr } = await dagbook(['models', 'rm', 'ollama:llama3.2:1b'], folder, env);
    expect([code, stderr]).toEqual([1, expect.stringContaining('not found')]);
  });

  it('says whether it is the key, the address or the server that is wrong', async () => {
    const folder = makeWorkspace({ 'configs/x': '' });
    const state = async (env: Readonly<Record<string, string>>): Promise<string> => rows((await dagbook(['models', 'list', 'openai', '--json'], folder, { ...NO_KEYS, OPENAI_API_KEY: 'canary-key-0123456789', ...env })).stdout).map((row) => `${row.state}: ${row.hint}`).join();
    const server = await startFaultServer(refuse(401, 'Incorrect API key provided'));
    expect(await state({ OPENAI_BASE_URL: `${server.url}/v1` })).toBe('key refused: The provider does not accept the key (401): Incorrect API key provided.');
    server.behave = refuse(404, 'nothing here');
    expect(await state({ OPENAI_BASE_URL: server.url })).toContain('wrong address: The provider knows no such model or address (404)');
    server.behave = refuse(503, 'busy');
    expect(await state({ OPENAI_BASE_URL: server.url })).toContain('not reachable: The provider is overloaded (503)');
    expect(await state({ OPENAI_BASE_URL: 'localhost:8000' })).toContain('wrong address: its base_url begins with localhost:, not with http: or https:');
    expect(await state({ OPENAI_BASE_URL: 'nonsense' })).toContain('wrong address: its base_url is no address');
    expect(await state({ OPENAI_API_KEY: '' })).toContain('key missing');
  });

  it('tests a model with one small call', async () => {
    const { code, stdout } = await dagbook(['models', 'test', 'simulated', '--json'], makeWorkspace({ 'configs/x': '' }), NO_KEYS);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: 'simulated', tokens: expect.any(Number) as number, answer: expect.stringMatching(/\w/) as string });
    const missing = await dagbook(['models', 'test', 'openai:gpt-5-mini'], makeWorkspace({ 'configs/x': '' }), NO_KEYS);
    expect(missing.code).not.toBe(0);
    expect(missing.stderr).toContain('OPENAI_API_KEY');
  });

  it('starts the server of a profile, sends calls there without our key, and ends it again', async () => {
    const port = await freePort();
    const folder = makeWorkspace({
      'server.cjs': SERVER,
      'configs/llm/local.yaml': `name: local\nprovider: openai\nbase_url: http://127.0.0.1:${port}/v1\ncommand: ${process.execPath}\nargs: [server.cjs, "${port}"]\nserved_models: [tiny]\n`,
    });
    const env = { ...NO_KEYS, OPENAI_API_KEY: 'canary-key-0123456789' };
    onTestFinished(async () => { await dagbook(['models', 'stop', 'local'], folder, env); });
    const started = await dagbook(['models', 'start', 'local', '--json'], folder, env);
    expect([started.code, JSON.parse(started.stdout)]).toMatchObject([0, { profile: 'local', provider: 'openai', pid: expect.any(Number) as number }]);
    const { pid } = JSON.parse(started.stdout) as { pid: number };
    expect(readFileSync(path.join(folder, '.dagbook/.gitignore'), 'utf8')).toBe('*\n');
    const tried = await dagbook(['models', 'test', 'openai:tiny', '--json'], folder, env);
    expect(JSON.parse(tried.stdout)).toMatchObject({ answer: 'key: none' });
    expect(rows((await dagbook(['models', 'list', '--json'], folder, env)).stdout).filter(({ profile }) => profile === 'local')).toMatchObject([{ model: 'tiny', state: 'in use' }]);
    expect((await dagbook(['models', 'start', 'local', '--json'], folder, env)).stdout).toContain(`"pid": ${pid}`);
    expect((await dagbook(['models', 'stop', 'local'], folder, env)).code).toBe(0);
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    expect(existsSync(path.join(folder, '.dagbook/model-servers.json'))).toBe(false);
    expect((await dagbook(['models', 'stop', 'local'], folder, env)).stderr).toContain('not in use');
  });

  it('gives the server of a profile the secrets that it names, and keeps nothing of what it prints then', async () => {
    const port = await freePort();
    const profile = (secret: string): string => `name: local\nprovider: openai\nbase_url: http://127.0.0.1:${port}/v1\ncommand: ${process.execPath}\nargs: [server.cjs, "${port}"]\nenv: { HF: { secret: ${secret} }, PLAIN: text }\n`;
    const folder = makeWorkspace({ 'server.cjs': `console.log(process.env.HF);\nrequire('node:fs').writeFileSync('given', [process.env.HF, process.env.PLAIN, process.env.OPENAI_API_KEY].join());\n${SERVER}`, 'configs/llm/local.yaml': profile('MISSING') });
    const env = { ...NO_KEYS, OPENAI_API_KEY: 'canary-key-0123456789', TOKEN_OF_HF: 'hf-canary-0123456789' };
    const missing = await dagbook(['models', 'start', 'local'], folder, env);
    expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('needs the secret MISSING (configs/llm/local.yaml)')]);
    writeFileSync(path.join(folder, 'configs/llm/local.yaml'), profile('TOKEN_OF_HF'));
    onTestFinished(async () => { await dagbook(['models', 'stop', 'local'], folder, env); });
    expect((await dagbook(['models', 'start', 'local'], folder, env)).code).toBe(0);
    expect(readFileSync(path.join(folder, 'given'), 'utf8')).toBe('hf-canary-0123456789,text,');
    for (const file of readdirSync(path.join(folder, '.dagbook'))) expect(readFileSync(path.join(folder, '.dagbook', file), 'utf8'), file).not.toContain('canary');
    expect((await dagbook(['models', 'stop', 'local'], folder, env)).code).toBe(0);
  });

  it('calls the SERA endpoint of the manual only once its profile is enabled, has an endpoint and was started', async () => {
    const written = /```yaml\n(name: sera\n[^`]*)```/.exec(readFileSync(path.join(import.meta.dirname, '../../docs/models.md'), 'utf8'))?.[1] ?? '';
    const server = await startFaultServer();
    const folder = makeWorkspace({ 'configs/llm/sera.yaml': written });
    expect((await dagbook(['check'], folder, NO_KEYS)).stdout).toContain('1 document checked, nothing to say');
    expect(rows((await dagbook(['models', 'list', 'openai', '--json'], folder, NO_KEYS)).stdout)).toEqual(expect.arrayContaining([expect.objectContaining({ profile: 'sera', model: 'sera', state: 'off' })]));
    expect((await dagbook(['models', 'start', 'sera'], folder, NO_KEYS)).stderr).toContain('The profile sera is switched off: write "enabled: true" in configs/llm/sera.yaml first.');
    writeFileSync(path.join(folder, 'configs/llm/sera.yaml'), written.replace('enabled: false', 'enabled: true').replace('http://127.0.0.1:8030', server.url));
    onTestFinished(async () => { await dagbook(['models', 'stop', 'sera'], folder, NO_KEYS); });
    expect((await dagbook(['models', 'start', 'sera'], folder, NO_KEYS)).code).toBe(0);
    expect((await dagbook(['models', 'test', 'openai:sera'], folder, NO_KEYS)).stdout).toContain('Hello you.');
    expect(server.seen.map(({ path: asked, body }) => [asked, body['model']]).at(-1)).toEqual(['/v1/chat/completions', 'sera']);
  });

  it('says what a server said last when it does not come up, and leaves nothing behind', async () => {
    const folder = makeWorkspace({
      'configs/llm/broken.yaml': `name: broken\nbase_url: http://127.0.0.1:1/v1\ncommand: ${process.execPath}\nargs: [-e, "console.error('no such model'); process.exit(3)"]\n`,
      'configs/llm/off.yaml': 'name: off\nbase_url: http://127.0.0.1:1/v1\nenabled: false\n',
    });
    const { code, stderr } = await dagbook(['models', 'start', 'broken'], folder, NO_KEYS);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no such model')]);
    expect(existsSync(path.join(folder, '.dagbook/model-servers.json'))).toBe(false);
    expect((await dagbook(['models', 'start', 'off'], folder, NO_KEYS)).stderr).toContain('switched off');
    expect((await dagbook(['models', 'start', 'nobody'], folder, NO_KEYS)).stderr).toContain('broken, off');
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A process that has ended and was not yet taken note of is no longer there for anybody.
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
