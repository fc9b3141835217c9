import type { Severity } from '../../language/index.ts';
import type { Finding } from '../finding.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', information: 'notice', hint: 'notice' };

/** Workflow commands: GitHub shows each beside the line it is about. */
export function githubLine(finding: Finding): string {
  const { line, column, endLine, endColumn } = finding;
  const properties = {
    file: finding.shown,
    line,
    endLine,
    // Columns are only understood within one line, and the end is inclusive there.
    ...(endLine === line ? { col: column, endColumn: Math.max(column, endColumn - 1) } : {}),
    title: finding.code,
  };
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`);
  return `::${LEVELS[finding.severity]} ${list.join(',')}::${escaped(finding.message)}`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
