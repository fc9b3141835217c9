import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { answerBox, boxText, fillPath, pickTask, row } from './hands.ts';
import { pressFor } from './keys.ts';
import { useDesk } from './kit.ts';
import { lastRun, ledgerRows } from './ledger-file.ts';
import { clickLens, notifications, openFile, problems, runCommand, statusBar, webview } from './screen.ts';

const agent = (name: string, extras: string): string => `name: ${name}\nrole: custom\nsystem_prompt: You are ${name}.\nmodel: { provider: simulated, extras: ${extras} }\n`;

const desk = useDesk({
  workspace: {
    'quick.workflow.yaml': 'name: Quick\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: "Say \\"hello, world\\"" } }\n',
    'slow.workflow.yaml': 'name: Slow\nadapter_kind: graph\nnodes:\n  - { id: wait, agent_spec: slow.agent.yaml }\n',
    'slow.agent.yaml': agent('slow', '{ latency_ms: 120000 }'),
    'broken.workflow.yaml': 'name: Broken\nadapter_kind: graph\nnodes:\n  - id: a\n    task: { goal: Work }\n  - id: b\n    depends_on: [nobody]\n    task: { goal: Work }\n',
  },
  story: true,
  // Of the person, not of the workspace: the editor is silent about what the command line tells.
  settings: { 'terminal.integrated.gpuAcceleration': 'off', 'dagbook.diagnostics.severity': { 'unknown-node': 'off' } },
});

/** Saves under this name in the workspace, in the box that asks where. */
async function saveAs(name: string): Promise<string> {
  const { page, workspace } = desk();
  await expect.poll(async () => path.dirname(await boxText(page))).toBe(workspace);
  await fillPath(page, path.join(workspace, name));
  await answerBox(page, path.join(workspace, name));
  return path.join(workspace, name);
}

async function exported(result: Frame, button: string, name: string): Promise<string> {
  await result.getByRole('link', { name: button }).or(result.getByRole('button', { name: button })).click();
  const file = await saveAs(name);
  await statusBar(desk().page, `2 rows written to ${name}.`).waitFor();
  return readFileSync(file, 'utf8');
}

describe('the result of a query', () => {
  it('is written as CSV and as JSON, each with what was shown', async () => {
    const { page, screenshot } = desk();
    for (const count of [1, 2]) {
      await openFile(page, 'quick.workflow.yaml');
      await clickLens(page, /^▷ Run Workflow/, { file: 'quick.workflow.yaml' });
      await expect.poll(() => existsSync(path.join(desk().workspace, '.dagbook/ledger.db')) && ledgerRows(desk(), `SELECT id FROM workflow_runs WHERE status = 'completed'`).length).toBe(count);
    }
    await runCommand(page, 'Dagbook: Query Ledger');
    await page.locator('.monaco-editor.focused .view-line', { hasText: 'FROM workflow_runs' }).waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(`SELECT workflow_name AS name, 'a "b", c' AS words, NULL AS empty, total_tokens > 0 AS spent FROM workflow_runs ORDER BY id`);
    await page.keyboard.press('Escape');
    await pressFor(page, 'Control+Enter', async () => await webview(page, 'Query Result', 1_000).then(() => true, () => false));
    const result = await webview(page, 'Query Result');
    await result.getByText('2 rows').waitFor();
    await screenshot('outcomes-1-query');
    expect(await exported(result, 'Export as CSV', 'rows.csv')).toBe('name,words,empty,spent\r\nQuick,"a ""b"", c",,1\r\nQuick,"a ""b"", c",,1\r\n');
    const one = { name: 'Quick', words: 'a "b", c', empty: null, spent: 1 };
    expect(JSON.parse(await exported(result, 'Export as JSON', 'rows.json'))).toEqual([one, one]);
  });
});

describe('a snapshot', () => {
  it('is said in the status bar, with the version and its hash; a second one says that nothing has changed', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'quick.workflow.yaml');
    await runCommand(page, 'Dagbook: Snapshot');
    await statusBar(page, /Nothing has changed since it was last locked: .*Quick v1 \([0-9a-f]{8}\)/).waitFor();
    await openFile(page, 'quick.workflow.yaml');
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('description: Said again\n');
    await runCommand(page, 'Dagbook: Snapshot');
    await statusBar(page, /Locked: .*Quick v2 \([0-9a-f]{8}\)/).waitFor();
    await screenshot('outcomes-5-locked');
    expect(ledgerRows(desk(), `SELECT max(version) AS version FROM workflow_spec_versions WHERE name = 'Quick'`)).toEqual([{ version: 2 }]);
    expect(await notifications(page).allInnerTexts()).toEqual([]);
  });
});

describe('the task of a workflow that has a mistake', () => {
  it('says it in the terminal, and its matcher puts it among the problems, at its place', async () => {
    const { page, screenshot } = desk();
    const rows = await problems(page);
    expect(await rows.filter({ hasText: 'nobody' }).count()).toBe(0);
    await pickTask(page, 'run Broken');
    await page.locator('.xterm-rows', { hasText: 'unknown-node' }).waitFor({ timeout: 90_000 });
    await screenshot('outcomes-2-task');
    await problems(page);
    const found = rows.filter({ hasText: 'nobody' });
    await found.waitFor();
    await expect.poll(async () => await found.innerText()).toContain('[Ln 7, Col 18]');
    await found.dblclick();
    await statusBar(page, 'Ln 7, Col 18').waitFor();
    await screenshot('outcomes-3-problem');
  });
});

describe('the status bar', () => {
  it('halts a single run: first in its list', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'slow.workflow.yaml');
    await clickLens(page, /^▷ Run Workflow/, { file: 'slow.workflow.yaml' });
    await statusBar(page, '1 running').click();
    const first = page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row').first();
    await row(page, /Halt/).waitFor();
    expect(await first.innerText()).toMatch(/Halt/);
    await screenshot('outcomes-4-halt');
    await first.click();
    await statusBar(page, 'Dagbook: idle').waitFor();
    expect(lastRun(desk())).toMatchObject({ workflow_name: 'Slow', status: 'halted' });
    await (await webview(page, 'Graph: slow.workflow.yaml')).locator('[data-node="wait"].s-halted').waitFor();
  });
});
