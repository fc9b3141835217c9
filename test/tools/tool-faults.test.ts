import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../protocol/json.ts';
import { createSecrets, halt } from '../../runtime/index.ts';
import { temporaryFolder } from '../runtime/harness.ts';
import { until, workflow } from '../runtime/workshop.ts';
import { agentNode, processesWith, stage, toolShop, toolSteps } from './tool-kit.ts';

/** A server that dies, hangs, writes garbage or floods is an error with a name, never a hang, and leaves nothing behind. */

/** In the arguments of a test's servers, and of no other process. */
const newMark = (): string => `stage-mark-${randomUUID()}`;

async function gone(mark: string): Promise<void> {
  await until(() => processesWith(mark).length === 0, `every process of ${mark} to go`);
}

interface Fault {
  readonly behaviour: string;
  readonly tool?: string;
  readonly name: string;
  readonly says: RegExp;
  readonly timeout?: number;
}

/** Those that begin well have five seconds: a busy machine takes one to start a process. */
const FAULTS: readonly Fault[] = [
  { behaviour: 'dies-at-start', name: 'Tool.TemporaryFailure', says: /ended with code 3: no stage today/ },
  { behaviour: 'hangs-at-start', name: 'Runner.Timeout', says: /did not start within 1 s/, timeout: 1 },
  { behaviour: 'garbage-at-start', name: 'Tool.TemporaryFailure', says: /writes what is no message: noise 0/ },
  { behaviour: 'hangs-at-list', name: 'Runner.Timeout', says: /did not list its tools within 5 s/, timeout: 5 },
  { behaviour: 'circles', name: 'Dagbook.ToolNotAvailable', says: /lists its tools without an end: a page comes again/ },
  { behaviour: 'no-tools', name: 'Dagbook.ToolNotAvailable', says: /offers no tools/ },
  { behaviour: 'dies', tool: 'break', name: 'Tool.TemporaryFailure', says: /ended with code 7/ },
  { behaviour: 'killed', tool: 'break', name: 'Tool.TemporaryFailure', says: /ended by SIGKILL/ },
  { behaviour: 'garbage', tool: 'break', name: 'Tool.TemporaryFailure', says: /writes what is no message: }{ not json/ },
  { behaviour: 'floods-notifications', tool: 'break', name: 'Tool.TemporaryFailure', says: /floods/ },
  { behaviour: 'floods-a-line', tool: 'break', name: 'Tool.TemporaryFailure', says: /a line of more than/ },
  { behaviour: 'wrong-answer', tool: 'break', name: 'Tool.TemporaryFailure', says: /not as MCP has it/ },
  { behaviour: 'wrong-id', tool: 'break', name: 'Runner.Timeout', says: /did not answer within 5 s/, timeout: 5 },
  { behaviour: 'closes-output', tool: 'break', name: 'Runner.Timeout', says: /did not answer within 5 s/, timeout: 5 },
  { behaviour: 'nothing', tool: 'break', name: 'Runner.Timeout', says: /did not answer within 5 s/, timeout: 5 },
];

describe('a server over stdio', () => {
  test.each(FAULTS)('that $behaviour is $name', { timeout: 90_000 }, async ({ behaviour, tool, name, says, timeout }) => {
    const mark = newMark();
    const { shop } = toolShop({ mcp_servers: [{ ...stage(mark, behaviour), ...(timeout === undefined ? {} : { timeout_seconds: timeout }) }], tools: ['echo', 'break'] }, tool === undefined ? [] : [[{ name: tool }]]);
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'error', error: { name, message: expect.stringMatching(says) as string } });
    expect(toolSteps(shop, result.run_id).at(-1)).toMatchObject({ error: name });
    // A temporary failure is tried three times; each time a server was started anew.
    expect(shop.nodes(result.run_id)).toHaveLength(name === 'Tool.TemporaryFailure' ? 3 : 1);
    await gone(mark);
    shop.expectSound();
  });

  test('that is not there says which program is missing', async () => {
    const { shop } = toolShop({ mcp_servers: [{ name: 'nobody', command: 'no-such-program-anywhere' }] }, []);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'error', error: { name: 'Dagbook.ToolNotAvailable', message: expect.stringContaining('no-such-program-anywhere') as string } });
  });

  test.each([['fail', 'it cannot be done'], ['break', 'inside out']])('that answers %s with an error tells the model, and the run goes on', async (name, says) => {
    const { shop, provider } = toolShop({ mcp_servers: [stage('m', 'server-error')], tools: ['fail', 'break'] }, [[{ name }], 'so be it']);
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'completed', output: { work: 'so be it' } });
    expect(provider.heard[1]?.messages.at(-1)?.content).toBe(`Error: ${says}`);
    expect(toolSteps(shop, result.run_id).at(-1)?.error).toBe('Tool.Failed');
  });

  test('may greet on its output, and list its tools page by page', async () => {
    const { shop, provider } = toolShop({ mcp_servers: [stage('m', 'banner', 'pages')] }, [[{ name: 'echo', arguments: { text: 'hello' } }]]);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: 'heard: hello' } });
    expect(provider.heard[0]?.tools).toHaveLength(15);
    expect(provider.heard[0]?.tools?.every(({ name }) => /^[A-Za-z0-9_-]{1,64}$/.test(name))).toBe(true);
  });

  test('may keep a log on its output, however long the run', { timeout: 240_000 }, async () => {
    const turns = Array.from({ length: 3 }, () => Array.from({ length: 20 }, () => ({ name: 'echo', arguments: { text: 'x' } })));
    const { shop } = toolShop({ mcp_servers: [stage('m', 'logs-to-stdout')], tools: ['echo'] }, [...turns, 'done']);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: 'done' } });
  });

  test('may answer in another order than it was asked', async () => {
    const { shop, provider } = toolShop({ mcp_servers: [stage('m', 'out-of-order')], tools: ['echo'] }, [['a', 'b', 'c'].map((text) => ({ name: 'echo', arguments: { text } })), 'done']);
    expect((await shop.run(workflow([agentNode('work')]))).status).toBe('completed');
    expect(provider.heard[1]?.messages.slice(-3).map(({ content }) => content)).toEqual(['a', 'b', 'c']);
  });

  test('may say what nobody asked, and ask what nobody knows', async () => {
    const { shop } = toolShop({ mcp_servers: [stage('m', 'chatters')], tools: ['echo'] }, [[{ name: 'echo', arguments: { text: 'x' } }]]);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: 'heard: x' } });
  });

  test('that changes its tools in the middle: an agent keeps those it began with, and a call of one that is gone is told to the model', async () => {
    const { shop, provider } = toolShop({ mcp_servers: [stage('m', 'changes-tools')], tools: ['echo'] }, [[{ name: 'echo', arguments: { text: 'x' } }], [{ name: 'echo', arguments: { text: 'y' } }], 'done']);
    expect((await shop.run(workflow([agentNode('work')]))).status).toBe('completed');
    expect(provider.heard.map(({ tools }) => tools?.map(({ name }) => name))).toEqual([['echo'], ['echo'], ['echo']]);
    expect(provider.heard[2]?.messages.at(-1)?.content).toBe('Error: Tool echo not found');
  });

  test('that lists a tool twice has it once', async () => {
    const { shop, provider } = toolShop({ mcp_servers: [stage('m', 'twice')], tools: ['echo'] }, [[{ name: 'echo', arguments: { text: 'x' } }]]);
    expect((await shop.run(workflow([agentNode('work')]))).status).toBe('completed');
    expect(provider.heard[0]?.tools?.map(({ description }) => description)).toEqual(['Says it back.']);
  });

  test('that reports progress gets more time', { timeout: 240_000 }, async () => {
    const { shop } = toolShop({ mcp_servers: [{ ...stage('m', 'progress'), timeout_seconds: 5 }], tools: ['break'] }, [[{ name: 'break' }]]);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: 'heard: after a while' } });
  });

  test('that dies after it may have written is not asked again by itself', async () => {
    const log = path.join(temporaryFolder(), 'log');
    const { shop } = toolShop({ mcp_servers: [{ ...stage('m', 'dies'), env: { STAGE_LOG: log } }], tools: ['break-write'] }, [[{ name: 'break-write' }]]);
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'error', error: { name: 'Tool.TemporaryFailure' } });
    expect(shop.nodes(result.run_id)).toHaveLength(1);
    expect(readFileSync(log, 'utf8').match(/call break-write/g)).toHaveLength(1);
  });

  test('that says too much is cut, and the cut is told', async () => {
    const { shop, provider } = toolShop({ mcp_servers: [stage('m')], tools: ['big'] }, [[{ name: 'big', arguments: { n: 100_000 } }], 'ok']);
    const result = await shop.run(workflow([agentNode('work')]));
    const said = provider.heard[1]?.messages.at(-1)?.content ?? '';
    expect(said).toMatch(/^ü{32768}\n\[cut here: the first 65536 of 200000 bytes\]$/);
    expect(JSON.parse(toolSteps(shop, result.run_id).at(-1)?.response ?? '')).toMatchObject({ value: { cut: { bytes: 65_536, of: 200_000 } } });
  });
});

describe('no server process is left', () => {
  const slow = (mark: string, ...more: string[]): JsonObject => ({ mcp_servers: [stage(mark, ...more)], tools: ['slow', 'echo'] });

  test('after a run, though it ignores every sign and has children of its own', { timeout: 240_000 }, async () => {
    const mark = newMark();
    const { shop } = toolShop(slow(mark, 'stubborn', 'child'), [[{ name: 'echo', arguments: { text: 'x' } }]]);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => processesWith(mark).length >= 2, 'the server and its child to run');
    expect((await handle.result).status).toBe('completed');
    await gone(mark);
  });

  test('after a halt in the middle of a call', { timeout: 240_000 }, async () => {
    const mark = newMark();
    const log = path.join(temporaryFolder(), 'log');
    const { shop } = toolShop({ ...slow(mark, 'stubborn', 'child'), mcp_servers: [{ ...stage(mark, 'stubborn', 'child'), env: { STAGE_LOG: log } }] }, [[{ name: 'slow' }]]);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => processesWith(mark).length >= 2 && shop.steps(handle.id).length === 2, 'the call to be under way');
    halt(shop.runtime, { run: handle.id, hold: false });
    expect((await handle.result).status).toBe('halted');
    await gone(mark);
    expect(shop.events(handle.id).filter(({ kind }) => kind === 'lost')).toHaveLength(1);
    shop.expectSound();
  });

  test('after the runtime was closed', { timeout: 240_000 }, async () => {
    const mark = newMark();
    const { shop } = toolShop(slow(mark, 'stubborn'), [[{ name: 'slow' }]]);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => processesWith(mark).length >= 1 && shop.steps(handle.id).length === 2, 'the call to be under way');
    shop.close();
    await gone(mark);
  });
});

describe('what a server is given', () => {
  test('is the declared environment, the workspace as its folder and root, and nothing else of ours', async () => {
    process.env['CANARY_SECRET'] = 'canary-in-our-environment';
    const { shop, provider, folder } = toolShop({ mcp_servers: [{ ...stage('m'), env: { STAGE_SECRET: { secret: 'TOKEN' }, PLAIN: 'yes' } }], tools: ['environment', 'echo'] }, [[{ name: 'environment' }], [{ name: 'echo', arguments: { text: 'your key: ' } }]], { secrets: createSecrets((name) => (name === 'TOKEN' ? 'canary-token-0123456789' : null)) });
    const result = await shop.run(workflow([agentNode('work')]));
    delete process.env['CANARY_SECRET'];
    expect(result.status).toBe('completed');
    const said = JSON.parse(provider.heard[1]?.messages.at(-1)?.content ?? '') as { readonly names: readonly string[]; readonly cwd: string; readonly roots: readonly { readonly uri: string }[] };
    expect(said.names.filter((name) => !['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual(['PLAIN', 'STAGE_SECRET']);
    expect(said.cwd).toBe(folder);
    expect(said.roots.map(({ uri }) => uri)).toEqual([`file://${folder}`]);
    // What it gives back of its secret is blacked out before anybody sees it.
    expect(provider.heard[2]?.messages.at(-1)?.content).toBe('your key: [redacted]');
    const stored = shop.runtime.ledger.db.prepare('SELECT data FROM blobs').pluck().all().join('\n');
    expect(stored).toContain('[redacted]');
    expect(stored).not.toContain('canary');
  });

  test('a secret that is missing is told before the run', async () => {
    const { shop } = toolShop({ mcp_servers: [{ ...stage('m'), env: { KEY: { secret: 'TOKEN' } } }] }, []);
    await expect(shop.run(workflow([agentNode('work')]))).rejects.toMatchObject({ code: 'tool-not-available', message: expect.stringContaining('TOKEN') as string });
    expect(shop.count('runs')).toBe(0);
  });
});
