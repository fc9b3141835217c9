import { describe, expect, it } from 'vitest';
import { analyzeFile, bugDiagnostic, DocumentLibrary, findDocuments, lockAgent, lockWorkflow, openAgent } from '../../language/index.ts';
import type { LockDependencies, LockedSpec, LockResult, Workspace } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

const simulated: LockDependencies = { sha256, simulated: true };
const real: LockDependencies = { sha256, simulated: false };
const agent = 'name: helper\nrole: custom\nsystem_prompt: Help.\n';
const digest = 'ab'.repeat(32);

function node(fields: string): string {
  return `name: T\nadapter_kind: graph\nnodes:\n  - { id: a, ${fields} }\n`;
}

function lock(text: string, files: Readonly<Record<string, string>> = {}, dependencies = simulated, agents: Readonly<Record<string, string>> = {}): LockResult {
  const workspace = memoryWorkspace({ 'main.workflow.yaml': text, 'configs/agents/helper.yaml': agent, ...files }, { agents });
  return lockWorkflow({ path: 'main.workflow.yaml' }, workspace, dependencies);
}

function codes(result: LockResult): readonly string[] {
  return result.diagnostics.map(({ code, severity, file }) => `${severity} ${code} ${file}`);
}

function names(result: LockResult): readonly string[] {
  return result.ok ? result.locks.map(({ kind, name }) => `${kind} ${name}`) : [];
}

describe('locking a workflow', () => {
  it('gives agents first, each once, and the workflow last', () => {
    const text = 'name: T\nadapter_kind: graph\nnodes:\n  - { id: a, agent_spec: helper }\n  - { id: b, agent_spec: configs/agents/helper.yaml }\n  - { id: c, task: { goal: Go. } }\n';
    const result = lock(text);
    expect(names(result)).toEqual(['agent helper', 'agent T.c', 'workflow T']);
    if (!result.ok) return;
    expect(result.locks.map((spec) => [spec.sourcePath, spec.synthesized])).toEqual([['configs/agents/helper.yaml', false], [null, true], ['main.workflow.yaml', false]]);
    for (const spec of result.locks) expect(spec.specHash).toBe(sha256(spec.content));
    expect(result.workflow.nodes.map(({ work }) => (work.kind === 'agent' || work.kind === 'task' ? work.agent : null))).toEqual([
      { ref: 'helper', specHash: result.locks[0]?.specHash },
      { ref: 'configs/agents/helper.yaml', specHash: result.locks[0]?.specHash },
      { ref: 'task:c', specHash: result.locks[1]?.specHash },
    ]);
  });

  it('locks child workflows with all that is theirs', () => {
    const child = 'name: Child\nadapter_kind: graph\nnodes: [{ id: x, agent_spec: helper }, { id: y, task: { goal: Go. } }]\n';
    expect(names(lock(node('workflow: flows/child.yaml'), { 'flows/child.yaml': child }))).toEqual(['agent helper', 'agent Child.y', 'workflow Child', 'workflow T']);
  });

  it('takes an unsaved text instead of the file', () => {
    const workspace = memoryWorkspace({ 'main.workflow.yaml': 'broken: [' });
    const result = lockWorkflow({ path: 'main.workflow.yaml', text: node('task: { goal: Go. }') }, workspace, simulated);
    expect(names(result)).toEqual(['agent T.a', 'workflow T']);
  });

  it('names every mistake of every document it needs, with its file', () => {
    const result = lock('name: T\nadapter_kind: graph\nnodes:\n  - { id: a, agent_spec: none.yaml, depend_on: [] }\n  - { id: b, agent_spec: helper }\n', { 'configs/agents/helper.yaml': 'name: helper\nrole: custom\nsystem_prompt: x\nmax_calls: 0\n' });
    expect(result.ok).toBe(false);
    expect(codes(result)).toEqual(['error agent-not-found main.workflow.yaml', 'error unknown-field main.workflow.yaml', 'error out-of-range configs/agents/helper.yaml']);
  });

  it('names the syntax error where the document that is asked for cannot be found because of it, and locks the others of its file', () => {
    const workspace = memoryWorkspace({ 'main.workflow.yaml': `${node('task: { goal: Go. }')}---\nname: "Two\nadapter_kind: graph\nnodes: []\n` });
    expect(codes(lockWorkflow({ path: 'main.workflow.yaml', name: 'Two' }, workspace, simulated))).toEqual(['error yaml-syntax main.workflow.yaml']);
    expect(names(lockWorkflow({ path: 'main.workflow.yaml', name: 'T' }, workspace, simulated))).toEqual(['agent T.a', 'workflow T']);
  });

  it('passes on warnings and hints without minding them', () => {
    const result = lock(`${node('task: { goal: Go there and stay. }')}cost_caps: { per_run_max_tokens: 3 }\n`);
    expect(result.ok).toBe(true);
    expect(codes(result)).toEqual(['warning cap-too-small main.workflow.yaml']);
  });

  it.each([
    ['a loop', node('agent_spec: helper, kind: { loop: { max_iters: 2 } }'), 'main.workflow.yaml'],
    ['a worktree', node('agent_spec: helper, isolation: worktree'), 'main.workflow.yaml'],
    ['another adapter', node('agent_spec: helper').replace('adapter_kind: graph', 'adapter_kind: crew\nmanager: a'), 'main.workflow.yaml'],
    ['the adapter form', 'name: T\nadapter: LangGraphAdapter\n', 'main.workflow.yaml'],
    ['a template', node('template: gen_eval'), 'main.workflow.yaml'],
    ['the states family', 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: T }\nspec: { startAt: A, states: { A: { type: Succeed } } }\n', 'main.workflow.yaml'],
    ['tools in a worktree by role', node('agent_spec: tooled.yaml, role: implement'), 'main.workflow.yaml'],
  ])('refuses what does not run yet, as an error: %s', (_name, text, file) => {
    const result = lock(text, { 'tooled.yaml': `${agent.replace('helper', 'tooled')}tools: [search]\n` });
    expect(result.ok).toBe(false);
    expect(codes(result)).toEqual([`error not-runnable-yet ${file}`]);
  });

  it('refuses it also where a comment ignores it', () => {
    const text = `${node('agent_spec: helper, isolation: remote').trimEnd()} # dagbook-ignore not-runnable-yet: later\n`;
    expect(analyzeFile('x.workflow.yaml', memoryWorkspace({ 'x.workflow.yaml': text, 'a.yaml': agent }), { sha256 }).diagnostics).toEqual([]);
    expect(codes(lock(text))).toEqual(['error not-runnable-yet main.workflow.yaml']);
  });

  it('runs a role whose own default is a worktree, as long as nothing can write', () => {
    expect(lock(node('agent_spec: helper, role: implement')).ok).toBe(true);
  });

  it('refuses two workflows that call each other, whichever is asked for', () => {
    const other = 'name: Other\nadapter_kind: graph\nnodes: [{ id: a, workflow: main.workflow.yaml }]\n';
    const result = lock(node('workflow: other.yaml'), { 'other.yaml': other });
    expect(codes(result)).toEqual(['error workflow-cycle main.workflow.yaml', 'error workflow-cycle other.yaml']);
  });

  it('says which file is not there, or holds no workflow', () => {
    const workspace = memoryWorkspace({ 'a.yaml': agent, 'two.yaml': `${node('task: { goal: Go. }')}---\n${node('task: { goal: Go! }').replace('name: T', 'name: U')}` });
    const ask = (path: string, name?: string): readonly string[] => codes(lockWorkflow({ path, ...(name === undefined ? {} : { name }) }, workspace, simulated));
    expect(ask('none.yaml')).toEqual(['error unreadable-file none.yaml']);
    expect(ask('a.yaml')).toEqual(['error not-a-workflow a.yaml']);
    expect(ask('two.yaml')).toEqual(['error ambiguous-name two.yaml']);
    expect(ask('two.yaml', 'U')).toEqual([]);
    expect(ask('two.yaml', 'V')).toEqual(['error not-a-workflow two.yaml']);
  });
});

describe('a reference by digest', () => {
  const reference = `ghcr.io/acme/triage@sha256:${digest}`;
  const text = node(`agent_spec: "${reference}"`);

  it('that is not here is a stand-in in a simulated run, and refused in a real one', () => {
    const result = lock(text);
    expect(codes(result)).toEqual(['hint agent-not-available main.workflow.yaml']);
    expect(result.ok && result.locks.map(({ name, synthesized, sourcePath }) => [name, synthesized, sourcePath])).toEqual([['triage', true, null], ['T', false, 'main.workflow.yaml']]);
    expect(codes(lock(text, {}, real))).toEqual(['error agent-not-available main.workflow.yaml']);
  });

  it('is first sought in the ledger', () => {
    const spec: LockedSpec = { kind: 'agent', name: 'triage', content: '{"name":"triage","role":"custom","schema_version":1}', sourcePath: null };
    const result = lock(text, {}, { ...real, lockedSpec: (hash) => (hash === digest ? spec : null) });
    expect(names(result)).toEqual(['workflow T']);
    expect(result.ok && result.workflow.nodes[0]?.work).toMatchObject({ agent: { ref: reference, specHash: digest } });
  });

  it('then in the workspace', () => {
    const locked = lockAgent({ path: 'h.agent.yaml' }, memoryWorkspace({ 'h.agent.yaml': agent }), real);
    const hash = locked.ok ? (locked.locks[0]?.specHash ?? '') : '';
    expect(names(lock(node(`agent_spec: "x@sha256:${hash}"`), {}, real))).toEqual(['agent helper', 'workflow T']);
  });

  it('then in the setting dagbook.agents, which cannot lead outside either', () => {
    expect(names(lock(text, {}, real, { [reference]: 'configs/agents/helper.yaml' }))).toEqual(['agent helper', 'workflow T']);
    expect(codes(lock(text, {}, real, { [reference]: 'none.yaml' }))).toEqual(['error agent-not-found main.workflow.yaml']);
  });
});

describe('locking an agent', () => {
  it('gives its version, opened', () => {
    const result = lockAgent({ path: 'a.yaml' }, memoryWorkspace({ 'a.yaml': `${agent}model: { provider: openai, name: m }\n` }), real);
    expect(result.ok && [result.agent.model.model, result.locks.length, openAgent(result.locks[0]?.content ?? '').name]).toEqual(['m', 1, 'helper']);
  });

  it('refuses what is not one', () => {
    expect(lockAgent({ path: 'a.yaml' }, memoryWorkspace({ 'a.yaml': node('task: { goal: Go. }') }), real)).toMatchObject({ ok: false, diagnostics: [{ code: 'not-an-agent' }] });
  });
});

describe('related places', () => {
  it('name every node of a cycle, in the order of its edges', () => {
    const text = 'name: T\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: G. }, depends_on: [c] }\n  - { id: b, task: { goal: G. }, depends_on: [a] }\n  - { id: c, task: { goal: G. }, depends_on: [b] }\n';
    const { diagnostics, lines } = analyzeFile('m.workflow.yaml', memoryWorkspace({ 'm.workflow.yaml': text }), { sha256 });
    expect(diagnostics.map(({ code }) => code)).toEqual(['cycle']);
    expect(diagnostics[0]?.related.map(({ message, file, span }) => [message, file, lines.at(span.start).line])).toEqual([
      ['"a" is on the cycle.', 'm.workflow.yaml', 4],
      ['"b" is on the cycle.', 'm.workflow.yaml', 5],
      ['"c" is on the cycle.', 'm.workflow.yaml', 6],
    ]);
  });

  it('of a name that two documents have lie in their files', () => {
    const files = { 'm.workflow.yaml': node('agent_spec: helper'), 'x.agent.yaml': agent, 'y.agent.yaml': `\n${agent}` };
    const { diagnostics } = analyzeFile('m.workflow.yaml', memoryWorkspace(files), { sha256 });
    expect(diagnostics[0]?.related.map(({ file, span }) => [file, span.start])).toEqual([['x.agent.yaml', 6], ['y.agent.yaml', 7]]);
  });
});

describe('a workspace', () => {
  it('is read at most once a file, however often it is asked', () => {
    const files = memoryWorkspace({ 'm.workflow.yaml': node('agent_spec: helper').replace('\n  - {', '\n  - { id: b, agent_spec: helper }\n  - {'), 'a.agent.yaml': agent, 'b.yaml': 'foreign: 1' });
    const reads: string[] = [];
    const counting: Workspace = { ...files, read: (path) => (reads.push(path), files.read(path)) };
    const library = new DocumentLibrary(counting);
    analyzeFile('m.workflow.yaml', counting, { sha256, library });
    analyzeFile('a.agent.yaml', counting, { sha256, library });
    expect(reads.toSorted()).toEqual([...new Set(reads)].toSorted());
  });

  it('lists its documents by kind, state machines among the workflows', () => {
    const workspace = memoryWorkspace({ 'm.yaml': node('task: { goal: G. }'), 'a.yaml': agent, 'configs/llm/x.yaml': 'name: p\n', 'note.yaml': 'a: 1\n', 'flows/mine.yaml': 'name: Mine\n', 'claims.yaml': 'apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: claims }\n' }, { workflowGlobs: ['flows/**'] });
    expect(findDocuments(workspace, 'workflow')).toEqual([{ path: 'claims.yaml', name: 'claims', kind: 'states' }, { path: 'flows/mine.yaml', name: 'Mine', kind: 'workflow' }, { path: 'm.yaml', name: 'T', kind: 'workflow' }]);
    expect(findDocuments(workspace, 'states').map(({ name }) => name)).toEqual(['claims']);
    expect(findDocuments(workspace, 'agent').map(({ name }) => name)).toEqual(['helper']);
    expect(findDocuments(workspace, 'model-profile').map(({ name }) => name)).toEqual(['p']);
  });
});

it('a bug is shown as one', () => {
  expect(bugDiagnostic('a.yaml', new Error('oops'))).toMatchObject({ code: 'internal-error', severity: 'error', file: 'a.yaml' });
});
