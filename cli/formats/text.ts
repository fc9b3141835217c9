import type { Severity } from '../../language/index.ts';
import { codeFrame } from '../code-frame.ts';
import { harmless } from '../display-text.ts';
import { plural } from '../draw/text.ts';
import type { Finding } from '../finding.ts';
import type { Style, Terminal } from '../terminal.ts';

const STYLES: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', information: 'blue', hint: 'cyan' };

export function printText(out: Terminal, findings: readonly Finding[]): void {
  for (const finding of findings) {
    const style = STYLES[finding.severity];
    const place = out.style('bold', `${harmless(finding.shown)}:${finding.line}:${finding.column}:`);
    out.line(`${place} ${out.style(style, `${finding.severity}[${finding.code}]`)} ${harmless(finding.message)}`);
    for (const line of codeFrame(finding, style, out)) out.line(line);
    for (const other of finding.related) out.line(`      ${out.style('dim', `${harmless(other.file)}:${other.line}:${other.column}:`)} ${harmless(other.message)}`);
    out.line();
  }
}

/** `2 errors, 1 warning in 4 documents`, or that nothing is wrong. */
export function summary(findings: readonly Finding[], documents: number): string {
  const where = plural(documents, 'document');
  const counts = (['error', 'warning', 'information', 'hint'] as const).flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    if (count === 0) return [];
    return [severity === 'information' ? `${count} information` : plural(count, severity)];
  });
  return counts.length === 0 ? `${where} checked, nothing to say` : `${counts.join(', ')} in ${where}`;
}
