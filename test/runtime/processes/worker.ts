import { appendFileSync, existsSync } from 'node:fs';
import { answerRun, halt, Runtime, startRun } from '../../../runtime/index.ts';
import type { ModelCall, ModelEvent, ModelProvider, RunHandle } from '../../../runtime/index.ts';
import { processorTime } from '../../processor-time.ts';
import type { Orders } from '../workshop.ts';

/** A process of its own that runs, resumes, halts or answers over the ledger it is told of. Started by `launchProcess`. */

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;

function tell(event: string, more: Readonly<Record<string, unknown>> = {}): void {
  process.stdout.write(`${JSON.stringify({ event, at: Date.now(), ...more })}\n`);
}

function goalOf(call: ModelCall): string {
  const text = call.request.messages.findLast((message) => message.role === 'user')?.content ?? '';
  return /^Task: (.*)$/m.exec(text)?.[1] ?? '';
}

const made = { calls: 0 };
const provider: ModelProvider = {
  name: 'scripted',
  price: () => ({ input: 1_000_000, output: 2_000_000 }),
  async *stream(call): AsyncGenerator<ModelEvent, void, undefined> {
    const goal = goalOf(call);
    if (orders.calls !== undefined) appendFileSync(orders.calls, `${process.pid} ${goal}\n`);
    made.calls += 1;
    await new Promise<void>((resolve) => {
      if (orders.delay !== null) setTimeout(resolve, orders.delay ?? 0);
    });
    if (orders.calls !== undefined) appendFileSync(`${orders.calls}.done`, `${process.pid} ${goal}\n`);
    yield { type: 'text', text: `answer to ${goal}` };
    yield { type: 'usage', usage: { promptTokens: 40, outputTokens: 10 } };
    yield { type: 'finish', reason: 'stop' };
  },
};

const file = { read: (path: string) => (path === 'w.workflow.yaml' && orders.workflow !== undefined ? ({ kind: 'text', text: orders.workflow } as const) : ({ kind: 'missing' } as const)) };
const runtime = new Runtime({
  ledgerFile: orders.ledger, synchronous: 'NORMAL', models: { defaultModel: orders.openai === undefined ? 'scripted' : 'openai:m', tiers: {} }, ...(orders.openai === undefined ? {} : { endpoints: { openai: orders.openai } }), stallMs: 300_000, leaveWaiting: false, providers: [provider],
  workspace: { ...file, list: () => ['w.workflow.yaml'], settings: { agents: {}, workflowGlobs: [] } },
  onBug: (error) => tell('bug', { message: String(error) }),
});

async function follow(handle: RunHandle): Promise<void> {
  tell('driving', { run: handle.id });
  const result = await handle.result;
  tell('result', { run: result.run_id, status: result.status, output: result.output, error: result.error });
}

function start(): RunHandle {
  return startRun(runtime, { workflow: 'w.workflow.yaml' }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {} });
}

async function obey(): Promise<void> {
  switch (orders.verb) {
    case 'start':
      return follow(start());
    case 'resume':
      return follow(runtime.resume(runtime.find(orders.run ?? '')));
    case 'halt':
    case 'hold': {
      const from = performance.now();
      const worked = processorTime();
      const at = Date.now();
      const { halted, held } = halt(runtime, { run: orders.run ?? null, hold: orders.verb === 'hold' });
      return tell('halted', { halted, held, started: at, ms: performance.now() - from, worked: processorTime() - worked });
    }
    case 'answer': {
      const handle = answerRun(runtime, orders.run ?? '', orders.path ?? '', orders.value ?? null);
      tell('answered', { driving: handle !== null });
      return handle === null ? undefined : follow(handle);
    }
    case 'block': {
      const handle = start();
      const nodes = (JSON.parse(orders.workflow ?? '{}') as { nodes: unknown[] }).nodes.length;
      while (made.calls < nodes) await new Promise((resolve) => setTimeout(resolve, 1));
      tell('blocking', { run: handle.id, calls: made.calls });
      let spins = 0;
      while (!existsSync(orders.block ?? '.')) spins += 1;
      tell('unblocked', { spins });
      return follow(handle);
    }
  }
}

try {
  await obey();
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  tell('failed', { code: code ?? null, message });
}
runtime.close();
process.exit(0);
