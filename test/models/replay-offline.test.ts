import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Frame } from '../../protocol/frame.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { dagbook, makeWorkspace, ROOT } from '../cli/kit.ts';
import { startMock, startMockOllama } from './mock-models.ts';

/** A run with everything in it (three providers at once, tools, a failing call and its retry), and what is left of it without any of them. */

interface Ran {
  readonly run_id: string;
  readonly status: string;
  readonly output: JsonObject;
  readonly total_tokens: number;
}

/** Frames without what is different in every run: ids and times. */
function bare(stdout: string): string {
  return stdout.trim().split('\n').map((line) => {
    const { task_id: _task, workflow_run_id: _run, agent_run_id: _agent, timestamp: _at, ...rest } = JSON.parse(line) as Frame;
    return JSON.stringify(rest);
  }).join('\n');
}

test('recorded against the mock, it is replayed with everybody gone to the same bytes, and every body that is tampered with is found', { timeout: 240_000 }, async () => {
  const mock = await startMock();
  const { url: ollama } = await startMockOllama(mock);
  const servers: readonly JsonObject[] = [{ name: 'stage', command: process.execPath, args: ['stage-server.mjs', 'offline'], env: { STAGE_LOG: 'log' } }];
  const agent = (name: string, provider: string, base: string, more: JsonObject = {}): string => JSON.stringify({ name, role: name, system_prompt: `You are ${name}.`, model: { provider, model: 'm', base_url: base, price: { input: 1, output: 2 } }, ...more });
  const folder = makeWorkspace({
    'stage-server.mjs': readFileSync(path.join(ROOT, 'test/tools/stage-server.mjs'), 'utf8'),
    'w.workflow.yaml': JSON.stringify({
      name: 'Everything', adapter_kind: 'graph', cost_caps: { per_run_max_usd: 1 }, outputs: { all: '{% nodes.join.output %}', one: '{% nodes.alpha.output %}' },
      nodes: [...['alpha', 'beta', 'gamma'].map((id) => ({ id, agent_spec: `./${id}.agent.yaml`, isolation: 'shared', inputs: { topic: 'Grüße 😀' } })), { id: 'join', agent_spec: './join.agent.yaml', depends_on: ['alpha', 'beta', 'gamma'] }],
    }),
    'alpha.agent.yaml': agent('alpha', 'openai', `${mock.url}/v1`, { mcp_servers: servers, tools: ['echo', 'write'] }),
    'beta.agent.yaml': agent('beta', 'anthropic', mock.url, { mcp_servers: servers, tools: ['echo', 'write'] }),
    'gamma.agent.yaml': agent('gamma', 'ollama', ollama, { mcp_servers: servers, tools: ['echo', 'write'] }),
    'join.agent.yaml': agent('join', 'openai', `${mock.url}/v1`),
  });
  for (const who of ['alpha', 'beta', 'gamma']) {
    mock.on({ systemMessage: `You are ${who}`, hasToolResult: true }, { content: `${who} has heard. ${'A long answer. '.repeat(100)}😀` }, { chunkSize: 7 });
    mock.on({ systemMessage: `You are ${who}`, hasToolResult: false }, { toolCalls: [{ name: 'echo', arguments: JSON.stringify({ text: `said by ${who} — 😀` }) }, { name: 'write', arguments: JSON.stringify({ text: who }) }] });
  }
  mock.on({ systemMessage: 'You are join' }, { content: 'All have spoken.' });
  mock.nextRequestError(503, { message: 'come back later', type: 'server_error' });

  const ran = await dagbook(['run', 'Everything', '--json'], folder);
  const result = JSON.parse(ran.stdout) as Ran;
  expect(result, ran.stderr).toMatchObject({ status: 'completed', output: { all: 'All have spoken.', one: expect.stringContaining('alpha has heard') as Json } });
  const log = readFileSync(path.join(folder, 'log'), 'utf8');
  expect([log.match(/start/g)?.length, log.match(/call write/g)?.length, log.match(/call echo/g)?.length]).toEqual([1, 3, 3]);
  const frames = (await dagbook(['tail', result.run_id, '--json'], folder)).stdout;
  expect(frames).toContain('.retry"');
  const steps = JSON.parse((await dagbook(['show', result.run_id, '--steps', '--json'], folder)).stdout) as JsonObject;
  expect(JSON.stringify(steps)).toContain('come back later');

  await mock.stop();
  rmSync(path.join(folder, 'stage-server.mjs'));
  rmSync(path.join(folder, 'log'));
  const replayed = await dagbook(['replay', result.run_id, '--recorded', '--json'], folder);
  const again = JSON.parse(replayed.stdout) as Ran;
  expect(JSON.stringify(again.output), replayed.stderr).toBe(JSON.stringify(result.output));
  expect(again).toMatchObject({ status: 'completed', total_tokens: 0 });
  expect(bare((await dagbook(['tail', again.run_id, '--json'], folder)).stdout)).toBe(bare(frames));
  expect(() => readFileSync(path.join(folder, 'log'))).toThrow();
  // Live it cannot be had any more: nothing of the above came from anywhere else.
  const live = await dagbook(['replay', result.run_id, '--json'], folder);
  expect(live.code, live.stdout + live.stderr).toBe(1);
  const sound = await dagbook(['ledger', 'verify'], folder);
  expect(sound.code, sound.stdout + sound.stderr).toBe(0);

  // One byte of one body, by somebody who knows how to take the triggers off, and puts them back.
  const file = path.join(folder, '.dagbook/ledger.db');
  const db = new Database(file);
  const triggers = db.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all() as { readonly name: string; readonly sql: string }[];
  const unguarded = (work: () => void): void => {
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    work();
    for (const { sql } of triggers) db.exec(sql);
  };
  for (const table of ['blobs', 'wire_records']) {
    const bodies = db.prepare(`SELECT rowid AS row, data FROM ${table} WHERE data IS NOT NULL`).all() as { readonly row: number; readonly data: Buffer | string }[];
    expect(bodies.length, table).toBeGreaterThan(2);
    for (const { row, data } of bodies.slice(0, 4)) {
      const bytes = Buffer.from(data);
      const at = Math.floor(bytes.length / 2);
      bytes[at] = bytes[at] === 0x61 ? 0x62 : 0x61;
      const write = (changed: Buffer | string): void => unguarded(() => void db.prepare(`UPDATE ${table} SET data = ? WHERE rowid = ?`).run(changed, row));
      write(typeof data === 'string' ? bytes.toString('latin1') : bytes);
      const found = await dagbook(['ledger', 'verify'], folder);
      expect(found.code, `${table} ${row}`).toBe(1);
      expect(found.stdout + found.stderr).toContain(table);
      write(data);
    }
  }
  db.close();
  expect((await dagbook(['ledger', 'verify'], folder)).code).toBe(0);
});
