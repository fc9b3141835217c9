import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeFile, AnalysisSession, type Analysis, type LockedSpec, type Workspace } from '../../language/index.ts';
import { apply, edit, fixtures, longStates, longWorkflow, plainNode } from './edits.ts';

const RUNS = Number(process.env['DAGBOOK_SOAK_RUNS'] ?? 40);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function workspaceOf(files: ReadonlyMap<string, string>): Workspace {
  return {
    read: (path) => (files.has(path) ? { kind: 'text', text: files.get(path)! } : { kind: 'missing' }),
    list: () => [...files.keys()].sort(),
    settings: { agents: {}, workflowGlobs: [] },
  };
}

/** What is said about a file and what it is read as; positions included. */
function said({ diagnostics, documents, lines }: Analysis): string {
  return JSON.stringify([diagnostics, lines.lineCount, documents.map(({ document, ...rest }) => [document.tree === null ? null : plainNode(document.tree), document.json, document.span, document.problems, document.broken, 'workflow' in rest ? rest.workflow : null, 'agent' in rest ? rest.agent : null, rest.references.map(({ path, kind, reference, resolution }) => [path, kind, reference, resolution?.kind])])]);
}

describe('a session', () => {
  const agent = 'name: helper\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Help.\n';
  const locked = 'd'.repeat(64);
  const states = [...fixtures()].filter(([path]) => path.includes('states')).map(([, text]) => text);
  const paths = ['a.workflow.yaml', 'b.workflow.yaml', 'configs/agents/helper.yaml', 'agents/other.agent.yaml'] as const;
  const starts = [
    longWorkflow(12).replace('    task:\n      goal: do the thing 0', '    agent_spec: configs/agents/helper.yaml'),
    longStates(6),
    longWorkflow(30),
    `${longWorkflow(4)}---\n${agent}`,
    'name: b\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: helper\n  - id: b\n    workflow: ./a.workflow.yaml\n  - id: c\n    agent_spec: other\n    depends_on: [a]\n',
    agent,
    agent.replace('helper', 'other'),
    `name: d\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: acme/helper@sha256:${locked}\n`,
    ...states,
  ];

  it('reads a long file for the first time in parts, once, and a short one in none', () => {
    const [long, short] = [`${longStates(3)}${'# a comment that is long\n'.repeat(5000)}`, longWorkflow(4)];
    const workspace = workspaceOf(new Map([['long.yaml', long], ['short.yaml', short]]));
    const session = new AnalysisSession(workspace, { sha256, onBug: (_, error) => { throw error; } });
    const parts = (path: string): number => {
      let count = 0;
      while (session.readOn(path)) count += 1;
      return count;
    };
    session.setText('long.yaml', long);
    expect([parts('long.yaml'), parts('short.yaml')]).toEqual([3, 0]);
    expect(said(session.analysis('long.yaml'))).toBe(said(analyzeFile('long.yaml', workspace, { sha256 })));
    session.setText('long.yaml', `${long}# more\n`);
    expect(parts('long.yaml')).toBe(0);
  });

  it('ends, after any sequence of edits, saves, deletions and questions, with what an analysis from scratch says', () => {
    const act = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('edit' as const), path: fc.constantFrom(...paths), edit }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('write' as const), path: fc.constantFrom(...paths), text: fc.constantFrom(...starts) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('delete' as const, 'close' as const), path: fc.constantFrom(...paths) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('lock' as const, 'unlock' as const), path: fc.constant(paths[0]) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('ask' as const, 'glance' as const), path: fc.constantFrom(...paths) }) },
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...starts), { minLength: 4, maxLength: 4 }), fc.array(act, { minLength: 1, maxLength: 16 }), (texts, acts) => {
        const disk = new Map(paths.map((path, i): [string, string] => [path, texts[i]!]));
        const buffers = new Map<string, string>();
        const bugs: unknown[] = [];
        // What the ledger has been found to hold so far.
        let spec: LockedSpec | null = null;
        const lockedSpec = (hash: string): LockedSpec | null => (hash === locked ? spec : null);
        const session = new AnalysisSession(workspaceOf(disk), { sha256, lockedSpec, onBug: (_, error) => bugs.push(error) });
        for (const each of acts) {
          const { path } = each;
          if (each.kind === 'edit') {
            const text = apply(buffers.get(path) ?? disk.get(path) ?? '', each.edit);
            buffers.set(path, text);
            session.setText(path, text);
          } else if (each.kind === 'close') {
            buffers.delete(path);
            session.dropText(path);
          } else if (each.kind === 'lock' || each.kind === 'unlock') {
            spec = each.kind === 'unlock' ? null : { kind: 'agent', name: 'helper', content: '{"name":"helper","role":"custom"}', sourcePath: null };
            session.lockedSpecsChanged([locked]);
          } else if (each.kind === 'ask') session.check(path);
          // What a hover wants: no checks.
          else if (each.kind === 'glance') expect(session.analysis(path).documents.flatMap(({ references }) => references)).toBeDefined();
          else {
            if (each.kind === 'write') disk.set(path, each.text);
            else disk.delete(path);
            session.fileChanged(path);
          }
        }
        const now = workspaceOf(new Map([...disk, ...buffers]));
        for (const path of paths) expect(said(session.analysis(path))).toBe(said(analyzeFile(path, now, { sha256, lockedSpec })));
        expect(bugs).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  it('knows of a file that came while another was opened, before the disk told of it', () => {
    const disk = new Map<string, string>([['a.workflow.yaml', longWorkflow(3)], ['b.workflow.yaml', 'name: b\nadapter_kind: graph\nnodes:\n  - id: n\n    agent_spec: agents/helpr.yaml\n']]);
    const session = new AnalysisSession(workspaceOf(disk), { sha256, onBug: (_, error) => { throw error; } });
    const suggested = (): unknown => session.check('b.workflow.yaml').map(({ suggestion }) => suggestion);
    expect(suggested()).toEqual([undefined]);
    disk.set('agents/helper.yaml', 'name: helper\nrole: custom\n');
    session.setText('a.workflow.yaml', longWorkflow(4));
    session.check('a.workflow.yaml');
    session.fileChanged('agents/helper.yaml');
    expect(suggested()).toEqual(['agents/helper.yaml']);
  });

  it('looks anew at what refers to a version by its digest once the ledger has it, and at nothing else', () => {
    const byDigest = starts.find((text) => text.includes(locked))!;
    let spec: LockedSpec | null = null;
    const session = new AnalysisSession(workspaceOf(new Map([['a.workflow.yaml', byDigest], ['c.workflow.yaml', longWorkflow(3)]])), { sha256, lockedSpec: () => spec, onBug: (_, error) => { throw error; } });
    session.check('c.workflow.yaml');
    expect(session.check('a.workflow.yaml').map(({ code }) => code)).toEqual(['agent-not-available']);
    spec = { kind: 'agent', name: 'helper', content: '{"name":"helper","role":"custom"}', sourcePath: null };
    session.lockedSpecsChanged(['e'.repeat(64)]);
    expect(session.takeStale()).toEqual([]);
    session.lockedSpecsChanged([locked]);
    expect(session.takeStale()).toEqual(['a.workflow.yaml']);
    expect(session.check('a.workflow.yaml')).toEqual([]);
  });

  it('makes stale what depends on a change, and nothing else', () => {
    const disk = new Map([['configs/agents/helper.yaml', agent], ['a.workflow.yaml', 'name: a\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: configs/agents/helper.yaml\n'], ['b.workflow.yaml', starts[4]!], ['c.workflow.yaml', longWorkflow(3)]]);
    const session = new AnalysisSession(workspaceOf(disk), { sha256, onBug: (_, error) => { throw error; } });
    for (const path of disk.keys()) session.check(path);
    session.setText('configs/agents/helper.yaml', agent.replace('Help.', 'Help!'));
    expect(session.takeStale().toSorted()).toEqual(['a.workflow.yaml', 'b.workflow.yaml']);
    expect(session.takeStale()).toEqual([]);
    expect(session.isFresh('c.workflow.yaml')).toBe(true);
  });
});
