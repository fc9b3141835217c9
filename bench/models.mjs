// What a model call costs beside the bare one: overhead per call, 1,000 streams at once, their halt, and bytes in the
// ledger beside the bytes on the wire. The server is another process on loopback that speaks OpenAI's API.
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { machine, milliseconds, quantile } from './shared.mjs';
import { openWorkspace } from '../disk/open-workspace.ts';
import { createProviders, halt, Runtime, startRun } from '../runtime/index.ts';
import { createModelRouter } from '../runtime/models/router.ts';

const CALLS = Number(process.env.BENCH_MODEL_CALLS ?? 400);
const STREAMS = 1_000;
const ROUNDS = Number(process.env.BENCH_MODEL_ROUNDS ?? 5);
/** Words in one answer; each is a chunk of its own. */
const WORDS = 40;

const chunk = (content, finish = null) => `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const ANSWER = [...Array.from({ length: WORDS }, (_, i) => chunk(`word${i} `)), chunk('', 'stop'), `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 60, completion_tokens: 80 } })}\n\n`, 'data: [DONE]\n\n'];

/** `/v1`: answers at once. `/slow/v1`: a word every 100 ms, for ever. */
function serve() {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (!incoming.url.startsWith('/slow')) {
        response.end(ANSWER.join(''));
        return;
      }
      const timer = setInterval(() => response.write(chunk('word ')), 100);
      response.on('close', () => clearInterval(timer));
    });
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
}

export async function run() {
  const server = spawn(process.execPath, [fileURLToPath(import.meta.url), 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const port = Number(await new Promise((resolve) => server.stdout.once('data', (data) => resolve(String(data)))));
    console.log(`${machine()}; the server is another process on loopback; answers of ${WORDS} chunks, ${ANSWER.join('').length} bytes`);
    await overhead(port);
    await recorded(port);
    await streams(port);
  } finally {
    server.kill();
  }
}

/** One call at a time: the bare one, the router's, taken in turns. */
async function overhead(port) {
  const router = createModelRouter(new Map(createProviders({ endpoints: { openai: `http://127.0.0.1:${port}/v1` } }).map((provider) => [provider.name, provider])));
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Say something.' }], stream: true });
  const bare = async () => {
    const started = milliseconds();
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    for await (const _piece of response.body);
    return milliseconds() - started;
  };
  const raw = () => new Promise((resolve, reject) => {
    const started = milliseconds();
    const post = request({ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
      response.resume();
      response.on('end', () => resolve(milliseconds() - started));
    });
    post.on('error', reject);
    post.end(body);
  });
  const ours = async () => {
    const started = milliseconds();
    const call = { provider: 'openai', model: 'm', messages: [{ role: 'user', content: 'Say something.' }], temperature: 0, maxTokens: null, outputSchema: null, extras: {}, baseUrl: `http://127.0.0.1:${port}/v1` };
    const outcome = await router.call({ request: call, outputLimit: 500, attempt: 1, signal: new AbortController().signal, onText: () => undefined });
    if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
    return milliseconds() - started;
  };
  const times = { 'bare fetch': [], 'bare node:http': [], 'through the router': [] };
  for (let i = 0; i < CALLS + 50; i++) {
    for (const [name, call] of [['bare fetch', bare], ['bare node:http', raw], ['through the router', ours]]) {
      const took = await call();
      if (i >= 50) times[name].push(took);
    }
  }
  for (const [name, list] of Object.entries(times)) console.log(`${name.padEnd(20)} p50 ${quantile(list, 0.5).toFixed(2)} ms, p95 ${quantile(list, 0.95).toFixed(2)} ms`);
  console.log(`overhead over the bare fetch: p50 ${(quantile(times['through the router'], 0.5) - quantile(times['bare fetch'], 0.5)).toFixed(2)} ms (aim 1)`);
}

/** Bytes that a call leaves in the ledger, beside those of its request and answer on the wire. */
async function recorded(port) {
  const nodes = 200;
  const { folder, runtime } = open(port, '', nodes);
  try {
    const before = bytesOf(runtime);
    const handle = start(runtime);
    const { status } = await handle.result;
    if (status !== 'completed') throw new Error(`the run ended as ${status}`);
    const perCall = (bytesOf(runtime) - before) / nodes;
    const steps = runtime.ledger.db.prepare("SELECT AVG(LENGTH(CAST(request AS BLOB)) + LENGTH(CAST(response AS BLOB))) FROM agent_run_steps WHERE kind = 'llm'").pluck().get();
    console.log(`bytes per recorded call: ${Math.round(perCall)} in the ledger (all rows of the node), of which request and answer ${Math.round(steps)}; on the wire ${ANSWER.join('').length} of answer alone`);
  } finally {
    runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function streams(port) {
  const halts = [];
  let worst = 0;
  let memory = 0;
  let shown = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { folder, runtime } = open(port, '/slow', STREAMS);
    const delay = monitorEventLoopDelay({ resolution: 1 });
    try {
      const handle = start(runtime);
      const streaming = new Set();
      const all = new Promise((resolve) => handle.subscribe(({ stage, agent_run_id: id }) => {
        if (stage !== 'agent.token') return;
        shown++;
        streaming.add(id);
        if (streaming.size === STREAMS) resolve();
      }));
      await all;
      delay.enable();
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      delay.disable();
      memory = Math.max(memory, process.memoryUsage().rss);
      worst = Math.max(worst, delay.percentile(99) / 1e6);
      const asked = milliseconds();
      halt(runtime, { run: handle.id, hold: false });
      await handle.result;
      halts.push(milliseconds() - asked);
    } finally {
      runtime.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log(`${STREAMS} streams at once, ${ROUNDS} rounds, ${shown} pieces of text: event-loop delay p99 ${worst.toFixed(1)} ms in the worst round (aim 50), memory ${Math.round(memory / 1048576)} MiB, halt of all of them worst ${Math.max(...halts).toFixed(0)} ms (aim 250)`);
}

function open(port, prefix, nodes) {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-bench-'));
  mkdirSync(path.join(folder, 'configs/workflows'), { recursive: true });
  mkdirSync(path.join(folder, 'configs/agents'), { recursive: true });
  writeFileSync(path.join(folder, 'configs/agents/a.yaml'), `name: a\nrole: a\nsystem_prompt: Be brief.\nmodel: { provider: openai, model: m, base_url: "http://127.0.0.1:${port}${prefix}/v1", price: free }\nguardrails: { rate_limit_per_minute: 1000000 }\n`);
  const list = Array.from({ length: nodes }, (_, i) => `  - { id: n${i}, agent_spec: configs/agents/a.yaml }\n`).join('');
  writeFileSync(path.join(folder, 'configs/workflows/wide.yaml'), `name: wide\nadapter_kind: graph\nmax_concurrency: ${nodes}\nnodes:\n${list}`);
  const runtime = new Runtime({ ledgerFile: path.join(folder, '.dagbook/ledger.db'), synchronous: 'FULL', workspace: openWorkspace(folder), models: { defaultModel: 'simulated', tiers: {} }, stallMs: 300_000, leaveWaiting: false });
  return { folder, runtime };
}

function start(runtime) {
  return startRun(runtime, { workflow: 'configs/workflows/wide.yaml' }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {} });
}

function bytesOf(runtime) {
  runtime.ledger.db.pragma('wal_checkpoint(TRUNCATE)');
  return statSync(runtime.ledger.file).size;
}

if (process.argv[2] === 'serve') serve();
