import { describe, expect, it } from 'vitest';
import { dagbook } from './kit.ts';
import { FILES, rows, run, workspaceOf } from './run-kit.ts';

const settings = (prices: unknown): Record<string, string> => ({ '.vscode/settings.json': JSON.stringify({ 'dagbook.prices': prices }) });
const UNPRICED = Object.fromEntries(Object.entries(FILES).map(([file, text]) => [file, text.replace(/price: \{[^}]*\}, /, '').replaceAll('provider: simulated', 'provider: openai, model: team-model')]));
const KEY = { OPENAI_API_KEY: 'a-key-0123456789', OPENAI_BASE_URL: 'https://gateway.invalid/v1' };

describe('dagbook.prices', () => {
  it('prices a model that nobody else knows, by its name or by its provider', async () => {
    const unknown = await dagbook(['run', 'Loop'], workspaceOf(UNPRICED), KEY);
    expect(unknown.stderr).toContain('price-unknown');
    for (const name of ['openai:team-model', 'openai']) {
      const { stderr } = await dagbook(['run', 'Loop', '--until', 'research'], workspaceOf({ ...UNPRICED, ...settings({ [name]: { input: 0.5, output: 1 } }) }), KEY);
      expect(stderr).not.toContain('price-unknown');
    }
  });

  it('is kept with the run, and an agent that writes a price of its own goes before it', async () => {
    const folder = workspaceOf({ ...FILES, ...settings({ simulated: { input: 1000, output: 1000 } }) });
    const { total_cost_usd: own } = await run(folder, 'Loop');
    expect(own).toBeLessThan(0.01);
    expect(rows(folder, 'SELECT COUNT(*) AS runs FROM workflow_runs')).toEqual([{ runs: 1 }]);
  });

  it.each([[{ openai: 3 }], [{ openai: { input: 1 } }], [{ openai: { input: 1, output: 1, cached_input: 2 } }], [{ 'Open AI': 'free' }]])('%j is refused, with the place', async (prices) => {
    const { code, stderr } = await dagbook(['run', 'Loop'], workspaceOf({ ...FILES, ...settings(prices) }));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^\.vscode\/settings\.json:1:\d+: settings-invalid: The setting "dagbook\.prices" must map/)]);
  });
});
