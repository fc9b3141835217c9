import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeFile, AnalysisSession, type Workspace } from '../../language/index.ts';
import { apply, edit, longStates, longWorkflow, type Edit } from './edits.ts';

const RUNS = Number(process.env['DAGBOOK_SOAK_RUNS'] ?? 25);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const agent = 'name: helper\nrole: custom\nmodel: { provider: simulated }\nsystem_prompt: Help.\n';

/** What changes the meaning of a document and leaves it one: a word for another, a whole entry gone, doubled or moved, typed and taken back. */
type NearEdit =
  | { readonly kind: 'word'; readonly at: number; readonly word: readonly [from: RegExp, to: string] }
  | { readonly kind: 'entry'; readonly at: number; readonly act: 'remove' | 'double' | 'move' }
  | { readonly kind: 'any'; readonly edit: Edit }
  | { readonly kind: 'back' };

const place = fc.nat(999_999).map((millionths) => millionths / 1_000_000);

type Words = readonly (readonly [RegExp, string])[];

const ofStates: Words = [
  [/type: Task/g, 'type: Taskk'], [/type: Taskk?/g, 'type: Pass'], [/type: Choice/g, 'type: Succeed'], [/type: Pass/g, 'type: Task'], [/type: Parallel/g, 'type: Map'],
  [/type: Succeed/g, 'type: Pass\n      next: Ask0'], [/type: Task/g, 'type: Pass\n      result: { claim: 1, r1: { a: 1 } }'], [/inputPath: \$\.\w+/g, 'parameters: { r1: { a: 1 }, r2.$: $.r2 }'],
  [/next: \w+/g, 'next: Done'], [/next: \w+/g, 'next: Nowhere'], [/next: \w+/g, 'end: true'], [/next: \w+/g, 'comment: gone'], [/default: \w+/g, 'default: Ask1'], [/default: \w+/g, 'comment: gone'], [/startAt: \w+/g, 'startAt: Ask2'],
  [/resultPath: \$\.\w+/g, 'resultPath: $'], [/resultPath: \$\.\w+/g, 'resultPath: $.r1.deeper'], [/resultPath: \$\.\w+/g, 'resultPath: null'], [/inputPath: \$\.\w+/g, 'outputPath: $.r2'], [/risk/g, 'riskk'], [/\$\.r\d/g, '$.r1'],
  [/agent: \S+/g, 'retry: [{ errorEquals: [States.ALL, States.Nope] }, { errorEquals: [A] }]'], [/stringEquals: high/g, ''], [/seconds: 5/g, 'timeoutSeconds: 1, heartbeatSeconds: 2'], [/Both\d/g, 'Other'],
  [/comment: /g, 'queryLanguage: JSONata #'], [/spec:\n/g, 'spec:\n  queryLanguage: JSONata\n'], [/  queryLanguage: JSONata\n/g, ''],
  [/branches:\n/g, 'branches:\n        - startAt: Q\n          states: { Q: { type: Pass, inputPath: $.x.y } }\n'], [/seconds: 5/g, 'next: Lost'],
  [/comment: /g, 'assign: { total: 1, left.$: $.r1 } #'], [/inputPath: \$\.\w+/g, 'parameters: { n.$: $total, m.$: $totl }'], [/inputPath: \$\.\w+/g, 'parameters: { a.$: "States.MathAdd($.r1, 1", b: $.r2, c.$: 1 }'],
  [/choices:\n/g, 'choices:\n        - variable: $.r1.riskk\n          isPresent: true\n          next: Done\n'], [/variable: \S+/g, 'condition: "{% $states.input.a %}"'], [/variable: \S+/g, 'variable: $.['],
  [/ {4}Done:\n {6}type: Succeed/g, '    Done: nothing'], [/ {12}A\d: /g, '            B1: '], [/startAt: A\d/g, 'startAt: Z'], [/agent: \S+/g, 'agent: ./nobody.yaml'], [/agent: \S+/g, `agent: acme/a@sha256:${'a'.repeat(64)}`], [/agent: \S+/g, 'agent: acme/a@sha256:abc'],
];

const ofNodes: Words = [
  [/id: n\d+/g, 'id: n1'], [/\[n\d+\]/g, '[n2, n3]'], [/\[n\d+\]/g, '[m1]'], [/to: n\d/g, 'to: n4'], [/to: n\d/g, 'to: m4'], [/role: verify/g, 'role: verifyy'], [/goal: do/g, 'goal: "{% nodes.n2.output %}" #'],
  [/role: verify/g, 'agent_spec: ./helper.agent.yaml'], [/role: verify/g, 'agent_spec: nobody'], [/max_iters: 3/g, 'max_iters: 0'], [/kind:/g, 'kind: { classify: { branches: [{ label: a, nodes: [n3] }, { label: a, nodes: [m3] }] } } #'],
  [/per_node_max_tokens: 4000/g, 'per_node_max_tokens: 1'], [/goal: do/g, 'goals: do'], [/when: .*/g, 'when: "{% nodes.n9.output + %}"'],
  [/goal: do/g, 'goal: "{% nodes.n15.output %}" #'], [/goal: do/g, 'goal: "${{ inputs.go }}" #'], [/goal: do/g, 'goal: sk-aaaaaaaaaaaaaaaaaaaaaaaa #'], [/role: verify/g, 'inputs: { api_key: abcdef123456789012 }'], [/role: verify/g, 'params: { a: 1 }'],
  [/role: verify/g, 'workflow: ./other.yaml'], [/role: verify/g, 'output_schema: ./nothing.json'], [/role: verify/g, 'trust: quarantined'], [/to: n\d/g, 'to: n1\n  - from: n3\n    to: n3'], [/    task:\n {6}goal: .*\n/g, ''],
  [/role: verify/g, `agent_spec: acme/a@sha256:${'a'.repeat(64)}`], [/adapter_kind: graph/g, 'adapter_kind: fusion\nweights_prior: { n1: 1, m1: 2 }'], [/agent_spec: \S+/g, 'agent_spec: helper'],
];

/** States inside states that are long enough to be read by themselves. */
function wideStates(branches: number): string {
  const branch = (i: number): string => `        - startAt: A${String(i)}\n          states:\n            A${String(i)}:\n              type: Pass\n              result: { a: 1 }\n              next: B${String(i)}\n            B${String(i)}:\n              type: Pass\n              inputPath: $.a.b\n              end: true\n`;
  return `apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata:\n  name: wide\nspec:\n  startAt: Wide\n  states:\n    Wide:\n      type: Parallel\n      branches:\n${Array.from({ length: branches }, (_, i) => branch(i)).join('')}      next: Done\n    Done:\n      type: Succeed\n`;
}

const nearOf = (words: Words): fc.Arbitrary<NearEdit> => fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('word' as const), at: place, word: fc.constantFrom(...words) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('entry' as const), at: place, act: fc.constantFrom('remove' as const, 'double' as const, 'move' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('any' as const), edit }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('back' as const) }) },
);

function applyNear(text: string, before: string, act: NearEdit): string {
  switch (act.kind) {
    case 'any':
      return apply(text, act.edit);
    case 'back':
      return before;
    case 'word': {
      const found = [...text.matchAll(act.word[0])];
      const match = found[Math.floor(act.at * found.length)];
      return match === undefined ? text : text.slice(0, match.index) + act.word[1] + text.slice(match.index + match[0].length);
    }
    case 'entry': {
      // A state of the document's own, a branch, a node or an edge: each begins a line.
      const starts = [...text.matchAll(/^(?: {4}[A-Z]\w*:| {8}- startAt| {2}- )/gm)].map(({ index }) => index);
      const chosen = Math.floor(act.at * starts.length);
      const [start, end] = [starts[chosen], starts[chosen + 1]];
      if (start === undefined || end === undefined) return text;
      const entry = text.slice(start, end);
      const without = text.slice(0, start) + text.slice(end);
      if (act.act === 'remove') return without;
      const doubled = entry.replace(/^( {4})(\w+)/, '$1Again$2');
      const target = starts[Math.floor(starts.length / 3)] ?? start;
      return act.act === 'double' ? text.slice(0, start) + doubled + text.slice(start) : without.slice(0, target) + entry + without.slice(target);
    }
  }
}

describe('an analysis that is kept up', () => {
  it.each([
    // More than 64 states are remembered entry by entry.
    ['states', ofStates, [longStates(8), wideStates(16), longStates(22)]],
    ['nodes', ofNodes, [longWorkflow(18)]],
  ] as const)('says after every edit what one from scratch says: documents of %s', (_name, words, starts) => {
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.array(nearOf(words), { minLength: 4, maxLength: 24 }), (start, acts) => {
        const texts = new Map([['a.workflow.yaml', start], ['helper.agent.yaml', agent]]);
        const workspace: Workspace = { read: (path) => (texts.has(path) ? { kind: 'text', text: texts.get(path)! } : { kind: 'missing' }), list: () => [...texts.keys()], settings: { agents: {}, workflowGlobs: [] } };
        const session = new AnalysisSession(workspace, { sha256, onBug: (_, error) => { throw error; } });
        let [text, before] = [start, start];
        session.check('a.workflow.yaml');
        for (const act of acts) {
          [text, before] = [applyNear(text, before, act), text];
          session.setText('a.workflow.yaml', text);
          texts.set('a.workflow.yaml', text);
          const fresh = analyzeFile('a.workflow.yaml', workspace, { sha256 });
          const kept = session.analysis('a.workflow.yaml');
          expect(kept.diagnostics).toEqual(fresh.diagnostics);
          const refers = ({ documents }: typeof kept): object => documents.map(({ references }) => references.map(({ path, kind, reference, resolution }) => [path, kind, reference, resolution?.kind]));
          expect(refers(kept)).toEqual(refers(fresh));
          expect(kept.documents.map((document) => ('workflow' in document ? document.workflow : null))).toEqual(fresh.documents.map((document) => ('workflow' in document ? document.workflow : null)));
        }
      }),
      { numRuns: RUNS },
    );
  });

  const told: ReadonlySet<string> = new Set(['no-exit', 'path-never-written', 'variable-never-assigned', 'not-an-ancestor']);

  /** A document that is long enough for its parts to be remembered. */
  const states = (body: string): string => `apiVersion: agentrc.workflow/v0.1\nkind: AgentWorkflow\nmetadata: { name: x }\nspec:\n  startAt: Begin\n  states:\n${body}${Array.from({ length: 20 }, (_, i) => `    Pad${String(i)}: { type: Wait, seconds: 1, next: ${i < 19 ? `Pad${String(i + 1)}` : 'Last'} }\n`).join('')}`;

  /** As long, with an expression in each node, so that expressions are remembered. */
  const chain = (nodes: number): string => `name: T\nadapter_kind: graph\nnodes:\n${Array.from({ length: nodes }, (_, i) => `  - id: n${String(i)}\n    task: { goal: "{% nodes.n${String(Math.max(0, i - 5))}.output %}" }\n    depends_on: [${i === 0 ? '' : `n${String(i - 1)}`}]\n`).join('')}`.replace('"{% nodes.n0.output %}"', 'Go');

  it.each([
    ['a question in another state whether a field is there', states('    Begin: { type: Pass, result: { x: { y: 1 } }, next: C }\n    C: { type: Pass, inputPath: $.x.z, next: Pad0 }\n    Last: { type: Choice, choices: [{ variable: $.q, isPresent: true, next: Over }], default: Over }\n    Over: { type: Succeed }\n'), ['variable: $.q', 'variable: $.x.z'], ['path-never-written'], []],
    ['a state that no longer leads to where its variable is read', states('    Begin: { type: Choice, default: Use, choices: [{ variable: $.v, isNull: true, next: Set }] }\n    Set: { type: Pass, assign: { total: 1 }, next: Between }\n    Between: { type: Pass, next: Use }\n    Use: { type: Pass, parameters: { n.$: $total }, next: Pad0 }\n    Last: { type: Succeed }\n'), ['Between: { type: Pass, next: Use }', 'Between: { type: Pass, next: Pad0 }'], [], ['variable-never-assigned']],
    ['a dependency that is gone, far above an expression', chain(16), ['depends_on: [n8]', 'depends_on: []'], [], ['not-an-ancestor', 'not-an-ancestor', 'not-an-ancestor', 'not-an-ancestor', 'not-an-ancestor']],
    ['a state that ends now, though it leads on', states('    Begin:\n      type: Choice\n      default: Pad0\n    Last: { type: Pass, next: Begin }\n'), ['type: Choice', 'type: Succeed'], ['no-exit'], []],
    [
      'one of two ways to a state',
      states('    Begin: { type: Choice, default: A, choices: [{ variable: $.v, isNull: true, next: B }] }\n    A: { type: Pass, result: { x: { y: 1 } }, next: C }\n    B:\n      type: Pass\n      result: { x: { q: 1 } }\n      next: C\n    C: { type: Pass, inputPath: $.x.y, next: Pad0 }\n    Last: { type: Succeed }\n'),
      ['x: { y: 1 }', 'x: { r: 1 }'], [], ['path-never-written'],
    ],
  ] as const)('says what follows from %s', (_name, start, [from, to], before, after) => {
    const session = new AnalysisSession({ read: () => ({ kind: 'missing' }), list: () => [], settings: { agents: {}, workflowGlobs: [] } }, { sha256, onBug: (_, error) => { throw error; } });
    const codes = (text: string): readonly string[] => {
      session.setText('a.yaml', text);
      return session.check('a.yaml').map(({ code }) => code).filter((code) => told.has(code));
    };
    expect(codes(start)).toEqual(before);
    expect(codes(start.replace(from, to))).toEqual(after);
    expect(codes(start)).toEqual(before);
  });
});
