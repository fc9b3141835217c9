import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DiagnosticSeverity, DiagnosticTag, SymbolKind, type Diagnostic as LspDiagnostic, type Position, type Range } from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import type { Diagnostic, DocumentSymbol, LineIndex, Severity, Span, WorkspaceSymbol } from '../language/index.ts';

/** What has no effect is shown faded. */
const UNNECESSARY: ReadonlySet<string> = new Set(['unused-ignore']);

export function toPosition(lines: LineIndex, offset: number): Position {
  const { line, column } = lines.at(offset);
  return { line: line - 1, character: column - 1 };
}

export function toRange(lines: LineIndex, span: Span): Range {
  return { start: toPosition(lines, span.start), end: toPosition(lines, span.end) };
}

/** Places beyond the text are clamped into it, as the protocol wants it. */
export function toOffset(lines: LineIndex, { line, character }: Position): number {
  const start = lines.lineStart(line + 1);
  return Math.max(start, Math.min(start + character, lines.lineStart(line + 2)));
}

function toSeverity(severity: Severity): DiagnosticSeverity {
  switch (severity) {
    case 'error':
      return DiagnosticSeverity.Error;
    case 'warning':
      return DiagnosticSeverity.Warning;
    case 'information':
      return DiagnosticSeverity.Information;
    case 'hint':
      return DiagnosticSeverity.Hint;
  }
}

/** What an editor draws beside it. */
export function symbolKind(kind: (DocumentSymbol | WorkspaceSymbol)['kind']): SymbolKind {
  switch (kind) {
    case 'workflow':
    case 'states':
      return SymbolKind.Module;
    case 'agent':
      return SymbolKind.Class;
    case 'model-profile':
      return SymbolKind.Constant;
    case 'node':
      return SymbolKind.Function;
    case 'field':
      return SymbolKind.Property;
    case 'item':
      return SymbolKind.Array;
  }
}

/** What a diagnostic needs besides itself. */
export interface DiagnosticPlaces {
  readonly linesOf: (file: string) => LineIndex;
  readonly uriOf: (file: string) => string;
  /** Address of the manual page of a code; null = not shipped. */
  readonly manual: (code: string) => string | null;
}

export function toLspDiagnostic({ code, severity, message, file, span, related, suggestion }: Diagnostic, places: DiagnosticPlaces): LspDiagnostic {
  const href = places.manual(code);
  return {
    range: toRange(places.linesOf(file), span),
    severity: toSeverity(severity),
    code,
    source: 'dagbook',
    message,
    ...(href === null ? {} : { codeDescription: { href } }),
    ...(UNNECESSARY.has(code) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(related.length === 0 ? {} : { relatedInformation: related.map((other) => ({ message: other.message, location: { uri: places.uriOf(other.file), range: toRange(places.linesOf(other.file), other.span) } })) }),
    ...(suggestion === undefined ? {} : { data: { suggestion } }),
  };
}

/** Pages come with the package, so they are there offline: `docs/diagnostics` beside this file's folder or the bundle's. */
export function manualPages(): (code: string) => string | null {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const folder = [path.join(here, '..', 'docs', 'diagnostics'), path.join(here, '..', '..', 'docs', 'diagnostics')].find((candidate) => existsSync(candidate));
  return (code) => (folder === undefined ? null : URI.file(path.join(folder, `${code}.md`)).toString());
}
