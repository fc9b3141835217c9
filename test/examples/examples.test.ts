import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { analyzeFile } from '../../language/index.ts';
import type { Json } from '../../protocol/json.ts';
import { answerRun, replayRun, type RunResult } from '../../runtime/index.ts';
import { memoryWorkspace, sha256 } from '../language/memory-workspace.ts';
import { temporaryFolder } from '../runtime/harness.ts';
import { Workshop } from '../runtime/workshop.ts';

const examples = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../examples');

function filesOf(example: string): Record<string, string> {
  const root = path.join(examples, example);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name));
  return Object.fromEntries(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(root, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')];
    }),
  );
}

function open(example: string): Workshop {
  return new Workshop({ files: filesOf(example), models: { defaultModel: 'simulated', tiers: {} }, leaveWaiting: true });
}

async function run(workshop: Workshop, name: string, inputs: Record<string, Json> = {}): Promise<RunResult> {
  return workshop.start(name, { inputs }).result;
}

const names = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);

describe.each(names)('%s', (example) => {
  test('has nothing the checker would say', () => {
    const files = filesOf(example);
    const workspace = memoryWorkspace(files);
    for (const file of Object.keys(files)) {
      const { diagnostics } = analyzeFile(file, workspace, { sha256 });
      expect(diagnostics.map((one) => `${one.file}: ${one.code}: ${one.message}`)).toEqual([]);
    }
  });

  test('has a README whose links lead somewhere', () => {
    const root = path.join(examples, example);
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    for (const [, link = ''] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
      const folder = path.dirname(path.join(root, link));
      expect(readdirSync(folder), link).toContain(path.basename(link));
    }
  });
});

describe('the tutorial', () => {
  test('picks a fund and writes an order for it', async () => {
    const result = await run(open('tutorial'), 'MyFirstResearchLoop');
    expect(result).toMatchObject({ status: 'completed', output: { pick: 'QQQ', order: { symbol: 'QQQ', side: 'buy', amount_usd: 720, paper: true } } });
    expect(result.total_cost_micros).toBeGreaterThan(0);
    expect(result.total_cost_micros).toBeLessThan(500_000);
  });

  test('uses its inputs', async () => {
    const workshop = open('tutorial');
    const result = await run(workshop, 'MyFirstResearchLoop', { lookback_days: 90, universe: ['IWM', 'SPY', 'ABC'] });
    expect(result).toMatchObject({ status: 'completed', output: { pick: 'SPY' } });
    expect(JSON.stringify(workshop.nodes(result.run_id).map((row) => row.output))).toContain('Over the last 90 days I compared IWM, SPY, ABC.');
  });

  test('writes no order on a weak pick', async () => {
    const result = await run(open('tutorial'), 'MyFirstResearchLoop', { universe: ['IWM'] });
    expect(result).toMatchObject({ status: 'completed', output: { pick: 'IWM', order: null } });
  });

  test('gives the same again from the record', async () => {
    const workshop = open('tutorial');
    const first = await run(workshop, 'MyFirstResearchLoop');
    const again = await replayRun(workshop.runtime, first.run_id, true).result;
    expect(again.output).toEqual(first.output);
    expect(again.total_cost_micros).toBe(0);
    expect(workshop.nodes(again.run_id)).toHaveLength(3);
    workshop.expectSound();
  });
});

describe('the approval', () => {
  const answered = async (value: Json): Promise<RunResult> => {
    const workshop = open('approval');
    const waiting = await run(workshop, 'ApproveAndPublish', { topic: 'the new billing page' });
    expect(waiting.status).toBe('waiting');
    expect(JSON.stringify(waiting.questions)).toContain('The new billing page');
    expect(() => answerRun(workshop.runtime, waiting.run_id, 'approval', { approved: 'perhaps' })).toThrow('form');
    const handle = answerRun(workshop.runtime, waiting.run_id, 'approval', value);
    if (handle === null) throw new Error('nobody drives it');
    return handle.result;
  };

  test('publishes what the person approves', async () => {
    const result = await answered({ approved: true, comment: 'Mention the date.' });
    expect(result).toMatchObject({ status: 'completed', output: { approved: true, status: 'published' } });
    expect((result.output as { text: Json }).text).toEqual(expect.stringContaining('announcement'));
  });

  test('holds back what the person does not', async () => {
    expect(await answered({ approved: false })).toMatchObject({ status: 'completed', output: { approved: false, status: 'held back', text: null } });
  });
});

describe('the tools', () => {
  const copy = (): { readonly workshop: Workshop; readonly folder: string } => {
    const folder = temporaryFolder();
    cpSync(path.join(examples, 'tools'), folder, { recursive: true });
    return { workshop: new Workshop({ files: filesOf('tools'), models: { defaultModel: 'simulated', tiers: {} }, folder }), folder };
  };

  test('read a note, and write another from it', async () => {
    const { workshop, folder } = copy();
    const result = await run(workshop, 'SummariseNotes', { note: 'summer.md' });
    expect(result.status).toBe('completed');
    const tools = workshop.steps(result.run_id).filter(({ kind }) => kind === 'tool').map(({ name, error }) => [name, error]);
    expect(tools).toEqual([['nodes/read/tools', null], ['nodes/read/tool/1/list_notes', null], ['nodes/read/tool/2/read_note', null], ['nodes/write/tools', null], ['nodes/write/tool/1/write_note', null]]);
    expect(readFileSync(path.join(folder, 'notes/summary.md'), 'utf8')).toMatch(/^What was read: .*notes/is);
    rmSync(path.join(folder, 'notes/summary.md'));
    const again = await replayRun(workshop.runtime, result.run_id, true).result;
    expect(again.output).toEqual(result.output);
    expect(existsSync(path.join(folder, 'notes/summary.md'))).toBe(false);
    workshop.expectSound();
  });

  test('may not write on a node that is read_only', async () => {
    const { workshop } = copy();
    const text = readFileSync(path.join(examples, 'tools/configs/workflows/summarise_notes.yaml'), 'utf8').replace('configs/agents/reader.yaml', 'configs/agents/writer.yaml');
    expect(await workshop.run(text)).toMatchObject({ status: 'error', error: { name: 'States.Permissions' } });
  });
});

describe('the parallel review', () => {
  test('gives a verdict on what the three reviewers found', async () => {
    const workshop = open('parallel-review');
    const result = await run(workshop, 'ParallelReview');
    expect(result).toMatchObject({ status: 'completed', output: { passed: true } });
    expect(workshop.nodes(result.run_id).map((row) => row.node_id).toSorted()).toEqual(['clarity', 'correctness', 'security', 'verdict']);
  });
});
