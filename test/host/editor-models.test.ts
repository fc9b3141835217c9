import { describe, expect, it } from 'vitest';
import type { EditorModelEvent, EditorModelRequest } from '../../protocol/editor-model.ts';
import { AGENTS, chain, eventually, workspaceOf } from '../cli/run-kit.ts';
import { openHost, type TestHost } from './host-kit.ts';

const FILES = { ...AGENTS, 'configs/agents/editor.yaml': 'name: editor\nrole: editor\nsystem_prompt: You are brief.\nmodel: { provider: vscode, model: gpt-4o, max_tokens: 100 }\n', 'configs/workflows/editor.yaml': chain('Editor', 'editor') };

interface Asked {
  readonly call: number;
  readonly request: EditorModelRequest;
}

function calls(host: TestHost): readonly Asked[] {
  return host.events.flatMap((event) => (event.kind === 'model-call' ? [event] : []));
}

async function asked(host: TestHost): Promise<Asked> {
  await eventually(() => calls(host).length > 0, 'the host to ask for a call');
  return calls(host)[0]!;
}

describe('the models of the editor', () => {
  it('are asked through the host, and their answer is the node\'s: free, and marked estimated', async () => {
    const host = await openHost(workspaceOf(FILES));
    const { run } = await host.start('Editor');
    const { call, request } = await asked(host);
    expect(request).toMatchObject({ model: 'gpt-4o', maxTokens: 100, tools: [], messages: [{ role: 'system', content: expect.stringContaining('You are brief.') as string }, { role: 'user' }] });
    await host.call('subscribe', { run: run.id });
    await host.call('modelEvents', { call, events: [{ kind: 'text', text: 'Hello ' }] });
    await host.call('modelEvents', { call, events: [{ kind: 'text', text: 'you.' }, { kind: 'end' }] });
    const detail = await host.ended(run.id);
    expect(detail).toMatchObject({ output: { n0: 'Hello you.' }, run: { status: 'completed', total_cost_micros: 0, models: expect.stringContaining('vscode') as string } });
    expect(host.frames(run.id).flatMap(({ stage, message }) => (stage === 'agent.token' ? [message] : [])).join('')).toBe('Hello you.');
    const steps = await host.call('steps', { run: run.id, agentRun: null });
    expect(steps.find(({ kind }) => kind === 'llm')?.marks).toContain('estimated');
    const replay = await host.call('replay', { run: run.id, recorded: true });
    expect((await host.ended(replay.run.id)).run.status).toBe('completed');
    expect(calls(host)).toHaveLength(1);
  });

  it('that refuse fail the node by the name that rules use', async () => {
    const host = await openHost(workspaceOf(FILES));
    const { run } = await host.start('Editor');
    const { call } = await asked(host);
    await host.call('modelEvents', { call, events: [{ kind: 'error', name: 'States.Permissions', message: 'No consent was given.' }] });
    const { run: ended, agent_runs: agents } = await host.ended(run.id);
    expect(ended.status).toBe('error');
    expect(agents[0]?.error).toMatchObject({ name: 'States.Permissions', message: expect.stringContaining('No consent was given.') as string });
  });

  it('are told when their answer is not wanted any more, and nothing they say then counts', async () => {
    const host = await openHost(workspaceOf(FILES));
    const { run } = await host.start('Editor');
    const { call } = await asked(host);
    await host.call('halt', { run: run.id, hold: false });
    await eventually(() => host.events.some((event) => event.kind === 'model-abort' && event.call === call), 'the host to give the call up');
    await host.call('modelEvents', { call, events: [{ kind: 'text', text: 'too late' }, { kind: 'end' }] });
    expect((await host.ended(run.id)).run.status).toBe('halted');
  });

  it.each([
    [{ call: 1, events: [{ kind: 'shout', text: 'x' }] }], [{ call: 1, events: [{ kind: 'text', text: 3 }] }], [{ call: -1, events: [] }], [{ call: 1, events: [{ kind: 'error', name: 'Nonsense', message: '' }] }],
  ])('%j is refused', async (params) => {
    const host = await openHost(workspaceOf(FILES));
    await expect(host.call('modelEvents', params as { call: number; events: EditorModelEvent[] })).rejects.toMatchObject({ code: 'usage' });
  });

  it('are out of reach of the command line, which says so before the run', async () => {
    const { dagbook } = await import('../cli/kit.ts');
    const { code, stderr } = await dagbook(['run', 'Editor'], workspaceOf(FILES));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/model-not-available: .*vscode.*editor/s)]);
  });
});
