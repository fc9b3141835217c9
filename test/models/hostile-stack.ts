import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect } from 'vitest';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { halt } from '../../runtime/index.ts';
import { POOLS } from '../../runtime/models/http-post.ts';
import { BIN, dagbook, makeWorkspace, plainEnv } from '../cli/kit.ts';
import { ledgerOf } from '../cli/run-kit.ts';
import { randomOf } from '../runtime/adversary.ts';
import { checkBudgets } from '../runtime/budget-chaos.ts';
import { sleep, until, Workshop } from '../runtime/workshop.ts';
import { processesWith, stage } from '../tools/tool-kit.ts';
import { refuse, send, startFaultServer, type Behaviour, type FaultServer, type Seen } from './fault-server.ts';

/**
 * The whole stack against the worst of worlds: real HTTP providers, a model server that lies, floods, thinks for ever, trickles,
 * stalls and dies at any byte, tool servers that die and hang, answers that must be repaired, child runs, a price for every kind
 * of token, fifty nodes at once, random caps. Everything follows from one seed.
 */

type Random = () => number;
const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** What one of the three APIs says, as its bytes. `call` = the name of a tool it wants. */
interface Speech {
  readonly text: string;
  readonly call: string | null;
  readonly prompt: number;
  readonly output: Json;
  /** Of the tokens so many are said to be of a kind that may have a price of its own. */
  readonly kinds: { readonly cached: Json; readonly written: Json; readonly images: Json; readonly thought: Json };
  /** Thought before it is said, for all to see. */
  readonly thinks: string;
}

interface Dialect {
  readonly provider: 'openai' | 'anthropic' | 'ollama';
  readonly base: string;
  readonly type: string;
  readonly limit: (body: JsonObject) => number;
  readonly speak: (speech: Speech) => string;
}

const sse = (...payloads: readonly Json[]): string => payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');
const pieces = (text: string): readonly string[] => text.match(/[^]{1,400}/g) ?? [];

const DIALECTS: readonly Dialect[] = [
  {
    provider: 'openai', base: '/v1', type: 'text/event-stream', limit: (body) => Number(body['max_tokens'] ?? body['max_completion_tokens']),
    speak: ({ text, call, prompt, output, kinds: { cached, written, images, thought }, thinks }) => sse(
      ...pieces(thinks).map((reasoning_content) => ({ choices: [{ index: 0, delta: { reasoning_content } }] })),
      ...pieces(text).map((content) => ({ choices: [{ index: 0, delta: { content } }] })),
      ...(call === null ? [] : [{ choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'c', function: { name: call, arguments: '{"text":"x"}' } }] } }] }]),
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, { choices: [], usage: { prompt_tokens: prompt, completion_tokens: output, prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written, image_tokens: images }, completion_tokens_details: { reasoning_tokens: thought } } },
    ) + 'data: [DONE]\n\n',
  },
  {
    provider: 'anthropic', base: '', type: 'text/event-stream', limit: (body) => Number(body['max_tokens']),
    speak: ({ text, call, prompt, output, kinds: { cached, written }, thinks }) => sse(
      { type: 'message_start', message: { usage: { input_tokens: prompt, cache_read_input_tokens: cached, cache_creation_input_tokens: written, output_tokens: 1 } } },
      ...pieces(thinks).map((thinking) => ({ type: 'content_block_delta', index: 5, delta: { type: 'thinking_delta', thinking } })),
      ...pieces(text).map((piece) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: piece } })),
      ...(call === null ? [] : [{ type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'c', name: call, input: {} } }, { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"text":"x"}' } }]),
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: output } }, { type: 'message_stop' },
    ),
  },
  {
    provider: 'ollama', base: '', type: 'application/x-ndjson', limit: (body) => Number((body['options'] as JsonObject)['num_predict']),
    speak: ({ text, call, prompt, output, thinks }) => [
      ...pieces(thinks).map((thinking) => ({ message: { content: '', thinking }, done: false })),
      ...pieces(text).map((content) => ({ message: { content }, done: false })), ...(call === null ? [] : [{ message: { content: '', tool_calls: [{ function: { name: call, arguments: { text: 'x' } } }] }, done: false }]),
      { message: { content: '' }, done: true, done_reason: 'stop', prompt_eval_count: prompt, eval_count: output },
    ].map((line) => `${JSON.stringify(line)}\n`).join(''),
  },
];

function dialectOf({ path: asked }: Seen): Dialect {
  const provider = asked.includes('completions') ? 'openai' : asked.includes('messages') ? 'anthropic' : 'ollama';
  return DIALECTS.find((dialect) => dialect.provider === provider) as Dialect;
}

const MISDEEDS = ['honest', 'honest', 'honest', 'honest', 'overruns', 'claims-billions', 'claims-nothing', 'claims-kinds', 'thinks-on', 'claims-nonsense', 'trickles', 'stalls', 'dies-anywhere', 'dies-anywhere', 'resets', 'says-nothing', 'refuses', 'busy', 'garbage', 'wrong-type'] as const;

/** A model server that does its worst, the same for the same seed and the same questions in the same order. */
export async function startHostileServer(random: Random): Promise<FaultServer> {
  const behave: Behaviour = (response, seen) => {
    const dialect = dialectOf(seen);
    const limit = dialect.limit(seen.body);
    const offered = ((seen.body['tools'] ?? []) as readonly JsonObject[]).map((tool) => ((tool['function'] ?? tool) as { readonly name: string }).name);
    const choice = seen.body['tool_choice'];
    const call = offered.length > 0 && choice === undefined && random() < 0.6 ? pick(random, offered) : null;
    const text = pick(random, ['ok ', 'é', '😀', '{"n": 7} ']).repeat(1 + Math.floor(random() * Math.max(1, limit)));
    const honest: Speech = { text: call === null ? text : '', call, prompt: 5, output: Math.ceil(Buffer.byteLength(text) / 4), kinds: { cached: 0, written: 0, images: 0, thought: 0 }, thinks: '' };
    const kind = (): Json => pick<Json>(random, [1, 3, Math.floor(random() * 2_000), 4e9, -7, 0.5, 'some', null]);
    const bytes = (speech: Partial<Speech>): Buffer => Buffer.from(dialect.speak({ ...honest, ...speech }));
    const whole = (speech: Partial<Speech> = {}): ReturnType<Behaviour> => send([bytes(speech)], { type: dialect.type })(response, seen);
    switch (pick(random, MISDEEDS)) {
      case 'honest':
        return whole();
      case 'overruns':
        return whole({ text: 'é'.repeat(limit * 40), output: limit * 20 });
      case 'claims-billions':
        return whole({ prompt: 4e9, output: 4e9 });
      case 'claims-nothing':
        return whole({ prompt: 0, output: 0 });
      case 'claims-kinds':
        return whole({ kinds: { cached: kind(), written: kind(), images: kind(), thought: kind() } });
      case 'thinks-on':
        return whole({ thinks: 'hm, '.repeat(Math.floor(random() * limit * 3)) });
      case 'claims-nonsense':
        return whole({ prompt: -1e9, output: pick<Json>(random, ['many', -5, 1e400, { lots: true }, 0.3]) });
      case 'trickles': {
        const all = bytes({ text: text.slice(0, 40) });
        const at = Array.from({ length: Math.ceil(all.length / 29) }, (_, i) => all.subarray(i * 29, (i + 1) * 29));
        return send(at, { type: dialect.type })(response, seen);
      }
      case 'stalls':
        return send([bytes({}).subarray(0, 60)], { type: dialect.type, then: () => undefined })(response, seen);
      case 'dies-anywhere': {
        const all = bytes({ text: text.slice(0, 400) });
        return send([all.subarray(0, Math.floor(random() * all.length))], { type: dialect.type, then: () => setTimeout(() => response.socket?.destroy(), 5) })(response, seen);
      }
      case 'resets':
        response.socket?.destroy();
        return;
      case 'says-nothing':
        return;
      case 'refuses':
        return refuse(pick(random, [400, 401, 404, 413]), 'no')(response, seen);
      case 'busy':
        return refuse(pick(random, [429, 500, 503, 529]), 'later', null, { 'retry-after-ms': '20' })(response, seen);
      case 'garbage':
        return send([Buffer.from('data: }{\n\n}{\n')], { type: dialect.type })(response, seen);
      case 'wrong-type':
        return send([Buffer.from('<html>')], { type: 'text/html' })(response, seen);
    }
  };
  return await startFaultServer(behave);
}

export interface Plan {
  readonly files: Readonly<Record<string, string>>;
  readonly caps: { readonly tokens: number | null; readonly micros: number | null };
  readonly nodeCaps: ReadonlyMap<string, { readonly tokens: number | null; readonly micros: number | null }>;
  /** In the arguments of its tool servers, and of no other process. */
  readonly mark: string;
}

/** Prices as agents write them: flat ones, and ones for every kind of token, dearer or cheaper than the rest. */
function priceFrom(random: Random): JsonObject {
  const input = 1 + random() * 3;
  const some = (name: string, most: number): JsonObject => (random() < 0.4 ? { [name]: random() * most } : {});
  return { input, output: random() * 15, ...some('cached_input', input), ...some('cache_write', 20), ...some('image_input', 20), ...some('reasoning', 60) };
}

/** Fifty nodes, most of them side by side; a third of their agents have tools, of servers that work, die and hang; some must answer with JSON, some are runs of their own. */
export function planOf(random: Random, server: FaultServer, nodes: number, { idleSeconds, capped }: { readonly idleSeconds: number; readonly capped: number }): Plan {
  const mark = `hostile-${randomUUID()}`;
  const maybe = (chance: number, value: () => number): number | null => (random() < chance ? Math.floor(value()) : null);
  const tokens = maybe(capped, () => 2_000 + random() * 200_000);
  const micros = maybe(capped, () => 1_000 + random() * 400_000);
  const perNode = maybe(0.7, () => 400 + random() * 8_000);
  const servers = {
    none: {},
    works: { mcp_servers: [stage(mark, 'plain')], tools: ['echo', 'write', 'fail'] },
    fails: { mcp_servers: [{ ...stage(mark, 'dies'), timeout_seconds: 5 }, { ...stage(mark, 'nothing'), name: 'hangs', timeout_seconds: 1 }], tools: [{ name: 'break', server: 'stage' }, { name: 'break', server: 'hangs' }, { name: 'echo', server: 'hangs' }] },
  };
  const kinds = DIALECTS.flatMap(({ provider, base }) => Object.entries(servers).map(([tools, more]) => ({ name: `${provider}-${tools}`, provider, base, more })));
  const agents = kinds.map(({ name, provider, base, more }) => [`${name}.agent.yaml`, JSON.stringify({
    name, role: name, system_prompt: 'é'.repeat(Math.floor(random() * 200)), max_calls: 1 + Math.floor(random() * 4), max_cost_usd: 0.05 + random() / 10, guardrails: { rate_limit_per_minute: 10_000 },
    model: { provider, model: 'm', base_url: server.url + base, max_tokens: 20 + Math.floor(random() * 400), price: priceFrom(random), extras: { idle_timeout_seconds: idleSeconds } }, ...more,
  })] as const);
  const work = (): JsonObject => ({ agent_spec: `./${pick(random, kinds).name}.agent.yaml`, isolation: 'shared', ...(random() < 0.2 ? { output_schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } } : {}) });
  const childCaps = random() < 0.5 ? { cost_caps: { per_run_max_usd: 0.02, per_run_max_tokens: 9_000 } } : {};
  const child = { name: 'Child', adapter_kind: 'graph', nodes: ['c1', 'c2', 'c3'].map((id) => ({ id, dep_policy: 'all_terminal', ...work() })), ...childCaps };
  const list = Array.from({ length: nodes }, (_, i) => ({
    id: `n${i}`, ...(random() < 0.1 ? { workflow: './child.workflow.yaml' } : work()), dep_policy: 'all_terminal', ...(random() < 0.2 && i > 0 ? { depends_on: [`n${Math.floor(random() * i)}`] } : {}),
  }));
  const caps = { ...(tokens === null ? {} : { per_run_max_tokens: tokens }), ...(micros === null ? {} : { per_run_max_usd: micros / 1e6 }), ...(perNode === null ? {} : { per_node_max_tokens: perNode }) };
  return {
    mark, caps: { tokens, micros }, nodeCaps: new Map(list.map(({ id }) => [id, { tokens: perNode, micros: null }])),
    files: { ...Object.fromEntries(agents), 'child.workflow.yaml': JSON.stringify(child), 'w.workflow.yaml': JSON.stringify({ name: 'Hostile', adapter_kind: 'graph', max_concurrency: 50, nodes: list, cost_caps: caps }) },
  };
}

const ENDED = ['completed', 'error', 'rejected'];

/** Children of this process and sockets it holds open, as the system counts them. */
export function openHandles(): { readonly children: number; readonly sockets: number } {
  const children = execFileSync('ps', ['-eo', 'ppid=,args=']).toString().split('\n').filter((line) => Number(/^\s*(\d+) /.exec(line)?.[1]) === process.pid && !line.includes('ps -eo')).length;
  const files = existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : [];
  const sockets = files.filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
  return { children, sockets };
}

/** Nothing is connected to the model server, and no tool server is alive. */
async function expectAllGone(server: FaultServer, mark: string): Promise<void> {
  await until(() => processesWith(mark).length === 0, 'every tool server to go', 30_000);
  await until(() => server.open === 0, 'every connection to the model server to close', 30_000);
}

/** A run within its caps, and its children within it. */
function checkFamily(db: Parameters<typeof checkBudgets>[0], run: string, caps: Plan['caps'], nodeCaps: Plan['nodeCaps']): void {
  checkBudgets(db, run, caps, nodeCaps);
  const children = db.prepare<[string], { readonly id: string }>("SELECT id FROM runs WHERE relation = 'child' AND parent_run_id = ?").all(run);
  for (const child of children) checkBudgets(db, child.id, caps);
}

/** In this process: to its end, or halted at a random moment. */
export async function runHere(seed: number, how: 'to the end' | 'halted', nodes = 50): Promise<string> {
  const random = randomOf(seed);
  const server = await startHostileServer(random);
  // A halt must not have to wait until silence has lasted too long, and must find calls under way.
  const { files, caps, nodeCaps, mark } = planOf(random, server, nodes, how === 'halted' ? { idleSeconds: 600, capped: 0.2 } : { idleSeconds: 1, capped: 0.7 });
  const before = openHandles();
  const shop = new Workshop({ files, folder: makeWorkspace({}) });
  const handle = shop.start('w.workflow.yaml');
  if (how === 'halted') {
    const enough = 12 + Math.floor(random() * 12);
    await until(() => server.seen.length >= enough || ENDED.includes(shop.status(handle.id)), 'calls to be under way', 5_000).catch(() => undefined);
    halt(shop.runtime, { run: handle.id, hold: false });
  }
  const { status } = await handle.result;
  expect(how === 'halted' ? ['halted', ...ENDED] : ENDED).toContain(status);
  // A connection that is kept for the next call is idle, and closes by itself; none is in a call any more.
  await until(() => Object.values(POOLS.near.http.sockets).flat().length === 0, 'every call to let go of its socket', 10_000);
  shop.expectSound();
  checkFamily(shop.runtime.ledger.db, handle.id, caps, nodeCaps);
  await until(() => processesWith(mark).length === 0, 'every tool server to go', 30_000);
  shop.close();
  await expectAllGone(server, mark);
  await server.close();
  await until(() => openHandles().children <= before.children && openHandles().sockets <= before.sockets, `no more children and sockets than before: ${JSON.stringify(before)}`, 20_000);
  return status;
}

/** As processes of their own that are killed at random moments, and go on in others. Returns how often one was killed. */
export async function runKilled(seed: number, kills: number, nodes = 50): Promise<number> {
  const random = randomOf(seed);
  const server = await startHostileServer(random);
  const { files, caps, nodeCaps, mark } = planOf(random, server, nodes, { idleSeconds: 1, capped: 0.7 });
  const folder = makeWorkspace(files);
  let killed = 0;
  for (let round = 0; round <= kills; round++) {
    const words = round === 0 ? ['run', 'Hostile', '--json'] : ['resume', '--json'];
    const child = spawn(process.execPath, [BIN, ...words], { cwd: folder, env: plainEnv(), stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('close', resolve));
    const seen = server.seen.length;
    if (round < kills) {
      const enough = 1 + Math.floor(random() * 25);
      await Promise.race([ended, until(() => server.seen.length >= seen + enough, 'calls to be under way', 15_000).catch(() => undefined)]);
      await sleep(random() * 300);
      if (child.exitCode === null) killed += 1;
      child.kill('SIGKILL');
    }
    await ended;
    await expectAllGone(server, mark);
    if (!ageLease(folder)) break;
  }
  const db = new Database(ledgerOf(folder), { readonly: true });
  const run = db.prepare('SELECT id, status FROM workflow_runs WHERE parent_run_id IS NULL').get() as { readonly id: string; readonly status: string };
  expect(ENDED).toContain(run.status);
  checkFamily(db, run.id, caps, nodeCaps);
  db.close();
  const verified = await dagbook(['ledger', 'verify'], folder);
  expect(verified.code, path.basename(folder) + verified.stdout + verified.stderr).toBe(0);
  await server.close();
  return killed;
}

/** The lease of a process that was killed would be waited for; false = no run is open. */
function ageLease(folder: string): boolean {
  const db = new Database(ledgerOf(folder), { timeout: 10_000 });
  try {
    db.prepare('UPDATE runs SET lease_at = lease_at - 20000 WHERE lease_at IS NOT NULL').run();
    return db.prepare("SELECT COUNT(*) FROM workflow_runs WHERE status IN ('pending', 'running', 'waiting')").pluck().get() !== 0;
  } finally {
    db.close();
  }
}
