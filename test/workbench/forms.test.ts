import { describe, expect, it } from 'vitest';
import { boxTitle, pick, pressOn, toast } from './hands.ts';
import { useDesk } from './kit.ts';
import { clickLens, openFile, webview } from './screen.ts';

const desk = useDesk({
  workspace: {
    'configs/workflows/ask.yaml': `name: Ask
adapter_kind: graph
nodes:
  - id: report
    task: { goal: What happened? }
    human: { form: { type: object, required: [words], properties: { words: { type: string, minLength: 5, description: In your own words } } } }
  - id: seen
    task: { goal: Have you read it? }
    human: { form: { type: object } }
    depends_on: [report]
`,
  },
  story: true,
});

/** Above the picture. */
async function answer(node: string): Promise<void> {
  const graph = await webview(desk().page, 'Graph: ask.yaml');
  await graph.locator('.notice', { hasText: `${node} waits for an answer` }).getByRole('button', { name: 'Answer…' }).click();
}

/** What the editor for it shall hold: nothing else that is open is written into. */
async function write(text: string): Promise<void> {
  const { page } = desk();
  const editor = page.locator('.editor-group-container .monaco-editor[data-uri^="untitled:"]');
  await editor.locator('.view-line').first().click();
  await page.locator('.monaco-editor.focused[data-uri^="untitled:"]').waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.insertText(text);
  for (const line of text.split('\n')) await editor.locator('.view-line', { hasText: line }).first().waitFor();
}

describe('a person who is asked', () => {
  it('writes a long answer in an editor, where it is checked as in the box', async () => {
    const { page, screenshot } = desk();
    await openFile(page, 'ask.yaml');
    await clickLens(page, /^▷ Run Workflow/, { file: 'ask.yaml' });
    await answer('report');
    await boxTitle(page, 'Ask asks at report').waitFor();
    await page.locator('.quick-input-widget:visible [aria-label="Write it in an editor"]').click();
    const question = toast(page, 'Write the value of "words" in the editor');
    await question.waitFor();
    await write('No');
    await pressOn(question, 'Use It');
    const refused = toast(page, 'At least 5 characters. Write the value of "words"');
    await refused.waitFor();
    await write('No lights.\nThen the fans stopped.');
    await screenshot('forms-1-long');
    await pressOn(refused, 'Use It');
    await (await webview(page, 'Graph: ask.yaml')).locator('.notices').getByText('seen waits for an answer').waitFor();
    // Nothing is left that would want to be saved.
    await expect.poll(async () => await page.locator('.tabs-container .tab', { hasText: 'No lights' }).count()).toBe(0);
  });

  it('is asked even where the form has no question, and the run goes on only then', async () => {
    const { page, screenshot } = desk();
    await answer('seen');
    await boxTitle(page, 'Ask asks at seen').waitFor();
    await screenshot('forms-2-nothing-asked');
    await pick(page, /Go on/);
    const graph = await webview(page, 'Graph: ask.yaml');
    await graph.locator('[data-node="seen"].s-completed').waitFor();
    await expect.poll(async () => await graph.locator('header').innerText()).toContain('Completed');
  });
});
