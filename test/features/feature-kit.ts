import { analyzeFile, createWorkspaceIndex, DocumentLibrary, summariseFile } from '../../language/index.ts';
import type { Analysis, FeatureContext, IndexedFile, WorkspaceSources } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from '../language/memory-workspace.ts';

export interface Files {
  readonly texts: ReadonlyMap<string, string>;
  /** The first file, or the one with the cursor. */
  readonly path: string;
  /** Of the cursor; 0 where there is none. */
  readonly offset: number;
}

const separator = /^# file: (\S+)$/;
const mark = /^#> ?/;

/** A fixture's files without their snapshot: `# file: path` begins another, `$0` is the cursor. */
export function readFiles(text: string): Files {
  const sections: { path: string; lines: string[] }[] = [{ path: 'main.workflow.yaml', lines: [] }];
  for (const line of text.split('\n').filter((candidate) => !mark.test(candidate))) {
    const match = separator.exec(line);
    if (match === null) sections.at(-1)?.lines.push(line);
    else sections.push({ path: match[1] ?? '', lines: [] });
  }
  const used = sections.filter(({ lines }, i) => i > 0 || lines.some((line) => line !== '')).map(({ path, lines }) => ({ path, text: lines.join('\n') }));
  const main = used.find((section) => section.text.includes('$0')) ?? used[0] ?? { path: 'main.workflow.yaml', text: '' };
  const texts = new Map(used.map(({ path, text: body }) => [path, body.replace('$0', '')]));
  if (texts.size === 0) texts.set(main.path, '');
  return { texts, path: main.path, offset: Math.max(0, main.text.indexOf('$0')) };
}

/** The fixture with its snapshot written anew. */
export function withSnapshot(text: string, snapshot: string): string {
  const body = text.split('\n').filter((line) => !mark.test(line));
  while (body.at(-1) === '') body.pop();
  return [...body, ...snapshot.split('\n').map((line) => `#> ${line}`.trimEnd()), ''].join('\n');
}

/** Everything a feature is given, for files that live in the test. */
export function openFiles(texts: ReadonlyMap<string, string>, more: Partial<WorkspaceSources> = {}): (path: string) => FeatureContext {
  const workspace = memoryWorkspace(Object.fromEntries(texts));
  const library = new DocumentLibrary(workspace);
  const analyses = new Map<string, Analysis>();
  const analysisOf = (path: string): Analysis => {
    const known = analyses.get(path) ?? analyzeFile(path, workspace, { sha256, library });
    analyses.set(path, known);
    return known;
  };
  const open = (path: string): IndexedFile | null => {
    const text = texts.get(path);
    return text === undefined ? null : { path, text, analysis: analysisOf(path) };
  };
  const index = createWorkspaceIndex({
    paths: workspace.list(),
    summary: (path) => summariseFile(analysisOf(path)),
    open,
    textOf: (path) => texts.get(path) ?? null,
    ...more,
  });
  return (path) => ({ analysis: analysisOf(path), file: path, text: texts.get(path) ?? '', workspace: index });
}
