import { describe, expect, test } from 'vitest';
import type { WireRecord } from '../../protocol/wire-record.ts';
import { answerWith, chunk, send, sse, startFaultServer, usage, type Behaviour } from '../models/fault-server.ts';
import { bytesOf, onlyExchange } from '../models/wire-kit.ts';
import { dagbook, makeWorkspace, type Ended } from './kit.ts';

/** `dagbook show RUN --step N --wire`: one call as it went over the network. */

const KEY = 'sk-canary/0123456789+abcdef=';

interface Step {
  readonly seq: number;
  readonly kind: string;
  readonly wire_hash: string | null;
}

async function ranOver(behave: Behaviour): Promise<{ readonly folder: string; readonly run: string; readonly step: string; readonly show: (...words: readonly string[]) => Promise<Ended> }> {
  const server = await startFaultServer(behave);
  const folder = makeWorkspace({
    'w.workflow.yaml': JSON.stringify({ name: 'Ask', adapter_kind: 'graph', nodes: [{ id: 'ask', agent_spec: './a.agent.yaml' }] }),
    'a.agent.yaml': JSON.stringify({ name: 'asked', role: 'helper', system_prompt: 'Be brief.', model: { provider: 'openai', model: 'm', base_url: `${server.url}/v1`, extras: { api_key: { secret: 'MY_KEY' } } } }),
  });
  const { stdout } = await dagbook(['run', 'Ask', '--json'], folder, { MY_KEY: KEY });
  const { run_id: run } = JSON.parse(stdout) as { run_id: string };
  const show = (...words: readonly string[]): Promise<Ended> => dagbook(['show', run, ...words], folder, { MY_KEY: KEY });
  const { agent_runs: [agentRun] } = JSON.parse((await show('--steps', '--json')).stdout) as { agent_runs: readonly { steps: readonly Step[] }[] };
  return { folder, run, step: String(agentRun?.steps.find(({ wire_hash: hash }) => hash !== null)?.seq), show };
}

describe('show --step N --wire', () => {
  test('prints the request, the answer piece by piece with its times, and how it ended', async () => {
    const { show, step } = await ranOver(answerWith(chunk('Grüße', 'stop'), usage(20, 3)));
    const { code, stdout } = await show('--step', step, '--wire');
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^ +${step} llm +nodes/ask/model/1`));
    expect(stdout).toMatch(/\nPOST http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions {2}after 0 ms\naccept: text\/event-stream\n/);
    expect(stdout).toMatch(/\n200 {2}after \d+ ms\ncontent-type: text\/event-stream\n/);
    expect(stdout).toMatch(/\n *\d+ ms {2}data: \{.*"content":"Grüße".*\}\n/);
    expect(stdout).toMatch(/\ncomplete after \d+ ms\n$/);
    expect(stdout).not.toContain('canary');
  });

  test('shows of long base64, such as images, the beginning and how much there is; JSON has all of it', async () => {
    const long = 'iVBORw0KGgo'.repeat(300);
    const { show, step } = await ranOver(answerWith(chunk(`data:image/png;base64,${long}==`, 'stop'), usage(20, 3)));
    expect((await show('--step', step)).stdout).toContain(`base64,${long.slice(0, 40)}… (3,302 characters of base64, with --json)`);
    expect((await show('--step', step, '--json')).stdout).toContain(`${long}==`);
  });

  test('gives the whole record as JSON', async () => {
    const { show, step } = await ranOver(send([sse(chunk('half')), Buffer.from([0xff])], { type: 'text/event-stream', then: (response) => void setTimeout(() => response.socket?.destroy(), 20) }));
    const shown = JSON.parse((await show('--step', step, '--wire', '--json')).stdout) as { kind: string; request: unknown; wire: WireRecord };
    expect(shown).toMatchObject({ kind: 'llm', request: { provider: 'openai' } });
    expect(bytesOf(onlyExchange({ record: shown.wire }))).toEqual(Buffer.concat([sse(chunk('half')), Buffer.from([0xff])]));
    expect((await show('--step', step, '--wire')).stdout).toMatch(/base64 .*\nthe connection broke \(ECONNRESET\) after \d+ ms\n$/s);
  });

  test('says what is wrong where there is nothing to show', async () => {
    const { show, step, folder, run } = await ranOver(answerWith(chunk('Hi', 'stop'), usage(20, 3)));
    for (const [words, code, says] of [
      [['--wire'], 2, '--wire goes with --step N'], [['--step', 'x'], 2, 'not "x"'], [['--step', '999'], 1, 'has no step 999'], [['--step', String(Number(step) + 1), '--wire'], 1, 'Nothing went over the network'],
    ] as const) {
      const ended = await show(...words);
      expect([ended.code, ended.stderr], words.join(' ')).toEqual([code, expect.stringContaining(says)]);
    }
    expect((await show('--step', step)).stdout).not.toContain('POST');
    await dagbook(['ledger', 'prune', '--before', '2999-01-01'], folder);
    const pruned = await show('--step', step, '--wire');
    expect([pruned.code, pruned.stderr]).toEqual([1, expect.stringMatching(/has been pruned. Its hash is [0-9a-f]{64}/)]);
    expect((await dagbook(['ledger', 'verify'], folder)).code, run).toBe(0);
  });
});
