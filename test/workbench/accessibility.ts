import axe from 'axe-core';
import type { Frame } from 'playwright-core';

/** What Axe holds to be serious or critical in a webview, one line each: the rule, what is wrong, and where. */
export async function seriousViolations(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} (${failureSummary?.split('\n').slice(1).join('; ').trim() ?? ''})`));
}

/** The same of a page that may not run scripts, where Axe could not work: of its copy, with its styles and its theme, in a page of its own. */
export async function seriousViolationsOfCopy(frame: Frame): Promise<readonly string[]> {
  const html = (await frame.content()).replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  const copy = await frame.page().context().newPage();
  try {
    await copy.setContent(html);
    // What the editor shows behind it.
    await copy.addStyleTag({ content: 'html { background: var(--vscode-editor-background); }' });
    return await seriousViolations(copy.mainFrame());
  } finally {
    await copy.close();
  }
}
