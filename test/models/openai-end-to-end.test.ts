import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { dagbook, makeWorkspace, type Ended } from '../cli/kit.ts';
import { answerWith, chunk, refuse, send, sse, startFaultServer, usage, type FaultServer } from './fault-server.ts';

const KEY = 'sk-canary/0123456789+abcdef=';

/** A workspace of one agent on one node. */
function workspaceOf(model: JsonObject, more: JsonObject = {}): string {
  return makeWorkspace({
    'w.workflow.yaml': JSON.stringify({ name: 'Ask', adapter_kind: 'graph', nodes: [{ id: 'ask', agent_spec: './a.agent.yaml', inputs: { question: 'hello' } }], outputs: { said: '{% nodes.ask.output %}' }, cost_caps: { per_run_max_usd: 0.5 } }),
    'a.agent.yaml': JSON.stringify({ name: 'asked', role: 'helper', system_prompt: 'Be brief.', model, ...more }),
  });
}

interface Result {
  readonly run_id: string;
  readonly status: string;
  readonly output: JsonObject;
  readonly total_tokens: number;
  readonly total_cost_usd: number;
}

function resultOf(ended: Ended): Result {
  try {
    return JSON.parse(ended.stdout) as Result;
  } catch {
    throw new Error(`no result: ${JSON.stringify(ended)}`);
  }
}

/** Every byte below a folder, searched for the key in the forms it may take. */
function expectNoKey(folder: string, ...said: readonly Ended[]): void {
  const forms = [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64').slice(0, -4), Buffer.from(KEY).toString('base64url').slice(0, -4), Buffer.from(KEY).toString('hex'), 'canary'];
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  expect(files.some((file) => file.endsWith('ledger.db'))).toBe(true);
  for (const bytes of [...files.map((file) => readFileSync(file)), ...said.map((ended) => Buffer.from(ended.stdout + ended.stderr))]) {
    for (const form of forms) expect(bytes.includes(form), form).toBe(false);
  }
}

function named(server: FaultServer, more: JsonObject = {}): JsonObject {
  return { provider: 'openai', model: 'gpt-5-mini', base_url: `${server.url}/v1`, price: { input: 0.25, output: 2 }, extras: { api_key: { secret: 'MY_KEY' } }, ...more };
}

describe('dagbook run on a real protocol', () => {
  test('a run is paid for, recorded, and replayed to the same bytes with the server gone; the key is nowhere', async () => {
    const server = await startFaultServer(answerWith(chunk(`Your key is ${KEY.slice(0, 9)}`), chunk(`${KEY.slice(9)}, or ${Buffer.from(KEY).toString('base64')}. Grüße 😀`, 'stop'), usage(400, 60)));
    const folder = workspaceOf(named(server));
    const ran = await dagbook(['run', 'Ask', '--json'], folder, { MY_KEY: KEY });
    const result = resultOf(ran);
    expect(result).toMatchObject({ status: 'completed', total_tokens: 460, total_cost_usd: 0.00022, output: { said: 'Your key is [redacted], or [redacted]. Grüße 😀' } });
    expect(server.seen[0]).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: `Bearer ${KEY}` }, body: { model: 'gpt-5-mini' } });
    await server.close();

    const replayed = await dagbook(['replay', result.run_id, '--recorded', '--json'], folder);
    expect(JSON.stringify(resultOf(replayed).output)).toBe(JSON.stringify(result.output));
    const live = await dagbook(['replay', result.run_id, '--json'], folder, { MY_KEY: KEY });
    expect(live.code).toBe(1);
    const shown = await dagbook(['show', result.run_id, '--steps', '--json'], folder);
    expect(shown.stdout).toContain('gpt-5-mini');
    expectNoKey(folder, ran, replayed, live, shown);
    expect((await dagbook(['ledger', 'verify'], folder)).code).toBe(0);
  });

  test('--model sends every agent there, to the address that the environment names', async () => {
    const server = await startFaultServer();
    const folder = workspaceOf({ temperature: 0 });
    const ran = await dagbook(['run', 'Ask', '--model', 'openai:gpt-5-mini', '--json'], folder, { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: KEY });
    expect(resultOf(ran)).toMatchObject({ status: 'completed', total_cost_usd: 0, output: { said: 'Hello you.' } });
    expect(server.seen[0]).toMatchObject({ headers: { authorization: `Bearer ${KEY}` }, body: { model: 'gpt-5-mini' } });
    // The price, here none, was the one of that address: a run goes back to it, wherever the environment points by then.
    const again = await dagbook(['replay', resultOf(ran).run_id, '--json'], folder, { OPENAI_API_KEY: KEY });
    expect(resultOf(again)).toMatchObject({ status: 'completed' });
    expect(server.seen).toHaveLength(2);
    expect(server.seen[1]!.headers.authorization).toBeUndefined();
    expectNoKey(folder, ran, again);
  });

  test('against a server that nobody here wrote', async () => {
    const mock = new LLMock({ port: 0, host: '127.0.0.1' });
    mock.onMessage(/hello/, { content: 'Hi from the mock: Grüße 😀' });
    await mock.start();
    onTestFinished(() => mock.stop());
    const folder = workspaceOf({ provider: 'openai', model: 'gpt-4o', base_url: `${mock.url}/v1` });
    expect(resultOf(await dagbook(['run', 'Ask', '--json'], folder))).toMatchObject({ status: 'completed', output: { said: 'Hi from the mock: Grüße 😀' } });
  });

  test('a schema is asked for, checked, and repaired once', async () => {
    const server = await startFaultServer((response, seen) => answerWith(chunk(server.seen.length === 1 ? '{"symbol": 1}' : '{"symbol": "SPY"}', 'stop'), usage(50, 5))(response, seen));
    const schema = { type: 'object', required: ['symbol'], properties: { symbol: { type: 'string' } } };
    const folder = workspaceOf(named(server, { extras: {} }), { output_schema: schema });
    expect(resultOf(await dagbook(['run', 'Ask', '--json'], folder))).toMatchObject({ status: 'completed', output: { said: { symbol: 'SPY' } } });
    expect(server.seen.map(({ body }) => body['response_format'])).toEqual(Array(2).fill({ type: 'json_schema', json_schema: { name: 'output', schema } }));
  });
});

describe('what stops a run before it starts', () => {
  test('a missing key is told by the name of its variable', async () => {
    const folder = workspaceOf({ provider: 'openai', model: 'gpt-5-mini' });
    const ended = await dagbook(['run', 'Ask'], folder, { OPENAI_API_KEY: '', OPENAI_BASE_URL: '' });
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain('OPENAI_API_KEY');
    expect(ended.stderr).toContain('model-not-available');
    expect((await dagbook(['runs', '--json'], folder)).stdout).not.toContain('"Ask"');
  });

  test('a price that nobody knows', async () => {
    const folder = workspaceOf({ provider: 'openai', model: 'gpt-4o', base_url: 'https://gateway.example/v1', extras: { api_key: { secret: 'MY_KEY' } } });
    const ended = await dagbook(['run', 'Ask'], folder, { MY_KEY: KEY });
    expect(ended.stderr).toContain('price-unknown');
    expect(ended.stderr).not.toContain('canary');
  });
});

describe('a node', () => {
  test('waits as long as the provider asks before it tries again', async () => {
    const server = await startFaultServer(async (response, seen) => (server.seen.length === 1 ? refuse(429, 'slow down', null, { 'retry-after-ms': '1600' }) : answerWith(chunk('at last', 'stop'), usage(50, 5)))(response, seen));
    const begun = Date.now();
    expect(resultOf(await dagbook(['run', 'Ask', '--json'], workspaceOf(named(server, { extras: {} }))))).toMatchObject({ status: 'completed', output: { said: 'at last' } });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_600);
    expect(server.seen).toHaveLength(2);
  });

  test('tells what went wrong by its name, and does not try a wrong key again', async () => {
    const server = await startFaultServer(refuse(401, `Incorrect API key provided: ${KEY}`));
    const folder = workspaceOf(named(server));
    const ended = await dagbook(['run', 'Ask', '--json'], folder, { MY_KEY: KEY });
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('States.Permissions');
    expect(server.seen).toHaveLength(1);
    expectNoKey(folder, ended);
  });

  test('that is halted lets go of its connection and is accounted for', async () => {
    const server = await startFaultServer(send([sse(chunk('half an answer'))], { then: () => undefined }));
    const folder = workspaceOf(named(server, { extras: {} }));
    const running = dagbook(['run', 'Ask', '--json'], folder);
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(1);
    await dagbook(['halt'], folder);
    await expect.poll(() => server.open, { timeout: 30_000 }).toBe(0);
    const ended = await running;
    expect(ended.code).toBe(3);
    expect(resultOf(ended).total_tokens).toBeGreaterThan(0);
  });
});
