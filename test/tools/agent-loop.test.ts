import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { serverOf } from '../../disk/tool-servers.ts';
import type { Frame } from '../../protocol/frame.ts';
import type { Json } from '../../protocol/json.ts';
import { answerRun, forkRun, ModelError, replayRun } from '../../runtime/index.ts';
import { createFrameReader } from '../../runtime/ledger/frames.ts';
import { temporaryFolder } from '../runtime/harness.ts';
import { until, workflow, Workshop } from '../runtime/workshop.ts';
import { agentNode, stage, ToolProvider, toolShop, toolSteps } from './tool-kit.ts';

/** The agent loop: turns of tools, questions of servers, memory, retrieval, rates and personal data, and how all of it replays. */

function loggedStage(...behaviours: string[]): { readonly server: Record<string, Json>; readonly log: () => string } {
  const file = path.join(temporaryFolder(), 'log');
  appendFileSync(file, '');
  return { server: { ...stage('m', ...behaviours), env: { STAGE_LOG: file } }, log: () => readFileSync(file, 'utf8') };
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function bare(shop: Workshop, run: string): unknown[] {
  const reader = createFrameReader(shop.runtime.find(run));
  const frames: Frame[] = shop.events(run).flatMap((event) => reader.feed(event) ?? []);
  return frames.map(({ task_id: _task, workflow_run_id: _run, agent_run_id: _agent, timestamp: _at, ...rest }) => rest);
}

describe('turns', () => {
  test('go on up to max_calls; the last call may call no tools', async () => {
    const { server } = loggedStage();
    const again = Array.from({ length: 10 }, () => [{ name: 'echo', arguments: { text: 'x' } }]);
    const { shop, provider } = toolShop({ mcp_servers: [server], tools: ['echo'], max_calls: 3 }, again);
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'rejected', error: { name: 'Dagbook.GuardrailFailed', message: expect.stringContaining('3 calls') as string } });
    expect(provider.heard.map(({ toolChoice }) => toolChoice)).toEqual([undefined, undefined, 'none']);
    expect(shop.steps(result.run_id).map(({ name, error }) => [name, error]).at(-1)).toEqual(['nodes/work/guardrail/calls', 'Dagbook.GuardrailFailed']);
  });

  test('give a tool its fixed arguments, which the model does not see', async () => {
    const { server, log } = loggedStage();
    const { shop, provider } = toolShop({ mcp_servers: [server], tools: [{ name: 'echo', server: 'stage', kwargs: { text: 'always' } }] }, [[{ name: 'echo', arguments: { text: 'mine' } }]]);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: 'heard: always' } });
    expect(JSON.stringify(provider.heard[0]?.tools?.[0]?.parameters)).not.toContain('text');
    expect(log()).toContain('call echo always');
  });

  test('tell the model of arguments that are none, and of tools that are not there', async () => {
    const { server } = loggedStage();
    const { shop, provider } = toolShop({ mcp_servers: [server], tools: ['echo'] }, [[{ name: 'echo', arguments: 'broken' }, { name: 'nothing' }], 'ok']);
    expect((await shop.run(workflow([agentNode('work')]))).status).toBe('completed');
    expect(provider.heard[1]?.messages.slice(-2).map(({ content }) => content)).toEqual(['Error: the arguments are not a JSON object. Call it again with one.', 'Error: there is no tool "nothing". There are: echo.']);
  });

  test('a model that fails after tools were used is asked again, and no tool is used twice', { timeout: 240_000 }, async () => {
    const { server, log } = loggedStage();
    const { shop, provider } = toolShop({ mcp_servers: [server], tools: ['write'] }, [[{ name: 'write', arguments: { text: 'once' } }], 'done']);
    let failures = 0;
    const stream = provider.stream.bind(provider);
    provider.stream = async function* (call) {
      if (call.request.messages.at(-1)?.role === 'tool' && failures++ === 0) throw new ModelError('Tool.TemporaryFailure', 'busy');
      yield* stream(call);
    };
    const result = await shop.run(workflow([agentNode('work')]));
    expect(result).toMatchObject({ status: 'completed', output: { work: 'done' } });
    expect(shop.nodes(result.run_id)).toHaveLength(1);
    expect(count(log(), /call write/g)).toBe(1);
    expect((await replayRun(shop.runtime, result.run_id, true).result).output).toEqual(result.output);
    shop.expectSound();
  });

  test('the answer is held to its schema after the tools have spoken', async () => {
    const { server } = loggedStage();
    const { shop } = toolShop({ mcp_servers: [server], tools: ['echo'], output_schema: { type: 'object', required: ['n'], properties: { n: { type: 'integer' } } } }, [[{ name: 'echo', arguments: { text: '7' } }], '{"n": 7}']);
    expect(await shop.run(workflow([agentNode('work')]))).toMatchObject({ status: 'completed', output: { work: { n: 7 } } });
  });
});

test('a server of the settings serves an agent that names its tools, and is kept with the run', async () => {
  const { server, log } = loggedStage();
  const { args } = server as { readonly args: readonly string[] };
  const settings = serverOf(['stage', { command: process.execPath, args, env: { STAGE_LOG: (server['env'] as { readonly STAGE_LOG: string }).STAGE_LOG } }]);
  const { shop } = toolShop({ tools: ['echo'] }, [[{ name: 'echo', arguments: { text: 'hello' } }]], { servers: [settings] });
  const result = await shop.run(workflow([agentNode('work')]));
  expect(result).toMatchObject({ status: 'completed', output: { work: 'heard: hello' } });
  expect(shop.runtime.ledger.runs.settings(shop.runtime.find(result.run_id))).toMatchObject({ servers: [{ name: 'stage' }] });
  expect(count(log(), /start/g)).toBe(1);
  const none = toolShop({ tools: ['echo'] }, []);
  await expect(none.shop.run(workflow([agentNode('work')]))).rejects.toMatchObject({ code: 'tool-not-available' });
});

describe('what is on record', () => {
  test('a recorded replay starts no server and gives the same bytes', async () => {
    const { server, log } = loggedStage();
    const { shop } = toolShop({ mcp_servers: [server], tools: ['echo', 'write', 'ask-model'] }, [[{ name: 'echo', arguments: { text: 'a' } }], [{ name: 'ask-model', arguments: { text: 'spring' } }], [{ name: 'write', arguments: { text: 'b' } }]]);
    const first = await shop.run(workflow([agentNode('one'), agentNode('two', { depends_on: ['one'] })]));
    expect(first.status).toBe('completed');
    const before = log();
    expect(count(before, /start/g)).toBe(1);
    const again = await replayRun(shop.runtime, first.run_id, true).result;
    expect(again).toMatchObject({ status: 'completed', total_tokens: 0 });
    expect(JSON.stringify(again.output)).toBe(JSON.stringify(first.output));
    expect(bare(shop, again.run_id)).toEqual(bare(shop, first.run_id));
    expect(log()).toBe(before);
    shop.expectSound();
  });

  test('a fork makes no completed call again', async () => {
    const { server, log } = loggedStage();
    const { shop } = toolShop({ mcp_servers: [server], tools: ['write'] }, [[{ name: 'write', arguments: { text: 'x' } }]]);
    const first = await shop.run(workflow([agentNode('one'), agentNode('two', { depends_on: ['one'] })]));
    expect(count(log(), /call write/g)).toBe(2);
    const fork = await forkRun(shop.runtime, first.run_id, { point: { kind: 'from', path: 'nodes/two' }, set: {}, edited: false }).result;
    expect(fork.status).toBe('completed');
    expect(count(log(), /call write/g)).toBe(3);
  });
});

describe('a process that goes away', () => {
  /** Ends the process in the middle of a call, and goes on in another one. */
  async function interrupted(tool: string): Promise<{ readonly shop: Workshop; readonly run: string; readonly log: () => string; readonly later: Workshop }> {
    const { server, log } = loggedStage();
    const turns = [[{ name: tool, arguments: { n: 700 } }]];
    const { shop, folder } = toolShop({ mcp_servers: [server], tools: [tool] }, turns);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => log().includes(`call ${tool}`), 'the call to be under way');
    shop.close();
    const provider = new ToolProvider();
    provider.turns = () => turns;
    const later = new Workshop({ ledgerFile: shop.file, provider, folder });
    later.runtime.ledger.db.prepare('UPDATE runs SET lease_at = lease_at - 10000 WHERE id = ? AND lease_at IS NOT NULL').run(handle.id);
    return { shop, run: handle.id, log, later };
  }

  test('a call that changes nothing is made once more, and the lost one stays on record', { timeout: 240_000 }, async () => {
    const { run, log, later } = await interrupted('slow');
    const result = await later.runtime.resume(later.runtime.find(run)).result;
    expect(result).toMatchObject({ status: 'completed', output: { work: 'heard: at last' } });
    expect(count(log(), /call slow /g)).toBe(2);
    expect(toolSteps(later, run).map(({ error }) => error)).toEqual([null, 'process.died', null]);
    later.expectSound();
  });

  test('a call that may write is not made again', { timeout: 240_000 }, async () => {
    const { run, log, later } = await interrupted('slow-write');
    const result = await later.runtime.resume(later.runtime.find(run)).result;
    expect(result).toMatchObject({ status: 'error', error: { name: 'Tool.Interrupted' } });
    expect(count(log(), /call slow-write/g)).toBe(1);
    expect(toolSteps(later, run).map(({ error }) => error)).toEqual([null, 'process.died', 'Tool.Interrupted']);
    later.expectSound();
  });
});

describe('what a server asks', () => {
  test('of a person waits for the answer, and costs no time of the call', { timeout: 240_000 }, async () => {
    const { server, log } = loggedStage();
    const { shop } = toolShop({ mcp_servers: [{ ...server, timeout_seconds: 5 }], tools: ['ask-person'] }, [[{ name: 'ask-person' }]]);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => shop.status(handle.id) === 'waiting', 'the run to wait');
    const at = 'nodes/work/tool/1/ask-person/asks/1';
    expect(() => answerRun(shop.runtime, handle.id, at, { sure: 'maybe' })).toThrow(/does not fit/);
    answerRun(shop.runtime, handle.id, at, { sure: true });
    expect(await handle.result).toMatchObject({ status: 'completed', output: { work: expect.stringContaining('"action":"accept"') as string } });
    expect(count(log(), /call ask-person/g)).toBe(1);
    const again = await replayRun(shop.runtime, handle.id, true).result;
    expect(again.status).toBe('completed');
    expect(count(log(), /call ask-person/g)).toBe(1);
  });

  test('of a person outlives the process: the call is made again, and gets the answer', { timeout: 240_000 }, async () => {
    const { server, log } = loggedStage();
    const turns = [[{ name: 'ask-person' }]];
    const { shop, folder } = toolShop({ mcp_servers: [server], tools: ['ask-person'] }, turns, { leaveWaiting: true });
    const handle = shop.launch(workflow([agentNode('work')]));
    expect((await handle.result).status).toBe('waiting');
    shop.close();
    const provider = new ToolProvider();
    provider.turns = () => turns;
    const later = new Workshop({ ledgerFile: shop.file, provider, folder });
    const answered = answerRun(later.runtime, handle.id, 'nodes/work/tool/1/ask-person/asks/1', null);
    expect(await answered?.result).toMatchObject({ status: 'completed', output: { work: expect.stringContaining('"action":"decline"') as string } });
    expect(count(log(), /call ask-person/g)).toBe(2);
  });

  test('of a person may be a form with fields of every kind', { timeout: 240_000 }, async () => {
    const { shop } = toolShop({ mcp_servers: [stage('m', 'asks-much')], tools: ['ask-person'] }, [[{ name: 'ask-person' }]]);
    const handle = shop.launch(workflow([agentNode('work')]));
    await until(() => shop.status(handle.id) === 'waiting', 'the run to wait');
    const at = 'nodes/work/tool/1/ask-person/asks/1';
    const whole = { name: 'Ada', mail: 'ada@example.org', site: 'https://example.org/x', day: '2026-02-28', at: '2026-02-28T10:00:00Z', count: 3, share: 0.5, sure: true, plain: 'a', old: 'b', titled: 'a', several: ['a', 'c'], named: ['b'] };
    for (const [field, wrong] of Object.entries({ name: 'A', mail: 'nobody', site: 'no address', day: '2026-02-30', at: 'noon', count: 10, share: 2, sure: 'yes', plain: 'c', old: 'A', titled: 'c', several: ['a', 'd'], named: 'a' })) {
      expect(() => answerRun(shop.runtime, handle.id, at, { ...whole, [field]: wrong }), field).toThrow(/does not fit/);
    }
    answerRun(shop.runtime, handle.id, at, whole);
    expect(await handle.result).toMatchObject({ status: 'completed', output: { work: `heard: the person said: ${JSON.stringify({ action: 'accept', content: whole })}` } });
  });

  test('and what we do not offer is refused, and the server told why', async () => {
    const said = async (tool: string, behaviour: string): Promise<string> => {
      const { shop } = toolShop({ mcp_servers: [stage('m', behaviour)], tools: [tool] }, [[{ name: tool }]]);
      const result = await shop.run(workflow([agentNode('work')]));
      expect(shop.steps(result.run_id).filter(({ name }) => name.includes('/asks/'))).toEqual([]);
      return JSON.stringify(result.output);
    };
    expect(await said('ask-model', 'asks-with-tools')).toContain('calls no tools');
    expect(await said('ask-person', 'asks-for-a-page')).toContain('does not support URL-mode');
  });

  test('of a model is paid for from the run’s purse, and refused where no call is left', async () => {
    const { server } = loggedStage();
    const run = async (max: number): Promise<string> => {
      const { shop, provider } = toolShop({ mcp_servers: [server], tools: ['ask-model'], max_calls: max }, [[{ name: 'ask-model', arguments: { text: 'spring', n: 20 } }]]);
      provider.price_ = { input: 1_000_000, output: 1_000_000 };
      const result = await shop.run(workflow([agentNode('work')], { cost_caps: { per_run_max_usd: 0.5 } }));
      const lent = shop.steps(result.run_id).filter(({ name }) => name.includes('/asks/'));
      expect(lent.map(({ kind, cost_micros }) => [kind, cost_micros > 0])).toEqual(max > 2 ? [['llm', true]] : []);
      shop.expectSound();
      return JSON.stringify(result.output);
    };
    expect(await run(5)).toContain('a verse on spring');
    expect(await run(2)).toContain('no more than 2 calls');
  });
});

describe('what enriches a prompt', () => {
  test('memory recalls the earlier answers of the role that fit, and a replay the same ones', async () => {
    const { shop, provider } = toolShop({ memory: { kind: 'bm25', retrieval_top_k: 1 } }, (goal) => [goal.includes('cats') ? 'Cats purr.' : goal.includes('dogs') ? 'Dogs bark.' : 'I recall.']);
    await shop.run(workflow([agentNode('a', { task: { goal: 'Tell of cats' }, inputs: { animal: 'cats' } })]));
    await shop.run(workflow([agentNode('b', { task: { goal: 'Tell of dogs' }, inputs: { animal: 'dogs' } })]));
    const third = await shop.run(workflow([agentNode('c', { task: { goal: 'What do they do?' }, inputs: { about: 'dogs that bark' } })]));
    const prompt = provider.heard.at(-1)?.messages.at(-1)?.content ?? '';
    expect(prompt).toContain('Dogs bark.');
    expect(prompt).not.toContain('Cats purr.');
    expect(shop.steps(third.run_id).map(({ kind, name }) => `${kind} ${name}`)).toContain('memory nodes/c/memory');
    expect(await replayRun(shop.runtime, third.run_id, true).result).toMatchObject({ status: 'completed', output: third.output });
  });

  test('retrieval gives the passages of the workspace that fit, where it is told to', async () => {
    const on = { 'docs/cats.md': 'Cats purr and sleep all day.', 'docs/dogs.md': '# Dogs\n\nDogs bark at the mailman.', 'secret/dogs.md': 'Dogs bark in secret.' };
    for (const inject of ['context', 'system']) {
      const { shop, provider } = toolShop({ rag: [{ corpora: ['docs/**/*.md'], final_k: 1, inject_as: inject }] }, ['ok'], { on });
      const result = await shop.run(workflow([agentNode('a', { task: { goal: 'Whom do dogs bark at?' } })]));
      const [system, user] = provider.heard[0]?.messages.map(({ content }) => content) ?? [];
      expect(inject === 'system' ? system : user).toContain('docs/dogs.md:1');
      expect(inject === 'system' ? user : system).not.toContain('mailman');
      expect(JSON.stringify(provider.heard)).not.toMatch(/secret|purr/);
      expect(shop.steps(result.run_id).map(({ kind, name }) => `${kind} ${name}`)).toContain('rag nodes/a/rag/1');
    }
  });
});

test('personal data reaches no model, and leaves in no answer', async () => {
  const { server } = loggedStage();
  const { shop, provider } = toolShop({ mcp_servers: [server], tools: ['echo'], guardrails: { pii_redact: true } }, [[{ name: 'echo', arguments: { text: 'call +49 30 1234567 or 4111 1111 1111 1111' } }], 'Write to ada@example.org, IBAN DE89 3704 0044 0532 0130 00.']);
  const result = await shop.run(workflow([agentNode('work', { inputs: { mail: 'bob@example.com', order: '1234-5678-9012', version: '1.2.3' } })]));
  expect(result.output).toEqual({ work: 'Write to [email], IBAN [iban].' });
  const heard = JSON.stringify(provider.heard.map(({ messages }) => messages.map(({ content }) => content)));
  expect(heard).toContain('[email]');
  expect(heard).toContain('call [phone] or [card]');
  expect(heard).toContain('1234-5678-9012');
  expect(heard).toContain('1.2.3');
  expect(heard).not.toMatch(/bob@|4111/);
  const note = shop.steps(result.run_id).find(({ name }) => name.endsWith('guardrail/pii_redact'));
  expect(JSON.parse(note?.response ?? '')).toEqual({ found: { email: 2, iban: 2 }, passed: true });
});

test('a quarantined node calls no tools, whatever its agent has', async () => {
  const { shop, provider } = toolShop({}, ['ok']);
  const result = await shop.run(workflow([agentNode('work', { trust: 'quarantined', isolation: 'read_only' })]));
  expect(result.status).toBe('completed');
  expect(provider.heard[0]).not.toHaveProperty('tools');
});
