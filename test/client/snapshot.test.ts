import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runHandlers } from '../../client/commands/run-handlers.ts';
import { documentOf, editor, newEditor, uri } from './fake-vscode.ts';

vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode);

beforeEach(newEditor);

const AGENT = uri('file:///w/agents/scout.agent.yaml');
const locked = (name: string, version: number, created: boolean): object => ({ name, version, spec_hash: 'ac3d45cc73c3f1d4', created });

/** What the runtime is asked to lock, where it answers that this was locked. */
function desk(answer: readonly object[]) {
  editor.folders = [{ uri: uri('file:///w'), name: 'w', index: 0 }];
  const asked: unknown[] = [];
  const chooseWorkflow = vi.fn<(title: string, kinds: readonly string[]) => Promise<unknown>>(() => Promise.resolve(AGENT));
  const hosts = { of: () => ({ call: async (method: string, { target }: { readonly target: unknown }) => { asked.push([method, target]); return await Promise.resolve(answer); } }) };
  const { 'dagbook.snapshot': snapshot } = runHandlers({ hosts, launcher: {}, memory: {}, chooseWorkflow } as never);
  return { asked, chooseWorkflow, snapshot };
}

describe('an agent', () => {
  it('is locked by its lens as it stands on the disk, and the status bar says its version and hash', async () => {
    editor.documents = [documentOf(AGENT, 'name: scout')];
    const { asked, snapshot } = desk([locked('scout', 2, true)]);
    await snapshot({ uri: AGENT.toString(), name: 'scout' });
    expect(asked).toEqual([['snapshot', { workflow: 'agents/scout.agent.yaml', name: 'scout' }]]);
    expect(editor.shown).toEqual([['status', '$(check) Locked: scout v2 (ac3d45cc).']]);
  });

  it('is locked as it stands in the editor, where that is not saved', async () => {
    editor.documents = [documentOf(AGENT, 'name: scout # newer', { isDirty: true })];
    const { asked, snapshot } = desk([locked('scout', 3, true)]);
    await snapshot(AGENT);
    expect(asked).toEqual([['snapshot', { workflow: 'agents/scout.agent.yaml', text: 'name: scout # newer' }]]);
  });

  it('that was locked as it is makes no version, and that is said', async () => {
    editor.documents = [documentOf(AGENT)];
    const { snapshot } = desk([locked('scout', 1, false)]);
    await snapshot(AGENT);
    expect(editor.shown).toEqual([['status', '$(check) Nothing has changed since it was last locked: scout v1 (ac3d45cc).']]);
  });

  it('may be meant when nothing is named: agents are among what can be chosen, and who leaves locks nothing', async () => {
    editor.documents = [documentOf(AGENT)];
    const { asked, chooseWorkflow, snapshot } = desk([locked('scout', 1, false)]);
    await snapshot();
    expect(chooseWorkflow.mock.calls).toEqual([['Which document shall be locked?', ['workflow', 'agent']]]);
    expect(asked).toHaveLength(1);
    chooseWorkflow.mockResolvedValue(null);
    await snapshot();
    expect(asked).toHaveLength(1);
  });
});
