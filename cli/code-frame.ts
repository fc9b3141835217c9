import { displayWidth, harmless, middleCut } from './display-text.ts';
import type { Finding } from './finding.ts';
import type { Style, Terminal } from './terminal.ts';

const TAB = '    ';

/**
 * The line a finding stands on, the one before it, and carets below exactly what is meant:
 *
 *       6 |   - id: selection
 *       7 |     depends_on: [reserch]
 *         |                  ^^^^^^^
 */
export function codeFrame(finding: Finding, style: Style, terminal: Terminal): readonly string[] {
  if (finding.text === null) return [];
  const lines = finding.text.split(/\r\n|\r|\n/);
  const line = lines[finding.line - 1];
  if (line === undefined) return [];
  const start = Math.min(finding.column - 1, line.length);
  const end = finding.endLine > finding.line ? line.trimEnd().length : finding.endColumn - 1;
  const room = Math.max(40, terminal.width - 10);
  const gutter = String(finding.line).length + 2;
  const numbered = (number: string, text: string): string => `${terminal.style('dim', `${number.padStart(gutter)} |`)} ${text}`.trimEnd();
  const before = lines[finding.line - 2];
  const window = slideTo(line, start, room);
  const indent = displayWidth(shown(line.slice(window.from, start))) + displayWidth(window.lead);
  const width = Math.max(1, Math.min(displayWidth(shown(line.slice(start, Math.max(start, Math.min(end, window.to))))), room - indent));
  return [
    ...(before === undefined || before.trim() === '' ? [] : [numbered(String(finding.line - 1), middleCut(shown(before), room))]),
    numbered(String(finding.line), window.lead + shown(line.slice(window.from, window.to)) + window.tail),
    numbered('', ' '.repeat(indent) + terminal.style(style, '^'.repeat(width))),
  ];
}

interface Window {
  readonly from: number;
  readonly to: number;
  readonly lead: string;
  readonly tail: string;
}

/** A line may be a megabyte long; what matters is what stands around the place. */
function slideTo(line: string, start: number, room: number): Window {
  if (line.length <= room) return { from: 0, to: line.length, lead: '', tail: '' };
  const from = Math.max(0, Math.min(start - Math.floor(room / 3), line.length - room + 2));
  const to = Math.min(line.length, from + room - 2);
  return { from, to, lead: from > 0 ? '…' : '', tail: to < line.length ? '…' : '' };
}

function shown(text: string): string {
  return harmless(text.replaceAll('\t', TAB));
}
