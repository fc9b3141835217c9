import { describe, expect, it } from 'vitest';
import { toCsv, toJson, type QueryResult } from '../../client/query/query-result.ts';
import { resultHtml } from '../../client/query/result-html.ts';
import { sqlSuggestions, type SqlTable } from '../../client/query/sql-place.ts';

const TABLES: readonly SqlTable[] = [
  { name: 'workflow_runs', kind: 'view', columns: ['id', 'status', 'total_cost_usd'] },
  { name: 'agent_runs_v2', kind: 'view', columns: ['id', 'node_id', 'workflow_run_id'] },
];
const names = (query: string): readonly string[] => sqlSuggestions(query.slice(0, query.indexOf('¦')), query.replace('¦', ''), TABLES).filter(({ kind }) => kind !== 'keyword').map(({ name }) => name);

describe('completion of SQL', () => {
  it('offers tables where a table must stand', () => {
    expect(names('SELECT * FROM ¦')).toEqual(['workflow_runs', 'agent_runs_v2']);
    expect(names('SELECT * FROM workflow_runs r JOIN ag¦')).toEqual(['workflow_runs', 'agent_runs_v2']);
    expect(names('SELECT * FROM workflow_runs, ¦')).toContain('agent_runs_v2');
  });

  it('offers the columns of the table that stands before the dot, by its name or its alias', () => {
    expect(names('SELECT a.¦ FROM agent_runs_v2 a')).toEqual(['id', 'node_id', 'workflow_run_id']);
    expect(names('SELECT workflow_runs.st¦ FROM workflow_runs')).toEqual(['id', 'status', 'total_cost_usd']);
    expect(names('SELECT b.¦ FROM agent_runs_v2 AS b')).toContain('node_id');
    expect(names('SELECT nobody.¦ FROM agent_runs_v2')).toEqual([]);
  });

  it('offers columns of the named tables elsewhere, or of all while none is named', () => {
    expect(names('SELECT ¦ FROM agent_runs_v2')).toEqual(['id', 'node_id', 'workflow_run_id', 'agent_runs_v2']);
    expect(names('SELECT ¦')).toEqual(['id', 'status', 'total_cost_usd', 'node_id', 'workflow_run_id']);
  });
});

describe('the result of a query', () => {
  const result: QueryResult = { columns: ['id', 'note', 'n'], rows: [['a', 'x,"y"\nz', 1], ['=cmd()', null, -2], ['b', { deep: true }, 3]], more: false };

  it('is written as CSV that a spreadsheet reads back, and runs nothing in it', () => {
    expect(toCsv(result)).toBe(`id,note,n\r\na,"x,""y""\nz",1\r\n'=cmd(),,-2\r\nb,"{""deep"":true}",3\r\n`);
  });

  it('is written as JSON, one object per row', () => {
    expect(JSON.parse(toJson(result))).toEqual([{ id: 'a', note: 'x,"y"\nz', n: 1 }, { id: '=cmd()', note: null, n: -2 }, { id: 'b', note: { deep: true }, n: 3 }]);
  });

  it('is shown as text, whatever it holds, on a page without scripts', () => {
    const evil = '<img src=x onerror=alert(1)>';
    const html = resultHtml({ nonce: 'N', language: 'en', query: `SELECT '${evil}'`, result: { columns: [evil], rows: [[evil], ['x'.repeat(1_000)]], more: true }, milliseconds: 12 });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
    expect(html).toContain(`default-src 'none'; style-src 'nonce-N'`);
    expect(html).toContain('1000 characters');
    expect(html).toContain('there are more');
  });

  it('says so when there is nothing', () => {
    expect(resultHtml({ nonce: 'N', language: 'en', query: 'SELECT 1 WHERE 0', result: { columns: ['1'], rows: [], more: false }, milliseconds: 1 })).toContain('The query gave no rows.');
  });
});
