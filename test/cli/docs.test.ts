import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../cli/exit.ts';
import { VERBS } from '../../cli/verbs.ts';
import { dagbook, ROOT } from './kit.ts';
import { FILES, rows, run, workspaceOf } from './run-kit.ts';

function page(name: string): string {
  return readFileSync(path.join(ROOT, 'docs', name), 'utf8');
}

describe('docs/ledger.md', () => {
  it('has every table, every view and every column of a real ledger, and no other', async () => {
    const folder = workspaceOf(FILES);
    await run(folder, 'Loop');
    const text = page('ledger.md');
    const real = rows<{ name: string }>(folder, "SELECT name FROM sqlite_schema WHERE type IN ('table','view') AND name NOT LIKE 'sqlite_%' ORDER BY name").map(({ name }) => name);
    for (const table of real) {
      const columns = rows<{ name: string }>(folder, 'SELECT name FROM pragma_table_info(?)', table).map(({ name }) => name);
      const described = new RegExp(`^### ${table}\\n[^]*?(?=\\n##)`, 'm').exec(text)?.[0] ?? new RegExp(`^\\| \`${table}\` \\|.*$`, 'm').exec(text)?.[0];
      if (table === 'agent_spec_versions') continue;
      expect(described, table).toBeDefined();
      const cells = described!.startsWith('###') ? [...described!.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell!).join() : described!.slice(described!.indexOf(':'));
      const names = [...cells.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
      expect(names.sort(), table).toEqual(columns.sort());
    }
    expect(real).toContain('agent_spec_versions');
  });

  it('asks questions that have answers', async () => {
    const folder = workspaceOf(FILES);
    const { run_id: id } = await run(folder, 'Loop');
    const queries = [.../```sql\n([^]*?)```/.exec(page('ledger.md'))![1]!.matchAll(/^(?!--)(SELECT[^;]*);/gm)].map(([, query]) => query!);
    expect(queries).toHaveLength(4);
    for (const query of queries) {
      const { code, stderr } = await dagbook(['ledger', 'sql', query, ...(query.includes('?') ? [id] : [])], folder);
      expect(code, stderr).toBe(0);
    }
  });
});

describe('docs/command-line.md', () => {
  it('names every verb, every exit code and every option of run', async () => {
    const text = page('command-line.md');
    for (const verb of Object.keys(VERBS)) expect(text).toMatch(new RegExp(`\`${verb}\\b`));
    for (const code of Object.values(EXIT)) expect(text).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'));
    const verb = await VERBS['run']!();
    for (const option of Object.keys(verb.options).filter((name) => name !== 'experiment' && name !== 'test')) expect(text).toContain(`--${option}`);
  });
});
