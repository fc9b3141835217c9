import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { BIN, dagbook, makeWorkspace, plainEnv } from '../cli/kit.ts';
import { until } from '../runtime/workshop.ts';
import { processesWith, stage } from './tool-kit.ts';

test('kill -9 in the middle of a call leaves no server behind, however stubborn, and the run goes on', { timeout: 120_000 }, async () => {
  const mark = `stage-mark-${randomUUID()}`;
  const folder = makeWorkspace({
    'w.workflow.yaml': JSON.stringify({ name: 'Crash', adapter_kind: 'graph', nodes: [{ id: 'work', agent_spec: './a.agent.yaml' }] }),
    'a.agent.yaml': JSON.stringify({
      name: 'a', role: 'helper', mcp_servers: [{ ...stage(mark, 'stubborn', 'child'), env: { STAGE_LOG: 'log' } }], tools: ['slow'],
      model: { provider: 'simulated', extras: { tool_calls: [{ name: 'slow', arguments: { n: 1_500 } }], reply: 'done' } },
    }),
  });
  const log = path.join(folder, 'log');
  const calls = (): number => {
    try {
      return readFileSync(log, 'utf8').match(/call slow/g)?.length ?? 0;
    } catch {
      return 0;
    }
  };
  const child = spawn(process.execPath, [BIN, 'run', 'w.workflow.yaml'], { cwd: folder, env: plainEnv(), stdio: 'ignore' });
  await until(() => calls() === 1 && processesWith(mark).length >= 2, 'the call to be under way', 60_000);
  child.kill('SIGKILL');
  await until(() => processesWith(mark).length === 0, 'the server and its child to go with us', 20_000);

  // The lease of the dead process is over after ten seconds.
  const end = performance.now() + 60_000;
  let resumed = await dagbook(['resume', '--json'], folder);
  while (resumed.code !== 0 && performance.now() < end) resumed = await dagbook(['resume', '--json'], folder);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(calls()).toBe(2);
  await until(() => processesWith(mark).length === 0, 'the second server to go', 20_000);
  expect((await dagbook(['ledger', 'verify'], folder)).code).toBe(0);
});
