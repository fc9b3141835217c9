import axe from 'axe-core';
import type { Frame } from 'playwright-core';

/** What Axe holds to be serious or critical in a webview, one line each: the rule, what is wrong, and where. */
export async function seriousViolations(frame: Frame): Promise<readonly string[]> {
  await frame.evaluate(axe.source);
  const { violations } = await frame.evaluate<axe.AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')} (${failureSummary?.split('\n').slice(1).join('; ').trim() ?? ''})`));
}
