// Dagbook as a peer of the runtime benchmark: one run per call, through the public runtime (documents, lock, adapter, ledger).
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const root = process.env.DAGBOOK_ROOT;
const { fakeModel, dirBytes } = await import(pathToFileURL(path.resolve('common.mjs')).href);
const load = (file) => import(pathToFileURL(path.join(root, file)).href);
// As the editor's runtime host begins.
(await load('runtime/compile-sooner.ts')).compileSooner();
const { Runtime, startRun, listRuns } = await load('runtime/index.ts');
const { openWorkspace } = await load('disk/open-workspace.ts');
const synchronous = process.env.OURS_SYNC ?? 'NORMAL';

const agent = 'name: worker\nrole: worker\nsystem_prompt: Answer.\nmodel: { provider: fake, price: free }\nguardrails: { rate_limit_per_minute: 1000000 }\n';
const node = (id, deps = []) => `  - id: ${id}\n    agent_spec: configs/agents/worker.yaml\n    depends_on: [${deps.join(', ')}]\n`;
const chain = (n) => Array.from({ length: n }, (_, i) => node(`n${i}`, i === 0 ? [] : [`n${i - 1}`])).join('');
const range = (n) => Array.from({ length: n }, (_, i) => `w${i}`);
const workflows = {
  linear3: chain(3),
  chain1000: chain(1000),
  fanout100: node('s') + range(100).map((id) => node(id, ['s'])).join('') + node('join', range(100)),
};
const provider = {
  name: 'fake',
  price: () => 'free',
  async *stream({ request }) {
    const answer = await fakeModel(request.messages.at(-1).content);
    yield { type: 'text', text: answer.text };
    yield { type: 'usage', usage: { promptTokens: answer.usage.in, outputTokens: answer.usage.out } };
    yield { type: 'finish', reason: 'stop' };
  },
};

let runtime;
const run = (name, sink) => async () => {
  const handle = startRun(runtime, { workflow: `configs/workflows/${name}.yaml` }, { inputs: {}, model: null, experiment: null, test: null, until: null, pauseAt: [], pins: {} });
  const result = await handle.result;
  if (result.status !== 'completed' || result.output[sink]?.length !== 200) throw new Error(`bad result ${JSON.stringify(result).slice(0, 300)}`);
};

export default {
  name: `dagbook (sync=${synchronous})`,
  version: () => JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version,
  async open(dir) {
    const workspace = path.join(dir, 'workspace');
    fs.mkdirSync(path.join(workspace, 'configs/agents'), { recursive: true });
    fs.mkdirSync(path.join(workspace, 'configs/workflows'), { recursive: true });
    fs.writeFileSync(path.join(workspace, 'configs/agents/worker.yaml'), agent);
    for (const [name, nodes] of Object.entries(workflows)) fs.writeFileSync(path.join(workspace, `configs/workflows/${name}.yaml`), `name: ${name}\nadapter_kind: graph\nmax_concurrency: 100\nnodes:\n${nodes}`);
    fs.mkdirSync(path.join(dir, 'ledger'));
    runtime = new Runtime({
      ledgerFile: path.join(dir, 'ledger/ledger.db'), synchronous, workspace: openWorkspace(workspace), models: { defaultModel: 'fake', tiers: {} },
      stallMs: 300_000, providers: [provider], leaveWaiting: false,
    });
  },
  cases: { linear3: run('linear3', 'n2'), fanout100: run('fanout100', 'join'), chain1000: run('chain1000', 'n999') },
  async list50() {
    return listRuns(runtime.ledger.db, { limit: 50, cursor: null, status: null, workflow: null }).length;
  },
  async checkpoint() {
    runtime.ledger.db.pragma('wal_checkpoint(TRUNCATE)');
  },
  bytes: (dir) => dirBytes(path.join(dir, 'ledger')),
  async close() {
    runtime.close();
  },
};
