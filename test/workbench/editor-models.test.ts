import { afterAll, describe, expect, it } from 'vitest';
import { boxTitle, pick, row, toast } from './hands.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, openFile, runCommand, statusBar } from './screen.ts';
import { installBeside, type VirtualFolder } from './virtual-folder.ts';

/** The editor's own models, as an extension of somebody else offers them: found, run on, and let go of. This workbench asks nobody for consent. */

const agent = (model: string): string => `name: asked\nrole: helper\nsystem_prompt: Be brief.\nmodel: { provider: vscode, model: ${model} }\n`;
const flow = (name: string, file: string): string => `name: ${name}\nadapter_kind: graph\nnodes:\n  - { id: ask, agent_spec: configs/agents/${file}.yaml, task: { goal: the weather } }\n`;

describe('a model that another extension offers the editor', () => {
  let beside: Omit<VirtualFolder, 'folder'> | null = null;
  const desk = useDesk({
    workspace: {
      'configs/agents/echo.yaml': agent('family-echo'), 'configs/agents/slow.yaml': agent('test-slow'),
      'configs/workflows/echoes.yaml': flow('Echoes', 'echo'), 'configs/workflows/slowly.yaml': flow('Slowly', 'slow'),
    },
    story: true,
    virtual: async () => ({ ...(beside = await installBeside('chat-models')), folder: null }),
  });
  afterAll(() => { beside?.dispose(); });

  const stateOf = (name: string): unknown => {
    try {
      const run = lastRun(desk());
      return run['workflow_name'] === name ? run['status'] : null;
    } catch {
      return null; // There is no ledger yet.
    }
  };

  it('runs an agent that names its family; what it used is free, and marked estimated', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'echoes.yaml');
    await clickLens(page, /Run Workflow/, { file: 'echoes.yaml' });
    await expect.poll(() => stateOf('Echoes'), { timeout: 120_000 }).toBe('completed');
    await screenshot('editor-models-ran');
    expect(ledgerRows(desk(), "SELECT response FROM agent_run_steps WHERE kind = 'llm'")).toEqual([{ response: expect.stringContaining('You asked: the weather') as string }]);
    expect(ledgerRows(desk(), "SELECT estimated, cost_micros, tokens > 0 AS counted FROM budget_entries WHERE kind = 'settlement'")).toEqual([{ estimated: 1, cost_micros: 0, counted: 1 }]);
  });

  it('is let go of when its run is halted', async () => {
    const { page } = desk();
    await openFile(page, 'slowly.yaml');
    await clickLens(page, /Run Workflow/, { file: 'slowly.yaml' });
    await expect.poll(() => stateOf('Slowly'), { timeout: 120_000 }).toBe('running');
    await statusBar(page, '1 running').click();
    await row(page, /Halt/).waitFor();
    await pick(page, /Halt/);
    await expect.poll(() => stateOf('Slowly'), { timeout: 60_000 }).toBe('halted');
    await statusBar(page, 'Chat Models: let go').waitFor();
  });

  it('can be made the default in one step', async () => {
    const { page, screenshot } = desk();
    await runCommand(page, 'Dagbook: Use a Real Model…');
    await boxTitle(page, 'Use a real model').waitFor();
    await row(page, 'A model of this editor').waitFor();
    await pick(page, 'A model of this editor');
    await boxTitle(page, 'Which model of this editor?').waitFor();
    await screenshot('editor-models-pick');
    await pick(page, 'Test echo');
    await toast(page, 'run on vscode:test-echo now').waitFor();
  });
});
