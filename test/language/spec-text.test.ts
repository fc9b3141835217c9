import { globSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkChanged, lockAgent, lockWorkflow, specText } from '../../language/index.ts';
import type { LockDependencies, SpecToLock } from '../../language/index.ts';
import { memoryWorkspace, sha256 } from './memory-workspace.ts';

const root = path.resolve(import.meta.dirname, '../..');
const dependencies: LockDependencies = { sha256, simulated: true, forRun: false };

function yamlBelow(folder: string): Record<string, string> {
  return Object.fromEntries(globSync('**/*.{yaml,yml}', { cwd: path.join(root, folder) }).map((file) => [file.replaceAll(path.sep, '/'), readFileSync(path.join(root, folder, file), 'utf8')]));
}

/** Every spec of a workspace that locks. */
function specsOf(files: Readonly<Record<string, string>>): readonly SpecToLock[] {
  const workspace = memoryWorkspace(files);
  return Object.keys(files).flatMap((file) => [lockWorkflow({ path: file }, workspace, dependencies), lockAgent({ path: file }, workspace, dependencies)].flatMap((locked) => (locked.ok ? locked.locks : [])));
}

/** The text of a locked spec in the place of the one it was locked from, locked again. */
function relocked({ kind, content, sourcePath }: SpecToLock, files: Readonly<Record<string, string>>): string | undefined {
  const file = sourcePath ?? 'made.agent.yaml';
  const { text } = specText(kind, content);
  const workspace = memoryWorkspace({ ...files, [file]: text });
  const locked = kind === 'agent' ? lockAgent({ path: file }, workspace, dependencies) : lockWorkflow({ path: file }, workspace, dependencies);
  if (!locked.ok) throw new Error(`${JSON.stringify(locked.diagnostics)}\n${text}`);
  return locked.locks.at(-1)?.content;
}

test.each(readdirSync(path.join(root, 'examples')))('every locked spec of the example %s is a text that locks to the same hash', (example) => {
  const files = yamlBelow(`examples/${example}`);
  const specs = specsOf(files);
  expect(specs.length).toBeGreaterThan(0);
  for (const spec of specs) expect(relocked(spec, files), spec.name).toBe(spec.content);
});

test('so is every spec of the clean fixtures', () => {
  const specs = Object.entries(yamlBelow('test/fixtures/clean')).flatMap(([file, text]) => specsOf({ [file]: text }).map((spec) => ({ spec, files: { [file]: text } })));
  expect(specs.length).toBeGreaterThan(0);
  for (const { spec, files } of specs) expect(relocked(spec, files), spec.name).toBe(spec.content);
});

test('so is a state machine', () => {
  const text = `apiVersion: agentrc.workflow/v0.1
kind: AgentWorkflow
metadata: { name: flow, labels: { team: "yes" } }
spec:
  startAt: Ask
  states:
    Ask: { type: Task, agent: helper, parameters: { "ref.$": $.x, spec_hash: y }, retry: [{ errorEquals: [States.ALL], maxAttempts: 2 }], next: Y }
    Y: { type: Choice, choices: [{ variable: $.ok, booleanEquals: true, next: Done }], default: Both }
    Both: { type: Parallel, branches: [{ startAt: In, states: { In: { type: Task, agent: configs/agents/helper.yaml, end: true } } }], next: Done }
    Done: { type: Succeed }
`;
  const files = { 'flow.workflow.yaml': text, 'configs/agents/helper.yaml': 'name: helper\nrole: custom\nsystem_prompt: Help.\n' };
  const specs = specsOf(files);
  expect(specs.some(({ content }) => content.includes('agentrc.workflow'))).toBe(true);
  for (const spec of specs) expect(relocked(spec, files), spec.name).toBe(spec.content);
});

test('what only looks like a locked reference stays what its author wrote, and hostile keys stay keys', () => {
  const hash = 'ab'.repeat(32);
  const text = `name: T\nadapter_kind: graph\nnodes:\n  - id: a\n    agent_spec: helper\n    inputs: { pair: { ref: x, spec_hash: ${hash} }, __proto__: { deep: 1 }, yes: "no", n: 1e21 }\n`;
  const files = { 'main.workflow.yaml': text, 'configs/agents/helper.yaml': 'name: helper\nrole: custom\nsystem_prompt: "# not: a comment"\n' };
  const specs = specsOf(files);
  expect(specs.length).toBeGreaterThan(1);
  for (const spec of specs) expect(relocked(spec, files), spec.name).toBe(spec.content);
});

test('fields stand in the order in which people write them, and references are named with their hash', () => {
  const files = yamlBelow('examples/tutorial');
  const spec = specsOf(files).find(({ name }) => name === 'MyFirstResearchLoop');
  const { text, references } = specText('workflow', spec?.content ?? '{}');
  const places = ['name:', 'adapter_kind:', 'nodes:', 'cost_caps:'].map((word) => text.search(new RegExp(`^${word}`, 'm')));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBe(0);
  expect(references.map(({ ref }) => ref)).toContain('configs/agents/research_lite.yaml');
  expect(text).not.toContain('spec_hash');
});

test('the checks find nothing wrong with what was locked when they read it again, though its workspace is gone', () => {
  const nothing = specsOf({ 'w.workflow.yaml': 'name: W\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: Say. } }\n' }).at(-1)?.content ?? '';
  const examples = readdirSync(path.join(root, 'examples')).map((example) => yamlBelow(`examples/${example}`));
  const alone = Object.entries(yamlBelow('test/fixtures/clean')).map(([file, text]) => ({ [file]: text }));
  const specs = [...examples, ...alone].flatMap(specsOf);
  const byHash = new Map(specs.map((spec) => [spec.specHash, spec]));
  const lockedSpec = (hash: string): SpecToLock | null => byHash.get(hash) ?? null;
  const workflows = specs.filter(({ kind }) => kind === 'workflow');
  expect(workflows.length).toBeGreaterThan(4);
  for (const { name, content } of workflows) expect(checkChanged(nothing, content, { sha256, lockedSpec }), name).toEqual([]);
});

test('of a changed one they find what is new, and only that', () => {
  const [, before = ''] = specsOf({ 'w.workflow.yaml': 'name: W\nadapter_kind: graph\nnodes:\n  - { id: a, task: { goal: Say. }, inputs: { x: 1 } }\n' }).map(({ content }) => content);
  const after = before.replace('"x":1', '"x":"{% nodes.b.output %}"');
  expect(after).not.toBe(before);
  expect(checkChanged(before, after, { sha256 }).map(({ code }) => code)).toHaveLength(1);
  expect(checkChanged(after, after, { sha256 })).toEqual([]);
});
