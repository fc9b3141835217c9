import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyEdits, codeActions } from '../../language/index.ts';
import type { Diagnostic, FileChange } from '../../language/index.ts';
import { everyFixture } from './every-fixture.ts';
import { openFiles, readFiles } from './feature-kit.ts';

function apply(texts: ReadonlyMap<string, string>, changes: readonly FileChange[]): ReadonlyMap<string, string> {
  const after = new Map(texts);
  for (const change of changes) {
    if (change.kind === 'edit') after.set(change.file, applyEdits(after.get(change.file) ?? '', change.edits));
    else if (change.kind === 'create') after.set(change.file, change.text);
  }
  return after;
}

const same = (a: Diagnostic) => (b: Diagnostic) => a.code === b.code && a.message === b.message;

describe('every quick fix takes its diagnostic away, and breaks no YAML', () => {
  it.each(everyFixture())('$name', ({ texts }) => {
    const open = openFiles(texts);
    for (const path of texts.keys()) {
      if (!/\.ya?ml$/.test(path)) continue;
      const context = open(path);
      const broken = context.analysis.diagnostics.some(({ code }) => code === 'yaml-syntax' || code === 'too-deep' || code === 'file-too-large');
      for (const diagnostic of context.analysis.diagnostics) {
        const before = context.analysis.diagnostics.filter(same(diagnostic)).length;
        const actions = codeActions(context, { start: diagnostic.span.start, end: diagnostic.span.start }).filter((action) => action.diagnostic === diagnostic);
        expect(actions.filter(({ preferred }) => preferred).length).toBeLessThan(2);
        for (const action of actions) {
          const texts_ = apply(texts, action.changes);
          const after = openFiles(texts_)(path).analysis.diagnostics;
          const said = `${path}: ${diagnostic.code} "${diagnostic.message}"\n${action.title}\n${texts_.get(path) ?? ''}`;
          expect(after.filter(same(diagnostic)).length, said).toBeLessThan(before);
          if (!broken) expect(after.map(({ code }) => code), said).not.toContain('yaml-syntax');
        }
      }
    }
  }, 240_000);
});

const graphOf = (texts: ReadonlyMap<string, string>, path: string) => {
  const { analysis } = openFiles(texts)(path);
  const graphs = analysis.documents.map((analyzed) => (analyzed.kind === 'workflow' ? { nodes: analyzed.workflow.nodes.map(({ id, kind }) => `${id} ${kind.kind}`).sort(), edges: analyzed.workflow.edges.map(({ from, to }) => `${from} ${to}`).sort() } : analyzed.kind));
  return { graphs, codes: analysis.diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code).sort() };
};

describe('every refactoring keeps the graph', () => {
  it.each(everyFixture())('$name', ({ texts }) => {
    const open = openFiles(texts);
    for (const path of texts.keys()) {
      if (!/\.ya?ml$/.test(path)) continue;
      const context = open(path);
      const titles = new Set<string>();
      for (const [line] of context.text.split('\n').entries()) {
        const start = context.analysis.lines.lineStart(line + 1);
        const offset = start + (/\S|$/.exec(context.text.slice(start))?.index ?? 0);
        for (const action of codeActions(context, { start: offset, end: offset }).filter(({ diagnostic }) => diagnostic === null)) {
          if (titles.has(action.title)) continue;
          titles.add(action.title);
          const after = apply(texts, action.changes);
          const said = `${action.title}\n${after.get(path) ?? ''}`;
          const before = graphOf(texts, path);
          const found = graphOf(after, path);
          expect(found.graphs, said).toEqual(before.graphs);
          // Mistakes may move or end, but none is made.
          expect(found.codes.filter((code) => !before.codes.includes(code)), said).toEqual([]);
        }
      }
    }
  }, 240_000);
});

describe('a fixed file has no mistakes', () => {
  const folder = join(import.meta.dirname, '../fixtures/features/actions');
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.endsWith('.fixed.yaml'));

  it.each(names)('%s (UPDATE_FIXTURES=1 rewrites its .fixed.yaml)', (name) => {
    const { texts, path, offset } = readFiles(readFileSync(join(folder, name), 'utf8'));
    const actions = codeActions(openFiles(texts)(path), { start: offset, end: offset });
    const action = actions.find(({ title }) => title.startsWith('Fix all')) ?? actions.find(({ preferred }) => preferred) ?? actions.at(-1);
    const after = apply(texts, action?.changes ?? []);
    const open = openFiles(after);
    expect([...after.keys()].flatMap((each) => open(each).analysis.diagnostics.filter(({ severity }) => severity === 'error'))).toEqual([]);
    const written = [...after].map(([file, text]) => `# file: ${file}\n${text.trimEnd()}\n`).join('');
    const fixed = join(folder, name.replace('.yaml', '.fixed.yaml'));
    if (process.env['UPDATE_FIXTURES'] === '1') writeFileSync(fixed, written);
    expect(readFileSync(fixed, 'utf8')).toBe(written);
  });
});
