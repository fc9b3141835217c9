import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../free-port.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { dagbook, makeWorkspace, type Ended } from '../cli/kit.ts';
import { openHost } from '../host/host-kit.ts';
import { canary, shapes, tracesBelow, tracesIn } from './canaries.ts';
import { chunk, refuse, send, sse, startFaultServer, usage, type FaultServer } from './fault-server.ts';

/** Secrets are planted everywhere a secret can be, everything that can speak says all of them, and every byte that comes out is searched. */

/** By the name under which it is planted. */
const SECRETS = {
  OPENAI_API_KEY: canary('ENV'), MY_GATEWAY: canary('KEYCHAIN'), SERVER_SECRET: canary('SERVER'), HEADER_SECRET: canary('HEADER'), GITHUB_TOKEN: canary('BYSTANDER'), DB_PASSWORD: canary('ADDRESS'), OTEL: canary('OTEL'),
} as const;

/** All of them in all their forms: what the adversaries say. */
const SPILLED = Object.values(SECRETS).flatMap(shapes).join('\n');

/** An answer of OpenAI's API whose text comes in pieces of a few bytes. */
function inPieces(text: string, size: number): Buffer {
  const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => chunk(text.slice(i * size, (i + 1) * size)));
  return sse(...pieces, chunk('', 'stop'), usage(50_000, 50_000), '[DONE]');
}

function toolCall(name: string): Buffer {
  const call = (piece: JsonObject): Json => ({ id: 'c', choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...piece }] }, finish_reason: null }] });
  const args = JSON.stringify({ text: SPILLED });
  return sse(call({ id: 'call_1', type: 'function', function: { name, arguments: '' } }), ...Array.from({ length: Math.ceil(args.length / 97) }, (_, i) => call({ function: { arguments: args.slice(i * 97, (i + 1) * 97) } })), chunk('', 'tool_calls'), usage(50_000, 20_000), '[DONE]');
}

/** Speaks as the agent that asks is named: `speak`, `error`, `inside`, `cut`, or calls the tool of its name. */
async function startAdversary(): Promise<FaultServer> {
  return await startFaultServer(async (response, seen) => {
    const messages = seen.body['messages'] as readonly { readonly role: string; readonly content: string }[];
    const who = /You are (\w+)\./.exec(messages[0]?.content ?? '')?.[1] ?? '';
    const heard = messages.some(({ role }) => role === 'tool');
    switch (who) {
      case 'error':
        return refuse(400, SPILLED.slice(0, 9_000), SECRETS.OPENAI_API_KEY)(response, seen);
      case 'page':
        return send([Buffer.from(`<html>${SPILLED}</html>`)], { type: 'text/html', headers: { 'x-echo': encodeURIComponent(SECRETS.OPENAI_API_KEY) } })(response, seen);
      case 'inside':
        return send([sse(chunk('half '), { error: { message: SPILLED, type: SECRETS.GITHUB_TOKEN } })])(response, seen);
      case 'garbage':
        return send([Buffer.from(`data: {${SPILLED.replaceAll('\n', ' ')}\n\n`)])(response, seen);
      case 'cut':
        // Breaks off within a secret of somebody else.
        return send([inPieces(`so: ${SECRETS.GITHUB_TOKEN.slice(0, 24)}`, 5)])(response, seen);
      case 'speak':
        return send([inPieces(SPILLED, 7)])(response, seen);
      default:
        return send([heard ? inPieces(`done: ${SECRETS.SERVER_SECRET}`, 3) : toolCall(who)])(response, seen);
    }
  });
}

function agentsFor(model: JsonObject, servers: Readonly<Record<string, JsonObject>>): Readonly<Record<string, string>> {
  const agent = (name: string, more: JsonObject = {}): string => JSON.stringify({ name, role: name, system_prompt: `You are ${name}.`, model, max_cost_usd: 50, ...more });
  const plain = ['speak', 'error', 'page', 'inside', 'garbage', 'cut'].map((name) => [`agents/${name}.agent.yaml`, agent(name)] as const);
  const tools = ['spill', 'fail', 'refuse', 'die', 'ask'].map((name) => [`agents/${name}.agent.yaml`, agent(name, { mcp_servers: [servers['spill'] ?? {}], tools: [name] })] as const);
  return Object.fromEntries<string>([
    ...plain, ...tools,
    ['agents/http.agent.yaml', agent('http', { mcp_servers: [servers['http'] ?? {}] })],
    ['agents/gateway.agent.yaml', agent('speak', { name: 'gateway', model: { ...model, extras: { api_key: { secret: 'MY_GATEWAY' } } } })],
    ['agents/rag.agent.yaml', agent('cut', { name: 'rag', rag: [{ corpora: ['docs/**'], final_k: 50 }], memory: { kind: 'bm25' } })],
  ]);
}

interface Stage {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly collected: string[];
  readonly model: FaultServer;
}

/** A workspace, its adversaries, and an environment with secrets everywhere. What adversaries read lies outside of all that is searched. */
async function stage(nodes: readonly string[]): Promise<Stage> {
  const outside = makeWorkspace({ 'spill.txt': SPILLED, 'keychain.mjs': `process.stdout.write(process.argv[2] === 'MY_GATEWAY' ? ${JSON.stringify(SECRETS.MY_GATEWAY)} : '')` });
  const model = await startAdversary();
  const collected: string[] = [];
  const other = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      if (request.url?.startsWith('/v1/traces') === true) collected.push(body);
      response.writeHead(request.url?.startsWith('/v1/traces') === true ? 200 : 401, { 'content-type': 'text/plain' }).end(SPILLED);
    });
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => { other.closeAllConnections(); other.close(); });
  const otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  const servers = {
    spill: { name: 'spill', command: process.execPath, args: [path.join(import.meta.dirname, '../tools/spill-server.mjs')], env: { SPILL: path.join(outside, 'spill.txt'), OWN_SECRET: { secret: 'SERVER_SECRET' } } },
    http: { name: 'web', url: `${otherUrl}/mcp`, headers: { Authorization: { secret: 'HEADER_SECRET', prefix: 'Bearer ' } } },
  };
  const folder = makeWorkspace({
    'w.workflow.yaml': JSON.stringify({ name: 'Canaries', adapter_kind: 'graph', nodes: nodes.map((id) => ({ id, agent_spec: `./agents/${id}.agent.yaml`, isolation: 'shared' })), cost_caps: { per_run_max_usd: 400 } }),
    ...agentsFor({ provider: 'openai', model: 'm', base_url: `${model.url}/v1`, price: { input: 0.1, output: 0.1 }, extras: { api_key: { secret: 'OPENAI_API_KEY' } }, max_tokens: 200_000 }, servers),
  });
  mkdirSync(path.join(folder, 'docs'));
  mkdirSync(path.join(folder, 'tmp'));
  const env = {
    ...SECRETS, OTEL: '', DB_PASSWORD: '', DATABASE_URL: `postgres://me:${encodeURIComponent(SECRETS.DB_PASSWORD)}@db.example/x`, MY_GATEWAY: '',
    DAGBOOK_SECRET_COMMAND: `"${process.execPath}" "${path.join(outside, 'keychain.mjs')}" {name}`, TMPDIR: path.join(folder, 'tmp'),
    DAGBOOK_OTEL: '1', OTEL_EXPORTER_OTLP_ENDPOINT: otherUrl, OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${encodeURIComponent(SECRETS.OTEL)}`,
  };
  return { folder, env, collected, model };
}

/** What was written, apart from what people wrote; and what models were sent, apart from the header that is for them. */
function expectKept(folder: string, model: FaultServer): void {
  expect([...tracesBelow(path.join(folder, '.dagbook')), ...model.seen.flatMap(({ path: address, body }) => tracesIn('a request', Buffer.from(address + JSON.stringify(body))))]).toEqual([]);
}

function expectSilent(...said: readonly Ended[]): void {
  expect(said.flatMap(({ stdout, stderr }, at) => tracesIn(`output ${at}`, Buffer.from(stdout + stderr)))).toEqual([]);
}

const NODES = ['speak', 'gateway', 'error', 'page', 'inside', 'garbage', 'cut', 'spill', 'fail', 'refuse', 'die', 'http'];

describe('no secret is in any byte that is written', () => {
  test('by a run and by all that looks at it, whoever gives whose secret back', { timeout: 240_000 }, async () => {
    const { folder, env, collected, model } = await stage(NODES);
    const ran = await dagbook(['run', 'Canaries', '--json', '--debug'], folder, env);
    const { run_id: run } = JSON.parse(ran.stdout) as { readonly run_id: string };
    // Each was really asked, with its key, and the ones that could did answer.
    expect(model.seen.length).toBeGreaterThanOrEqual(NODES.length - 1);
    expect(new Set(model.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${SECRETS.OPENAI_API_KEY}`, `Bearer ${SECRETS.MY_GATEWAY}`]));
    const said = [ran];
    for (const words of [['run', 'Canaries', '--debug'], ['show', run, '--steps'], ['show', run, '--steps', '--json'], ['tail', run, '--json'], ['tail', run], ['runs', '--json'], ['ledger', 'export', run], ['ledger', 'sql', 'SELECT * FROM journal', '--json'], ['ledger', 'sql', 'SELECT * FROM blobs', '--json'], ['replay', run, '--recorded', '--json'], ['models', 'list', '--json'], ['ledger', 'verify']]) {
      said.push(await dagbook(words, folder, env));
    }
    expect(tracesBelow(folder)).toEqual([]);
    expectSilent(...said);
    expectKept(folder, model);
    // The same again without the environment: what was kept is clean by itself, not by being shown cleanly.
    const bare = [await dagbook(['show', run, '--steps', '--json'], folder), await dagbook(['tail', run, '--json'], folder), await dagbook(['ledger', 'sql', 'SELECT data FROM blobs', '--json'], folder)];
    expectSilent(...bare);
    expect(bare[0]?.stdout).toContain('[redacted]');
    expect(collected.length).toBeGreaterThan(0);
    expect(collected.flatMap((text) => tracesIn('spans', Buffer.from(text)))).toEqual([]);
    expect((await dagbook(['ledger', 'verify'], folder)).code).toBe(0);
  });

  test('by what a server asks a person, and by the answer', { timeout: 120_000 }, async () => {
    const { folder, env, model } = await stage(['gateway', 'ask']);
    const waiting = await dagbook(['run', 'Canaries', '--json'], folder, env);
    expect(waiting.code, waiting.stderr).toBe(5);
    const { run_id: run } = JSON.parse(waiting.stdout) as { readonly run_id: string };
    const at = 'nodes/ask/tool/1/ask/asks/1';
    const said = [waiting, await dagbook(['show', run], folder, env), await dagbook(['answer', run, at, '--value', '{"ok": "no"}'], folder, env)];
    expect(said[2]?.stderr).toContain('answer-invalid');
    const told = await dagbook(['answer', run, at, '--value', JSON.stringify({ ok: true, note: SECRETS.GITHUB_TOKEN })], folder, env);
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('the secret GITHUB_TOKEN')]);
    const answered = await dagbook(['answer', run, at, '--value', '{"ok": true}', '--json'], folder, env);
    expect(answered.code, answered.stderr).toBe(0);
    expectSilent(...said, told, answered);
    expect(tracesBelow(folder)).toEqual([]);
    expectKept(folder, model);
  });

  test('by what is found in the files of the workspace, nor is it sent to a model', { timeout: 120_000 }, async () => {
    const { folder, env, model } = await stage(['gateway', 'rag']);
    writeFileSync(path.join(folder, 'docs', 'leak.md'), `cut role question inputs\n\n${SPILLED}\n`);
    const ran = [await dagbook(['run', 'Canaries', '--json'], folder, env), await dagbook(['run', 'Canaries', '--json'], folder, env)];
    expect(ran[1]?.code, ran[1]?.stderr).toBe(0);
    expect(JSON.stringify(model.seen.map(({ body }) => body))).toContain('[redacted]');
    expectSilent(...ran);
    expectKept(folder, model);
  });

  test('by the host of an editor, whose storage holds the keys', { timeout: 120_000 }, async () => {
    const { folder, env, model } = await stage(NODES);
    const { OPENAI_API_KEY: stored, SERVER_SECRET: server, HEADER_SECRET: header, ...rest } = env;
    const host = await openHost(folder, { secrets: { OPENAI_API_KEY: stored ?? '', SERVER_SECRET: server ?? '', HEADER_SECRET: header ?? '' } }, { ...rest, TMPDIR: env['TMPDIR'] ?? '' });
    const { run } = await host.start('Canaries');
    await host.call('subscribe', { run: run.id });
    const replies: unknown[] = [await host.ended(run.id)];
    const steps = await host.call('steps', { run: run.id, agentRun: null });
    for (const { seq } of steps) replies.push(await host.call('stepBodies', { run: run.id, seq }));
    replies.push(await host.call('sql', { query: 'SELECT * FROM blobs', values: [], limit: 10_000 }));
    replies.push(await host.call('sql', { query: `SELECT '${SECRETS.MY_GATEWAY.replaceAll("'", "''")}', nothing`, values: [], limit: 1 }).catch(String));
    replies.push(await host.start(SECRETS.GITHUB_TOKEN).catch(String));
    replies.push(await host.start('Canaries', { inputs: { key: stored ?? '' } }).catch(String));
    expect(model.seen.length).toBeGreaterThanOrEqual(NODES.length - 1);
    expect(host.frames(run.id).some(({ stage: at, message }) => at === 'agent.token' && message.includes('[redacted]'))).toBe(true);
    expect(tracesIn('the channel', Buffer.from(JSON.stringify([replies, host.events, host.lines])))).toEqual([]);
    expect(tracesBelow(folder)).toEqual([]);
    expectKept(folder, model);
  });

  test('by the server of a model profile, which gets no key to print', { timeout: 240_000 }, async () => {
    const { folder, env } = await stage([]);
    const port = await freePort();
    mkdirSync(path.join(folder, 'configs/llm'), { recursive: true });
    writeFileSync(path.join(folder, 'server.cjs'), 'console.log(JSON.stringify(process.env), Object.values(process.env).join(" ")); process.exit(3);');
    writeFileSync(path.join(folder, 'configs/llm/local.yaml'), `name: local\nprovider: openai\nbase_url: http://127.0.0.1:${port}/v1\ncommand: ${process.execPath}\nargs: [server.cjs]\n`);
    const started = await dagbook(['models', 'start', 'local'], folder, env);
    expect(started.stderr).toContain('ended at once');
    expect(readFileSync(path.join(folder, '.dagbook/local.log'), 'utf8')).toContain('TMPDIR');
    expectSilent(started);
    expect(tracesBelow(folder)).toEqual([]);
  });
});

/** Command lines of all processes there are, and the environments of those that serve tools, for as long as something goes on. */
async function watchProcesses<T>(work: Promise<T>): Promise<{ readonly traces: readonly string[]; readonly servers: number }> {
  const traces = new Set<string>();
  let servers = 0;
  let over = false;
  const done = work.finally(() => { over = true; });
  while (!over) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`);
        for (const trace of tracesIn(`the command line of ${words.toString().split('\0')[0] ?? ''}`, words)) traces.add(trace);
        if (!words.includes('spill-server.mjs')) continue;
        const given = readFileSync(`/proc/${pid}/environ`).toString().split('\0');
        servers += 1;
        for (const variable of given) if (!variable.startsWith('OWN_SECRET=')) for (const trace of tracesIn('the environment of a tool server', Buffer.from(variable))) traces.add(trace);
      } catch {
        // It has ended meanwhile.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await done;
  return { traces: [...traces], servers };
}

// Other systems show nobody the processes of others so.
test.runIf(existsSync('/proc/self/environ'))('no secret stands in a command line, nor in the environment of a server that was not given it', { timeout: 240_000 }, async () => {
  const { folder, env } = await stage(['gateway', 'spill', 'fail', 'http']);
  const { traces, servers } = await watchProcesses(dagbook(['run', 'Canaries', '--json'], folder, env));
  expect(servers).toBeGreaterThan(0);
  expect(traces).toEqual([]);
});

describe('a secret that a person or a document gives away is refused, and the refusal names it without repeating it', () => {
  const plain = { ...SECRETS, OTEL: '', MY_GATEWAY: '', DB_PASSWORD: '' };
  const files = (more: JsonObject = {}, node: JsonObject = {}): Readonly<Record<string, string>> => ({
    'w.workflow.yaml': JSON.stringify({ name: 'W', adapter_kind: 'graph', inputs: { topic: { type: 'string', default: 'x' } }, nodes: [{ id: 'a', agent_spec: './a.agent.yaml', ...node }] }),
    'a.agent.yaml': JSON.stringify({ name: 'a', role: 'a', system_prompt: 'Be brief.', ...more }),
  });
  const refused = async (folder: string, words: readonly string[], env: Readonly<Record<string, string>>, says: RegExp): Promise<void> => {
    const ended = await dagbook(words, folder, env);
    expect(ended.code, ended.stdout).not.toBe(0);
    expect(ended.stderr).toMatch(says);
    expectSilent(ended);
    if (existsSync(path.join(folder, '.dagbook'))) expect(tracesBelow(path.join(folder, '.dagbook'))).toEqual([]);
    expect((await dagbook(['runs', '--json'], folder)).stdout).not.toContain('"W"');
  };

  test('an input, a pinned output', async () => {
    const folder = makeWorkspace({ ...files(), 'pin.json': JSON.stringify({ text: Buffer.from(SECRETS.GITHUB_TOKEN).toString('base64') }) });
    await refused(folder, ['run', 'W', '--input', `topic=${SECRETS.OPENAI_API_KEY}`], plain, /inputs-invalid.*the secret OPENAI_API_KEY/s);
    await refused(folder, ['run', 'W', '--pin', 'nodes/a=@pin.json'], plain, /inputs-invalid.*the secret GITHUB_TOKEN/s);
  });

  test('a document, wherever in it', async () => {
    await refused(makeWorkspace(files({ system_prompt: `Use ${SECRETS.GITHUB_TOKEN}.` })), ['run', 'W'], plain, /document-invalid.*the secret GITHUB_TOKEN/s);
    await refused(makeWorkspace(files({}, { inputs: { x: [{ y: SECRETS.GITHUB_TOKEN }] } })), ['snapshot', 'w.workflow.yaml'], plain, /document-invalid.*the secret GITHUB_TOKEN/s);
  });

  test('an address with a password or a key in it', async () => {
    const folder = makeWorkspace(files({ model: { provider: 'openai', model: 'm', price: 'free' } }));
    for (const url of [`https://me:${encodeURIComponent(SECRETS.DB_PASSWORD)}@gateway.example/v1`, `https://gateway.example/v1?api_key=${encodeURIComponent(SECRETS.DB_PASSWORD)}`]) {
      await refused(folder, ['run', 'W'], { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'none' }, /model-not-available.*its base_url holds/s);
      const listed = await dagbook(['models', 'list', '--json'], folder, { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'none' });
      expectSilent(listed);
      expect(listed.stdout).toContain('gateway.example');
    }
  });

  test('a setting', async () => {
    const folder = makeWorkspace({ ...files({ tools: ['x'] }), '.vscode/settings.json': JSON.stringify({ 'dagbook.mcpServers': { x: { command: 'x', env: { K: SECRETS.GITHUB_TOKEN } } } }) });
    await refused(folder, ['run', 'W'], plain, /settings-invalid.*the secret GITHUB_TOKEN/s);
  });
});
