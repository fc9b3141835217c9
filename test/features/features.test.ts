import { describe, expect, it } from 'vitest';
import { applyEdits, codeActions, codeLenses, complete, hover, renameFile, summariseFile, workspaceSymbols } from '../../language/index.ts';
import type { FeatureContext, LastRun } from '../../language/index.ts';
import { functionDocs, statesFunctionDocs } from '../../language/features/function-docs.ts';
import { parseCron } from '../../language/expressions/cron.ts';
import { cronInWords, nextTimes } from '../../language/features/cron.ts';
import { builtinFunctions } from '../../language/expressions/builtin-functions.ts';
import { statesFunctions } from '../../language/expressions/states-expression.ts';
import { workflowTemplates } from '../../language/features/workflow-templates.ts';
import { withoutStops } from '../../language/features/fixes/field-fixes.ts';
import { openFiles } from './feature-kit.ts';

const path = 'main.workflow.yaml';
const open = (text: string, more = {}): FeatureContext => openFiles(new Map([[path, text], ['configs/agents/a.yaml', 'name: a\nrole: custom\nsystem_prompt: Do it.\n']]), more)(path);

describe('cron', () => {
  const times = (line: string, from: string, zone = 'UTC') => nextTimes(parseCron(line)!, new Date(from), zone, 3)?.map((time) => time.toISOString().slice(0, 16));

  it.each([
    ['* * * * *', 'Every minute'],
    ['0 9 * * 1-5', 'At 09:00, on Monday to Friday'],
    ['0 0 1 1 *', 'At 00:00, on day 1 of the month, in January'],
    ['30 8,12 * * sun', 'At 08:30 and 12:30, on Sunday'],
    ['5 * * * *', 'At minute 5 of every hour'],
    ['0 0 13 * 5', 'At 00:00, on day 13 of the month or on Friday'],
    ['0 0 * * 6,0', 'At 00:00, on Saturday to Sunday'],
  ])('%s is said in words', (line, words) => {
    expect(cronInWords(parseCron(line)!)).toBe(words);
  });

  it.each(['', '* * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 8', '*/0 * * * *', '5-1 * * * *', 'x * * * *', '1,,2 * * * *'])('%s is no cron line', (line) => {
    expect(parseCron(line)).toBeNull();
  });

  it('names the next times in the zone, over changes of clocks', () => {
    expect(times('0 9 * * *', '2026-03-28T00:00:00Z', 'Europe/Berlin')).toEqual(['2026-03-28T08:00', '2026-03-29T07:00', '2026-03-30T07:00']);
    // 02:30 is left out on the 29th.
    expect(times('30 2 * * *', '2026-03-28T00:00:00Z', 'Europe/Berlin')).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
    expect(times('0 0 29 2 *', '2026-01-01T00:00:00Z')).toEqual(['2028-02-29T00:00']);
    expect(times('0 0 30 2 *', '2026-01-01T00:00:00Z')).toEqual([]);
    expect(times('0 0 * * *', '2026-01-01T00:00:00Z', 'Nowhere/None')).toBeUndefined();
  });
});

it('every function of an expression is documented, and no other', () => {
  expect(functionDocs.map(({ name }) => name).sort()).toEqual([...builtinFunctions].sort());
  expect(statesFunctionDocs.map(({ name }) => name).sort()).toEqual([...statesFunctions].sort());
});

it.each(workflowTemplates)('the template $name has no mistake when it is taken as it is', ({ nodes }) => {
  const text = withoutStops(nodes.replace(/\$\{(\d+)\}/g, '$1')).replace(/^/gm, '  ');
  const { analysis } = open(`name: T\nadapter_kind: graph\nnodes:\n${text}\n`);
  expect(analysis.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

it('what completion offers for an empty file is a document without mistakes', () => {
  const context = open('');
  const skeletons = complete(context, 0).filter(({ kind }) => kind === 'snippet');
  expect(skeletons.length).toBe(8);
  for (const { insertText } of skeletons) expect(open(withoutStops(insertText)).analysis.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

describe('what the ledger knows', () => {
  const run: LastRun = { runId: 'r1', status: 'completed', specHash: '3f9a'.padEnd(64, '0'), costUsd: 0.0123, ageSeconds: 125 };
  const text = 'name: T\nadapter_kind: graph\nnodes:\n  - { id: a, agent_spec: a@sha256:abc }\n';

  it('shows the last run over a workflow, and runs a node on its record', () => {
    const lenses = codeLenses(open(text, { lastRun: () => run }));
    expect(lenses.map(({ title }) => title)).toEqual(['▷ Run Workflow (simulated, free)', 'Run with inputs…', 'DAG', '⛓ 3f9a… last: completed 2 m ago, $0.012', 'Run this node']);
    expect(lenses.at(-1)).toMatchObject({ action: 'fork', arguments: { run: 'r1', only: 'a' } });
  });

  it('calls free what goes to a server of one\'s own at the moment, unless the agent says another address or a price', () => {
    const title = (model: string, freeProviders: readonly string[]): string => codeLenses(openFiles(new Map([['f.workflow.yaml', 'name: F\nadapter_kind: graph\nnodes:\n  - { id: a, agent_spec: a.agent.yaml }\ncost_caps: { per_run_max_usd: 0.5 }\n'], ['a.agent.yaml', `name: a\nrole: custom\nsystem_prompt: Do it.\nmodel: ${model}\n`]]), { freeProviders })('f.workflow.yaml'))[0]?.title ?? '';
    expect(title('{ provider: openai, model: m }', [])).toBe('▷ Run Workflow (m, cap $0.50)');
    expect(title('{ provider: openai, model: m }', ['openai'])).toBe('▷ Run Workflow (m, free)');
    expect(title('{ provider: openai, model: m, base_url: "https://gateway.test" }', ['openai'])).toBe('▷ Run Workflow (m, cap $0.50)');
    expect(title('{ provider: openai, model: m, price: { input: 1, output: 1 } }', ['openai'])).toBe('▷ Run Workflow (m, cap $0.50)');
  });

  it('pins a digest it knows', () => {
    const lockedSpecs = [{ kind: 'agent', name: 'a', specHash: 'f'.repeat(64), sourcePath: null }] as const;
    const context = open(text, { lockedSpecs });
    const [action] = codeActions(context, { start: text.indexOf(':abc') + 1, end: text.indexOf(':abc') + 1 });
    const change = action?.changes[0];
    expect(change?.kind === 'edit' ? applyEdits(text, change.edits) : '').toContain(`agent_spec: a@sha256:${'f'.repeat(64)} }`);
  });
});

it('moving a file rewrites what refers to it and what it refers to', () => {
  const texts = new Map([
    ['flows/a.workflow.yaml', 'name: A\nadapter_kind: graph\nnodes:\n  - { id: x, agent_spec: ./x.agent.yaml }\n  - { id: y, agent_spec: "flows/x.agent.yaml" }\n'],
    ['flows/x.agent.yaml', 'name: x\nrole: custom\nsystem_prompt: Do it.\n'],
  ]);
  const { workspace } = openFiles(texts)('flows/a.workflow.yaml');
  const after = (from: string, to: string) => renameFile(workspace, from, to).map((change) => (change.kind === 'edit' ? applyEdits(texts.get(change.file) ?? '', change.edits) : ''));
  expect(after('flows/x.agent.yaml', 'agents/x.agent.yaml')).toEqual(['name: A\nadapter_kind: graph\nnodes:\n  - { id: x, agent_spec: ../agents/x.agent.yaml }\n  - { id: y, agent_spec: "agents/x.agent.yaml" }\n']);
  expect(after('flows/a.workflow.yaml', 'a.workflow.yaml')).toEqual(['name: A\nadapter_kind: graph\nnodes:\n  - { id: x, agent_spec: ./flows/x.agent.yaml }\n  - { id: y, agent_spec: "flows/x.agent.yaml" }\n']);
});

it('a file without documents of ours gets nothing', () => {
  const context = openFiles(new Map([['docker-compose.yaml', 'services:\n  web: { image: x }\n']]))('docker-compose.yaml');
  expect(complete(context, 12)).toEqual([]);
  expect(hover(context, 2, null)).toBeNull();
  expect(codeLenses(context)).toEqual([]);
  expect(summariseFile(context.analysis)).toEqual([]);
  expect(workspaceSymbols(context.workspace, '')).toEqual([]);
});
