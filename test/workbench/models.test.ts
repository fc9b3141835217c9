import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import type { Locator, Page } from 'playwright-core';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { openOllama } from '../models/catalog-server.ts';
import { answerBox, boxTitle, chooseFromMenu, clearNotifications, clickOnRow, pick, pressOn, toast } from './hands.ts';
import { useDesk } from './kit.ts';
import { clickLens, openFile, openViewContainer, runCommand, treeRow, webview } from './screen.ts';
import { viewNote } from './view-note.ts';
import { until } from './waiting.ts';

const mock = new LLMock({ port: 0, host: '127.0.0.1' });
mock.onMessage(/are you there/, { content: 'Yes, I am here.' });
mock.onMessage(/.*/, { content: 'What the mock says.' });
await mock.start();
const ollama = await openOllama('llama3.2:1b');
afterAll(async () => {
  ollama.close();
  await mock.stop();
});

/** A server of one's own, which a profile starts: it answers to whatever it is asked. */
const SERVER = 'require("http").createServer((_, response) => response.end("{}")).listen(Number(process.argv[2]), "127.0.0.1");';
const PORT = await freePort();

const desk = useDesk({
  workspace: {
    'server.cjs': SERVER,
    'configs/llm/mine.yaml': `name: mine\nprovider: ollama\nbase_url: http://127.0.0.1:${PORT}/v1\ncommand: ${process.execPath}\nargs: [server.cjs, "${PORT}"]\nserved_models: [tiny]\n`,
    'configs/llm/mock.yaml': `name: mock\nprovider: openai\nbase_url: ${mock.url}/v1\nserved_models: [gpt-4o, gpt-4]\n`,
    'configs/llm/later.yaml': 'name: later\nbase_url: http://127.0.0.1:9/v1\nenabled: false\n',
    'configs/agents/asked.yaml': 'name: asked\nrole: helper\nsystem_prompt: Be brief.\n',
    'configs/workflows/ask.yaml': 'name: Ask\nadapter_kind: graph\nnodes:\n  - { id: ask, agent_spec: configs/agents/asked.yaml }\ncost_caps: { per_run_max_usd: 0.50 }\n',
  },
  env: { OLLAMA_HOST: ollama.url, ANTHROPIC_BASE_URL: mock.url },
  story: true,
});

function defaultModel(): unknown {
  return (JSON.parse(readFileSync(path.join(desk().workspace, '.vscode/settings.json'), 'utf8')) as Readonly<Record<string, unknown>>)['dagbook.defaultModel'];
}

/** The view with room for its rows: it begins folded, below two others. */
async function openModels(page: Page): Promise<void> {
  await openViewContainer(page, 'Dagbook');
  for (const [title, wanted] of [['Workflows', 'false'], ['Ledger', 'false'], ['Models', 'true']] as const) {
    const header = page.locator('.sidebar .pane-header', { hasText: title });
    const isDone = async (): Promise<boolean> => await header.getAttribute('aria-expanded') === wanted;
    for (let tries = 0; tries < 5 && !await isDone(); tries++) {
      await header.click();
      await until(isDone, 5_000);
    }
  }
  await treeRow(page, 'Default model').waitFor();
}

async function seen(row: Locator, words: string | RegExp): Promise<void> {
  await expect.poll(async () => await row.innerText()).toMatch(words);
}

describe('the models of a workspace, in the editor', () => {
  it('what there is, is shown without asking anybody: providers, profiles, and which model is the default', async () => {
    const { page, screenshot } = desk();
    await openModels(page);
    await seen(treeRow(page, 'Default model'), /simulated/);
    await seen(treeRow(page, /^mine/), /not started · http:\/\/127\.0\.0\.1/);
    await seen(treeRow(page, 'later'), /switched off/);
    await seen(treeRow(page, /^Ollama/), /not asked yet/);
    expect(ollama.seen).toEqual([]);
    await screenshot('models-view');
  });

  it('the server of a profile is started and stopped on its row, and the provider shows where its calls go', async () => {
    const { page, screenshot } = desk();
    await clickOnRow(treeRow(page, /^mine/), 'Start the Server');
    await seen(treeRow(page, /^mine/), /in use/);
    await seen(treeRow(page, /^Ollama/), new RegExp(`127\\.0\\.0\\.1:${PORT}/v1 \\(mine\\)`));
    await expect.poll(async () => await fetch(`http://127.0.0.1:${PORT}/`).then(({ status }) => status)).toBe(200);
    await screenshot('models-profile-in-use');
    await clickOnRow(treeRow(page, /^mine/), 'Stop Using');
    await seen(treeRow(page, /^mine/), /not started/);
    await expect.poll(async () => await fetch(`http://127.0.0.1:${PORT}/`).then(() => 'answers', () => 'gone'), { timeout: 60_000 }).toBe('gone');
  });

  it('a model is pulled and shown, and deleted once that was agreed', async () => {
    const { page, screenshot } = desk();
    await clickOnRow(treeRow(page, /^Ollama/), 'Pull a Model');
    await boxTitle(page, 'Which model shall Ollama pull?').waitFor();
    await answerBox(page, 'qwen3:8b');
    await expect.poll(() => [...ollama.models], { timeout: 60_000 }).toEqual(['llama3.2:1b', 'qwen3:8b']);
    await seen(treeRow(page, /^Ollama/), /2 models/);
    await treeRow(page, /^Ollama/).click();
    await seen(treeRow(page, 'llama3.2:1b'), /running · 2\.0 GB/);
    await screenshot('models-pulled');
    await chooseFromMenu(page, treeRow(page, 'qwen3:8b'), 'Delete a Model…');
    const dialog = page.locator('.monaco-dialog-box');
    await expect.poll(async () => await dialog.innerText()).toContain('frees 2.0 GB');
    await dialog.locator('.monaco-button', { hasText: 'Delete' }).click();
    await expect.poll(() => [...ollama.models], { timeout: 60_000 }).toEqual(['llama3.2:1b']);
    await seen(treeRow(page, /^Ollama/), /1 model/);
  });

  it('a pull that is cancelled is given up, and says nothing more', async () => {
    const { page } = desk();
    ollama.pulling = 'stall';
    await clickOnRow(treeRow(page, /^Ollama/), 'Pull a Model');
    await boxTitle(page, 'Which model shall Ollama pull?').waitFor();
    await answerBox(page, 'huge');
    const bar = toast(page, 'Pulling ollama:huge');
    await expect.poll(async () => await bar.innerText(), { timeout: 60_000 }).toMatch(/1\.0 GB of 2\.0 GB/);
    await pressOn(bar, 'Cancel');
    await bar.waitFor({ state: 'detached' });
    expect(await page.locator('.notifications-toasts .codicon-error').count()).toBe(0);
    ollama.pulling = 'succeed';
  });

  it('from the tutorial to a real model: a key, a model of those the provider names, a test call', async () => {
    const { page, screenshot } = desk();
    await clearNotifications(page);
    await runCommand(page, 'Dagbook: Use a Real Model…');
    await boxTitle(page, 'Use a real model').waitFor();
    await screenshot('models-use-real');
    await pick(page, 'Anthropic');
    await boxTitle(page, 'Key for Anthropic').waitFor();
    await answerBox(page, 'canary-key-0123456789');
    await boxTitle(page, 'Which model of Anthropic?').waitFor();
    await screenshot('models-pick');
    await pick(page, 'claude-3-5-sonnet-20241022');
    const told = toast(page, 'run on anthropic:claude-3-5-sonnet-20241022 now');
    await pressOn(told, 'Make a Test Call');
    await viewNote(page, /anthropic:claude-3-5-sonnet-20241022 answered in \d+ ms: Yes, I am here\./).waitFor();
    await screenshot('models-test-call');
    await expect.poll(defaultModel).toBe('anthropic:claude-3-5-sonnet-20241022');
    await seen(treeRow(page, /^Anthropic/), /key stored in the editor/);
    await seen(treeRow(page, 'Default model'), /claude-3-5-sonnet/);
  });

  it('a server of one\'s own is used by its profile, and a workflow runs on it for nothing', async () => {
    const { page, screenshot } = desk();
    await clearNotifications(page);
    await runCommand(page, 'Dagbook: Use a Real Model…');
    await pick(page, 'mock');
    await boxTitle(page, 'Which model of mock?').waitFor();
    await pick(page, 'gpt-4o');
    await toast(page, 'run on openai:gpt-4o now').waitFor();
    await seen(treeRow(page, /^mock/), /in use/);
    await clearNotifications(page);
    await openFile(page, 'ask.yaml');
    await clickLens(page, '▷ Run Workflow (gpt-4o, free)', { file: 'ask.yaml' });
    const graph = await webview(page, 'Graph: ask.yaml');
    await graph.locator('[data-node="ask"].s-completed').waitFor();
    await expect.poll(async () => await graph.locator('header').innerText()).toContain('$0');
    await screenshot('models-ran');
  });

  it('once it is not used any more, the same workflow is asked about: what it calls, and what it may spend', async () => {
    const { page, screenshot } = desk();
    await clickOnRow(treeRow(page, /^mock/), 'Stop Using');
    await clickLens(page, '▷ Run Workflow (gpt-4o, cap $0.50)', { file: 'ask.yaml' });
    const dialog = page.locator('.monaco-dialog-box');
    await dialog.getByText('This run calls openai:gpt-4o, which may cost money.').waitFor();
    await dialog.getByText('The workflow may spend at most $0.50 per run. You are asked once per workspace.').waitFor();
    await screenshot('models-paid-question');
    const calls = mock.getRequests().length;
    await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(mock.getRequests().length).toBe(calls);
  });
});
