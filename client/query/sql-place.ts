/** What the editor knows of the ledger's tables and views. */
export interface SqlTable {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly string[];
}

export type SqlSuggestion =
  | { readonly kind: 'table' | 'view'; readonly name: string; readonly columns: readonly string[] }
  | { readonly kind: 'column'; readonly name: string; readonly of: readonly string[] }
  | { readonly kind: 'keyword'; readonly name: string };

const KEYWORDS = ['SELECT', 'FROM', 'WHERE', 'ORDER BY', 'GROUP BY', 'HAVING', 'LIMIT', 'JOIN', 'LEFT JOIN', 'ON', 'AND', 'OR', 'NOT', 'IN', 'LIKE', 'IS NULL', 'DESC', 'ASC', 'DISTINCT', 'COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'AS', 'WITH', 'CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'json_extract'];

/**
 * What may stand at the end of `before`, given the whole query. After FROM and JOIN tables; after `name.` the columns of
 * what that name stands for; elsewhere the columns of the tables that the query names, or all of them.
 */
export function sqlSuggestions(before: string, query: string, tables: readonly SqlTable[]): readonly SqlSuggestion[] {
  const qualified = /([A-Za-z_]\w*)\.\w*$/.exec(before)?.[1];
  if (qualified !== undefined) return columnsOf([tableCalled(qualified, query, tables)].flatMap((table) => table ?? []));
  if (/\b(?:from|join|into|update|table)\s+\w*$/i.test(before) || /\bfrom\s+[\w\s,]+,\s*\w*$/i.test(before)) return tables.map(({ name, kind, columns }) => ({ kind, name, columns }));
  const named = tables.filter(({ name }) => new RegExp(`\\b(?:from|join)\\b[^;]*\\b${name}\\b`, 'i').test(query));
  return [...columnsOf(named.length > 0 ? named : tables), ...(named.length > 0 ? named : []).map(({ name, kind, columns }) => ({ kind, name, columns })), ...KEYWORDS.map((name) => ({ kind: 'keyword' as const, name }))];
}

/** A table by its name, or by the alias the query gives it. */
function tableCalled(word: string, query: string, tables: readonly SqlTable[]): SqlTable | undefined {
  const direct = tables.find(({ name }) => name.toLowerCase() === word.toLowerCase());
  return direct ?? tables.find(({ name }) => new RegExp(`\\b${name}\\s+(?:as\\s+)?${word}\\b`, 'i').test(query));
}

function columnsOf(tables: readonly SqlTable[]): readonly SqlSuggestion[] {
  const of = new Map<string, string[]>();
  for (const { name, columns } of tables) for (const column of columns) of.set(column, [...(of.get(column) ?? []), name]);
  return [...of].map(([name, holders]) => ({ kind: 'column', name, of: holders }));
}
