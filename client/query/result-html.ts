import * as l10n from '@vscode/l10n';
import { textOf, type QueryResult } from './query-result.ts';

export interface ResultPage {
  readonly nonce: string;
  readonly language: string;
  readonly query: string;
  readonly result: QueryResult;
  readonly milliseconds: number;
}

const LONGEST_CELL = 400;

/** A table without any script: what a cell holds is shown as text, and the buttons are links to our own commands. */
export function resultHtml({ nonce, language, query, result, milliseconds }: ResultPage): string {
  const { columns, rows, more } = result;
  const numeric = columns.map((_, index) => rows.length > 0 && rows.every((row) => typeof row[index] === 'number' || row[index] === null));
  const count = rows.length === 1 ? l10n.t('1 row') : l10n.t('{0} rows', rows.length.toLocaleString('en-US'));
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>${escaped(l10n.t('Query Result'))}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<header>
<p>${escaped(`${count}${more ? ` (${l10n.t('there are more; add LIMIT and OFFSET to see them')})` : ''} · ${Math.round(milliseconds)} ms`)}</p>
<nav><a href="command:dagbook.query.exportCsv">${escaped(l10n.t('Export as CSV'))}</a><a href="command:dagbook.query.exportJson">${escaped(l10n.t('Export as JSON'))}</a></nav>
</header>
<pre>${escaped(query.trim())}</pre>
${rows.length === 0 ? `<p class="none">${escaped(l10n.t('The query gave no rows.'))}</p>` : `<div class="table" tabindex="0" role="region" aria-label="${escaped(l10n.t('Query Result'))}"><table>
<thead><tr><th scope="col" class="number">#</th>${columns.map((name, index) => `<th scope="col"${numeric[index] === true ? ' class="number"' : ''}>${escaped(name)}</th>`).join('')}</tr></thead>
<tbody>
${rows.map((row, at) => `<tr><td class="number index">${at + 1}</td>${row.map((value, index) => cell(value, numeric[index] === true)).join('')}</tr>`).join('\n')}
</tbody>
</table></div>`}
</body>
</html>`;
}

function cell(value: QueryResult['rows'][number][number], number: boolean): string {
  if (value === null) return `<td class="null">NULL</td>`;
  const text = textOf(value);
  const shown = text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL)}…` : text;
  const kind = number ? 'number' : shown.length > 48 ? 'long' : '';
  return `<td${kind === '' ? '' : ` class="${kind}"`}${shown === text ? '' : ` title="${escaped(l10n.t('{0} characters; export to see all', text.length))}"`}>${escaped(shown)}</td>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
body { padding: 12px 16px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); }
header { display: flex; flex-wrap: wrap; gap: 4px 16px; justify-content: space-between; align-items: baseline; }
header p, .none { margin: 0; color: var(--vscode-foreground); }
nav { display: flex; gap: 12px; }
a { color: var(--vscode-textLink-foreground); }
a:focus-visible, .table:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
pre { margin: 8px 0 12px; padding: 8px 12px; background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-contrastBorder, transparent); border-radius: 4px; white-space: pre-wrap; font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { text-align: start; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border)); vertical-align: top; white-space: nowrap; }
.long { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 24em; max-width: 48em; }
th { position: sticky; top: 0; background: var(--vscode-editor-background); font-weight: 600; }
.number { text-align: end; }
.index, .null { color: var(--vscode-descriptionForeground); }
tbody tr:hover { background: var(--vscode-list-hoverBackground); }
`;
