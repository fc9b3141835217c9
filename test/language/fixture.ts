import { analyzeFile, DocumentLibrary, LineIndex } from '../../language/index.ts';
import type { Diagnostic, FileRead } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

/**
 * A fixture is its own snapshot: one YAML file whose findings stand under the marked text, as comments.
 *
 *     depends_on: [reserch]
 *     #            ^^^^^^^ error[unknown-node] No node "reserch". Did you mean "research"?
 *
 * What begins at a line's first column is marked `# @1-5 …`. `# file: path` begins another file of the same workspace;
 * `# file: path (outside)` is one that reads as such (missing, outside, unreadable, too-large).
 */
const separator = /^# file: (\S+?)(?: \((missing|outside|unreadable|too-large)\))?$/;
const mark = /^\s*#\s*(?:\^+|@\d+-\d+) (?:error|warning|information|hint)\[/;

interface Section {
  readonly path: string;
  /** The separator line; null for the file a fixture begins with. */
  readonly heading: string | null;
  readonly lines: readonly string[];
  readonly read: FileRead | null;
}

/** The fixture's text with its findings written anew. */
export function renderFixture(text: string): string {
  const sections = splitSections(text);
  const workspace = memoryWorkspace(Object.fromEntries(sections.map((section) => [section.path, section.read ?? section.lines.join('\n')])), { servers: [] });
  const library = new DocumentLibrary(workspace);
  return sections
    .map((section) => {
      const diagnostics = /\.ya?ml$/.test(section.path) ? analyzeFile(section.path, workspace, { sha256, library }).diagnostics : [];
      return renderSection(section, diagnostics);
    })
    .join('\n');
}

/** Every code that a fixture's marks name. */
export function markedCodes(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => (mark.test(line) ? (/\[([a-z-]+)\]/.exec(line)?.[1] ?? []) : []));
}

function splitSections(text: string): readonly Section[] {
  const sections: { path: string; heading: string | null; lines: string[]; read: FileRead | null }[] = [];
  let current = { path: 'main.yaml', heading: null as string | null, lines: [] as string[], read: null as FileRead | null };
  for (const line of text.split('\n')) {
    if (mark.test(line)) continue;
    const match = separator.exec(line);
    if (match === null) {
      current.lines.push(line);
      continue;
    }
    if (current.heading !== null || current.lines.length > 0) sections.push(current);
    current = { path: match[1] ?? '', heading: line, lines: [], read: specialRead(match[2]) };
  }
  sections.push(current);
  return sections;
}

function specialRead(word: string | undefined): FileRead | null {
  switch (word) {
    case 'missing':
    case 'outside':
      return { kind: word };
    case 'unreadable':
      return { kind: 'unreadable', reason: 'permission denied' };
    case 'too-large':
      return { kind: 'too-large', bytes: 104_857_600, limit: 10_485_760 };
    default:
      return null;
  }
}

function renderSection(section: Section, diagnostics: readonly Diagnostic[]): string {
  const index = new LineIndex(section.lines.join('\n'));
  const marks = Map.groupBy(diagnostics, (diagnostic) => index.at(diagnostic.span.start).line);
  const body = section.lines.flatMap((line, i) => {
    const written = (marks.get(i + 1) ?? []).map((diagnostic) => renderMark(diagnostic, index, line));
    // What stands at the very end of a text, or of one that cannot be read, is marked before the last line break.
    return i === section.lines.length - 1 && line === '' ? [...written, line] : [line, ...written];
  });
  return [...(section.heading === null ? [] : [section.heading]), ...body].join('\n');
}

function renderMark({ span, severity, code, message }: Diagnostic, index: LineIndex, line: string): string {
  const from = index.at(span.start);
  const to = index.at(span.end);
  // A finding over several lines is marked to the end of its first.
  const end = to.line === from.line ? to.column : line.length + 1;
  const said = `${severity}[${code}] ${message}`;
  if (from.column === 1) return `# @${String(from.column)}-${String(end)} ${said}`;
  const indent = Math.min(line.length - line.trimStart().length, from.column - 2);
  return `${' '.repeat(indent)}#${' '.repeat(from.column - indent - 2)}${'^'.repeat(Math.max(1, end - from.column))} ${said}`;
}
