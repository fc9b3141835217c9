import { describe, expect, it } from 'vitest';
import { analyzeFile, lockWorkflow } from '../../language/index.ts';
import type { Workflow } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from '../language/memory-workspace.ts';
import { aslCases, noCases } from './asl-cases.ts';

describe('what Step Functions has accepted', () => {
  const cases = aslCases();
  if (cases.length === 0) {
    it('has no cases here', noCases);
    return;
  }

  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(500);
  });

  it('is recognised and read without an error', () => {
    for (const { name, workflow } of cases) {
      const { documents, diagnostics } = analyzeFile('case.yaml', memoryWorkspace({ 'case.yaml': workflow }), { sha256 });
      expect(documents.map(({ kind }) => kind), name).toEqual(['states']);
      expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code}: ${message}`), name).toEqual([]);
    }
  });

  it('is warned of only where the run has failed', () => {
    const warned = cases.flatMap(({ name, workflow, expected }) => {
      const { diagnostics } = analyzeFile('case.yaml', memoryWorkspace({ 'case.yaml': workflow }), { sha256 });
      return diagnostics.filter(({ severity }) => severity === 'warning').map(({ code }) => ({ name, code, status: expected.status }));
    });
    expect(warned.filter(({ status }) => status === 'SUCCEEDED')).toEqual([]);
    expect(new Set(warned.map(({ code }) => code))).toEqual(new Set(['path-never-written', 'variable-never-assigned']));
  });

  it('locks, and reads back as the graph it was checked as', () => {
    for (const { name, workflow } of cases) {
      const workspace = memoryWorkspace({ 'case.yaml': workflow });
      const result = lockWorkflow({ path: 'case.yaml' }, workspace, { sha256, simulated: true, forRun: false });
      const [document] = analyzeFile('case.yaml', workspace, { sha256 }).documents;
      expect(result.ok, name).toBe(true);
      if (!result.ok || document?.kind !== 'states') continue;
      expect(summary(result.workflow), name).toEqual(summary(document.workflow));
    }
  });
});

/** Canonical content has its keys sorted, so the states come in another order. */
function summary({ nodes, edges, startAt }: Workflow): unknown {
  return {
    startAt,
    nodes: nodes.map(({ id, state }) => JSON.stringify([id, state?.type, state?.parent, state?.scope, state?.ends])).sort(),
    edges: edges.map(({ from, to, transition }) => JSON.stringify([from, to, transition])).sort(),
  };
}
