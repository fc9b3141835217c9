import { describe, expect, test } from 'vitest';
import { createCatalogs, type ModelCatalog, type PullProgress } from '../../runtime/models/model-catalog.ts';
import { startOllama } from './catalog-server.ts';
import { refuse, startFaultServer } from './fault-server.ts';

const KEY = 'canary-key-0123456789';
const never = new AbortController().signal;

function catalog(provider: string, options: Parameters<typeof createCatalogs>[0]): ModelCatalog {
  const found = createCatalogs(options).find((each) => each.provider === provider);
  if (found === undefined) throw new Error(`no catalog of ${provider}`);
  return found;
}

describe('the catalogs of models', () => {
  test('name every built-in provider, the simulated one first and always ready', async () => {
    const catalogs = createCatalogs({});
    expect(catalogs.map(({ provider }) => provider)).toEqual(['simulated', 'openai', 'anthropic', 'ollama']);
    expect(await catalogs[0]?.list(never)).toEqual([{ name: '', bytes: null, running: true }]);
  });

  test('say which key is missing, and open no connection without it', async () => {
    const openai = catalog('openai', {});
    expect(openai.problem).toContain('OPENAI_API_KEY');
    await expect(openai.list(never)).rejects.toThrow('OPENAI_API_KEY');
  });

  test('list what OpenAI-like servers serve, with the key that goes with the address', async () => {
    const server = await startOllama('qwen3-8b');
    const options = { secret: () => KEY, endpoints: { openai: `${server.url}/v1` } };
    expect(await catalog('openai', options).list(never)).toEqual([{ name: 'qwen3-8b', bytes: null, running: null }]);
    expect(server.seen).toMatchObject([{ method: 'GET', path: '/v1/models', authorization: `Bearer ${KEY}` }]);
  });

  test('send no key to an address that a profile named', async () => {
    const server = await startOllama('qwen3-8b');
    await catalog('openai', { secret: () => KEY, profileEndpoints: () => ({ openai: `${server.url}/v1` }) }).list(never);
    expect(server.seen).toMatchObject([{ authorization: undefined }]);
  });

  test('list, pull and delete models of Ollama', async () => {
    const server = await startOllama('llama3.2:1b');
    const ollama = catalog('ollama', { endpoints: { ollama: server.url } });
    expect(await ollama.list(never)).toEqual([{ name: 'llama3.2:1b', bytes: 2_000_000_000, running: true }]);
    const progress: PullProgress[] = [];
    await ollama.pull?.('qwen3:8b', (each) => progress.push(each), never);
    expect(progress).toEqual([
      { message: 'pulling manifest', done: null, total: null },
      { message: 'pulling aabbcc', done: 1_000_000_000, total: 2_000_000_000 },
      { message: 'success', done: null, total: null },
    ]);
    expect((await ollama.list(never)).map(({ name, running }) => [name, running])).toEqual([['llama3.2:1b', true], ['qwen3:8b', false]]);
    await ollama.remove?.('llama3.2:1b', never);
    expect((await ollama.list(never)).map(({ name }) => name)).toEqual(['qwen3:8b']);
    await expect(ollama.remove?.('llama3.2:1b', never)).rejects.toMatchObject({ name: 'Dagbook.ModelNotAvailable', message: expect.stringContaining('not found') as string });
  });

  test.each([
    ['fail', /does not exist/],
    ['break-off', /broke off|failed/],
  ] as const)('a pull that ends in %s is an error, never a success', async (pulling, message) => {
    const server = await startOllama();
    server.pulling = pulling;
    await expect(catalog('ollama', { endpoints: { ollama: server.url } }).pull?.('m', () => undefined, never)).rejects.toThrow(message);
    expect(server.models.size).toBe(0);
  });

  test('a pull that is given up ends at once', async () => {
    const server = await startOllama();
    server.pulling = 'stall';
    const controller = new AbortController();
    const pull = catalog('ollama', { endpoints: { ollama: server.url } }).pull?.('m', ({ done }) => { if (done !== null) controller.abort(); }, controller.signal);
    await expect(pull).rejects.toThrow();
  });

  test('nobody there, a refusal and a page in place of a list are named, and never with the key', async () => {
    const gone = catalog('ollama', { endpoints: { ollama: 'http://127.0.0.1:1' } });
    await expect(gone.list(never)).rejects.toMatchObject({ name: 'Tool.TemporaryFailure', message: expect.stringContaining('127.0.0.1:1') as string });
    const server = await startFaultServer(refuse(401, `bad key ${KEY}`));
    const openai = catalog('openai', { secret: () => KEY, endpoints: { openai: server.url } });
    const refused = (await openai.list(never).catch((error: unknown) => error)) as Error;
    expect(refused.name).toBe('States.Permissions');
    expect(refused.message).not.toContain(KEY);
    server.behave = (response) => void response.writeHead(200).end('<html>');
    await expect(openai.list(never)).rejects.toMatchObject({ name: 'Tool.TemporaryFailure' });
  });
});
