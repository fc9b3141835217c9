// What a model call costs beside the bare one: overhead per call, 1,000 streams at once, their halt, and bytes in the
// ledger beside the bytes on the wire. The server is another process on loopback that speaks OpenAI's API.
import { spawn } from 'node:child_process';
import { createServer, request } from 'node:http';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { machine, milliseconds, quantile } from './shared.mjs';
import { openWorkspace } from '../disk/open-workspace.ts';
import { createProviders, halt, Runtime, startRun } from '../runtime/index.ts';
import { packWire, unpackWire } from '../runtime/ledger/wire-store.ts';
import { createModelRouter } from '../runtime/models/router.ts';
import { createSecrets } from '../runtime/models/secrets.ts';

const CALLS = Number(process.env.BENCH_MODEL_CALLS ?? 400);
const STREAMS = 1_000;
const ROUNDS = Number(process.env.BENCH_MODEL_ROUNDS ?? 5);
/** Words in one answer; each is a chunk of its own. */
const WORDS = 40;

const chunk = (content, finish = null) => `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const ANSWER = [...Array.from({ length: WORDS }, (_, i) => chunk(`word${i} `)), chunk('', 'stop'), `data: ${JSON.stringify({ choices: [], usage: { prompt_tokens: 60, completion_tokens: 80 } })}\n\n`, 'data: [DONE]\n\n'];

/** Bytes of the long answer, in chunks of a word: as much as a record keeps. */
const LONG = 4_000_000;

/** `/v1`: answers at once. `/pieces/v1`: chunk by chunk. `/slow/v1`: a word every 100 ms, for ever. `/quick/v1`: one every 10 ms. `/long/v1`: four megabytes. */
function serve() {
  const server = createServer((incoming, response) => {
    incoming.resume();
    incoming.on('end', () => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      if (incoming.url.startsWith('/pieces')) {
        const next = (at) => (at === ANSWER.length ? response.end() : response.write(ANSWER[at], () => setTimeout(next, 1, at + 1)));
        next(0);
        return;
      }
      if (incoming.url.startsWith('/long')) {
        let sent = 0;
        const more = () => {
          for (let word = 0; sent < LONG; word++) {
            const piece = chunk(`word${word} `);
            sent += piece.length;
            if (!response.write(piece)) return void response.once('drain', more);
          }
          response.end(ANSWER.slice(-3).join(''));
        };
        more();
        return;
      }
      if (!/^\/(slow|quick)/.test(incoming.url)) {
        response.end(ANSWER.join(''));
        return;
      }
      const timer = setInterval(() => response.write(chunk('word ')), incoming.url.startsWith('/quick') ? 10 : 100);
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
    await long(port);
    await lost(port, 1);
    await lost(port, 100);
    await streams(port);
  } finally {
    server.kill();
  }
}

/** A key, so that everything is searched for it as it would be. */
function keyed() {
  const { value, redactor } = createSecrets(() => 'sk-bench-0123456789abcdefghij');
  return { secret: value, redactor };
}

/** One call at a time: the bare one, the router's, taken in turns. */
async function overhead(port) {
  const router = createModelRouter(new Map(createProviders({ ...keyed(), endpoints: { openai: `http://127.0.0.1:${port}/v1` } }).map((provider) => [provider.name, provider])));
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
  const through = (recording) => async () => {
    const started = milliseconds();
    const call = { provider: 'openai', model: 'm', messages: [{ role: 'user', content: 'Say something.' }], temperature: 0, maxTokens: null, outputSchema: null, extras: { api_key: { secret: 'KEY' } }, baseUrl: `http://127.0.0.1:${port}/v1` };
    const slot = { wire: null };
    const outcome = await router.call({ request: call, outputLimit: 500, attempt: 1, signal: new AbortController().signal, onText: () => undefined, ...(recording ? { slot } : {}) });
    if (outcome.status !== 'ok') throw new Error(JSON.stringify(outcome));
    if (recording && packWire(slot.wire.seal()).packed.length === 0) throw new Error('no record');
    return milliseconds() - started;
  };
  const calls = { 'bare fetch': bare, 'bare node:http': raw, 'through the router': through(false), 'the same, recorded': through(true) };
  const times = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let i = 0; i < CALLS + 50; i++) {
    for (const [name, call] of Object.entries(calls)) {
      const took = await call();
      if (i >= 50) times[name].push(took);
    }
  }
  for (const [name, list] of Object.entries(times)) console.log(`${name.padEnd(20)} p50 ${quantile(list, 0.5).toFixed(2)} ms, p95 ${quantile(list, 0.95).toFixed(2)} ms`);
  console.log(`overhead over the bare fetch: p50 ${(quantile(times['the same, recorded'], 0.5) - quantile(times['bare fetch'], 0.5)).toFixed(2)} ms (aim 1); the record alone: ${(quantile(times['the same, recorded'], 0.5) - quantile(times['through the router'], 0.5)).toFixed(2)} ms`);
}

/** Bytes that a call leaves in the ledger, beside those of its request and answer on the wire. */
async function recorded(port) {
  const nodes = 200;
  const { folder, runtime } = open(port, '/pieces', nodes);
  try {
    const before = bytesOf(runtime);
    const handle = start(runtime);
    const { status } = await handle.result;
    if (status !== 'completed') throw new Error(`the run ended as ${status}`);
    const perCall = (bytesOf(runtime) - before) / nodes;
    const { db, wires } = runtime.ledger;
    const steps = db.prepare("SELECT AVG(LENGTH(CAST(request AS BLOB)) + LENGTH(CAST(response AS BLOB))) FROM agent_run_steps WHERE kind = 'llm'").pluck().get();
    const hashes = db.prepare('SELECT wire_hash FROM agent_run_steps WHERE wire_hash IS NOT NULL').pluck().all();
    const records = hashes.map((hash) => wires.read(hash).text);
    const mean = (sizes) => Math.round(sizes.reduce((sum, size) => sum + size, 0) / sizes.length);
    const traffic = mean(records.map((text) => JSON.parse(text).exchanges.reduce((sum, { request: asked, response }) => sum + asked.body.length + response.chunks.reduce((all, chunk) => all + chunk.text.length, 0), 0)));
    const packed = Math.round(db.prepare('SELECT AVG(LENGTH(data)) FROM wire_records').pluck().get());
    const pieces = mean(records.map((text) => JSON.parse(text).exchanges[0].response.chunks.length));
    console.log(`bytes per recorded call (${hashes.length} calls, answers in ${pieces} chunks): ${traffic} on the wire in both bodies; its record ${mean(records.map((text) => text.length))}, packed ${packed}; ${Math.round(perCall)} in the ledger with all rows of the node, of which request and answer ${Math.round(steps)}`);
  } finally {
    runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One answer of four megabytes, from its request to the end of its run: how long it holds everybody else up. */
async function long(port) {
  const worst = [];
  let packed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { folder, runtime } = open(port, '/long', 1, ', max_tokens: 400000');
    const delay = monitorEventLoopDelay({ resolution: 1 });
    try {
      delay.enable();
      const handle = start(runtime);
      const { status } = await handle.result;
      delay.disable();
      if (status !== 'completed') throw new Error(`the run ended as ${status}`);
      worst.push(delay.max / 1e6);
      packed = runtime.ledger.db.prepare('SELECT MAX(LENGTH(data)) FROM wire_records').pluck().get();
    } finally {
      runtime.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  console.log(`one answer of ${LONG} bytes in chunks of a word, ${ROUNDS} rounds: longest event-loop delay of each ${worst.map((each) => each.toFixed(0)).join(', ')} ms; its record packed ${packed} bytes`);
}

/** What a crash would take with it: how much older than now is what the ledger has of calls that go on. */
async function lost(port, nodes) {
  const { folder, runtime } = open(port, '/quick', nodes, ', max_tokens: 1000000');
  const ages = [];
  const shown = new Map();
  try {
    const handle = start(runtime);
    handle.subscribe(({ stage, agent_run_id: id }) => {
      if (stage === 'agent.token') shown.set(id, [...(shown.get(id) ?? []), performance.now()]);
    });
    const packed = () => runtime.ledger.db.prepare('SELECT data FROM open_wires').pluck().all();
    while (shown.size < nodes) await new Promise((resolve) => setTimeout(resolve, 10));
    const first = performance.now();
    while (packed().length < nodes) await new Promise((resolve) => setTimeout(resolve, 5));
    const until = performance.now() + 3_000;
    const cpu = process.cpuUsage();
    while (performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 37));
      // The oldest that one of them has: all have begun at the same time, and get a word at the same pace.
      const least = Math.min(...packed().slice(0, 5).map((data) => JSON.parse(unpackWire(data)).exchanges[0].response?.chunks.length ?? 0));
      const [times = []] = shown.values();
      ages.push(performance.now() - (times[least - 1] ?? first));
    }
    const { user, system } = process.cpuUsage(cpu);
    console.log(`${nodes} streams with a word every 10 ms: what the ledger has of them is p50 ${quantile(ages, 0.5).toFixed(0)} ms old, at most ${Math.max(...ages).toFixed(0)}; ${((user + system) / 30_000).toFixed(0)} % of a processor, this measurement included`);
    halt(runtime, { run: handle.id, hold: false });
    await handle.result;
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

function open(port, prefix, nodes, more = '') {
  const folder = mkdtempSync(path.join(tmpdir(), 'dagbook-bench-'));
  mkdirSync(path.join(folder, 'configs/workflows'), { recursive: true });
  mkdirSync(path.join(folder, 'configs/agents'), { recursive: true });
  writeFileSync(path.join(folder, 'configs/agents/a.yaml'), `name: a\nrole: a\nsystem_prompt: Be brief.\nmodel: { provider: openai, model: m, base_url: "http://127.0.0.1:${port}${prefix}/v1", price: free${more} }\nguardrails: { rate_limit_per_minute: 1000000 }\n`);
  const list = Array.from({ length: nodes }, (_, i) => `  - { id: n${i}, agent_spec: configs/agents/a.yaml }\n`).join('');
  writeFileSync(path.join(folder, 'configs/workflows/wide.yaml'), `name: wide\nadapter_kind: graph\nmax_concurrency: ${nodes}\nnodes:\n${list}`);
  const runtime = new Runtime({ ledgerFile: path.join(folder, '.dagbook/ledger.db'), synchronous: 'FULL', workspace: openWorkspace(folder), models: { defaultModel: 'simulated', tiers: {} }, stallMs: 300_000, leaveWaiting: false });
  return { folder, runtime };
}

function start(runtime) {
  return startRun(runtime, { workflow: 'configs/workflows/wide.yaml' }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {} });
}

function bytesOf(runtime) {
  if (!existsSync(runtime.ledger.file)) return 0;
  runtime.ledger.db.pragma('wal_checkpoint(TRUNCATE)');
  return statSync(runtime.ledger.file).size;
}

if (process.argv[2] === 'serve') serve();
