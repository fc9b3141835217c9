import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { analyzeFile } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

interface LintCase {
  readonly id: string;
  readonly text: string;
  /** 1-based lines on one of which a finding must stand; none = clean. */
  readonly lines: readonly number[];
}

const source = join(import.meta.dirname, '../../../shared/cases/lint/cases.mjs');
const summarizer = 'name: summarizer\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Summarise.\n';

describe('the seeded mistakes of shared/cases/lint are found on their lines', async () => {
  if (!existsSync(source)) {
    it('has no cases here: ../shared/cases/lint is not part of the project', () => {
      process.stderr.write(`No lint cases: ${source} does not exist. They are checked where it does.\n`);
      expect(existsSync(source)).toBe(false);
    });
    return;
  }
  const { cases } = (await import(pathToFileURL(source).href)) as { cases: readonly LintCase[] };

  it('has cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(34);
  });

  it.each([...cases])('$id', ({ id, text, lines }) => {
    const path = `${id}.nodes.yaml`;
    const workspace = memoryWorkspace({ [path]: text, 'agents/summarizer.agent.yaml': summarizer });
    const analysis = analyzeFile(path, workspace, { sha256 });
    const serious = analysis.diagnostics.filter(({ severity }) => severity === 'error' || severity === 'warning');
    const found = serious.map(({ span }) => analysis.lines.at(span.start).line);
    if (lines.length === 0) expect(serious).toEqual([]);
    else expect(found.filter((line) => lines.includes(line))).not.toEqual([]);
  });
});
