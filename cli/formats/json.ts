import type { Json } from '../../protocol/json.ts';
import type { Finding } from '../finding.ts';

export function findingsJson(findings: readonly Finding[]): Json {
  return findings.map(({ file, line, column, endLine, endColumn, code, severity, message }) => ({ file, line, column, endLine, endColumn, code, severity, message }));
}
