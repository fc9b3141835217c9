import { describe, expect, it } from 'vitest';
import { listedModels, providerRows } from '../../client/models/provider-rows.ts';
import { nodeAtCursor, pictureState } from '../../client/panels/picture-state.ts';
import { questionPage } from '../../client/runs/question-words.ts';
import { documentRow, versionRow } from '../../client/views/workflow-row.ts';
import type { Picture, PictureNode } from '../../protocol/picture.ts';
import type { TextRange } from '../../protocol/text-range.ts';
import type { WorkspaceDocument } from '../../protocol/workspace-documents.ts';
import { makeRun } from './records.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const lines = (start: number, end: number): TextRange => ({ start: { line: start, character: 0 }, end: { line: end, character: 0 } });
const none = { errors: 0, warnings: 0, messages: [] };

function picture(document: number, range: TextRange, nodes: readonly PictureNode[] = []): Picture {
  return { name: `W${document}`, description: '', family: 'workflow', adapter: 'graph', document, nodes, edges: [], startAt: null, capUsd: null, range, problems: none };
}
function node(id: string, range: TextRange | null): PictureNode {
  return { id, path: `nodes/${id}`, kind: 'spawn', does: '', model: null, badges: [], parent: null, scope: 0, count: null, range, idRange: null, problems: none };
}
function documentOf(more: Partial<WorkspaceDocument>): WorkspaceDocument {
  return { uri: 'file:///w/a.yaml', path: 'a.yaml', folder: 'file:///w', document: 0, kind: 'workflow', family: 'workflow', name: 'Loop', description: '', range: lines(0, 1), nameRange: lines(0, 0), adapter: 'graph', nodes: 3, inputs: [], models: ['simulated'], capUsd: null, uses: 0, problems: null, ...more };
}

describe('which picture of a file is drawn', () => {
  const two = [picture(0, lines(0, 9)), picture(1, lines(10, 20))];

  it('is the one at the cursor, unless another was chosen', () => {
    expect(pictureState(two, null, { line: 12, character: 0 })).toMatchObject({ picture: { name: 'W1' }, others: [{ document: 0, name: 'W0' }, { document: 1, name: 'W1' }] });
    expect(pictureState(two, 0, { line: 12, character: 0 })).toMatchObject({ picture: { name: 'W0' } });
    expect(pictureState(two.slice(0, 1), null, null)).toMatchObject({ picture: { name: 'W0' }, others: [] });
  });

  it('is none where the file holds no workflow, with what to do', () => {
    const state = pictureState([], null, null);
    expect(state.kind).toBe('nothing');
    expect(state.kind === 'nothing' && state.hint).toMatch(/New Workflow/);
  });

  it('shows the node that the cursor stands in', () => {
    const drawn = picture(0, lines(0, 30), [node('outer', lines(2, 20)), node('inner', lines(5, 8)), node('implied', null)]);
    expect([6, 15, 25].map((line) => nodeAtCursor(drawn, { line, character: 0 }))).toEqual(['inner', 'outer', null]);
  });
});

describe('rows of documents and versions', () => {
  it('say how a workflow last ran, and what is wrong with it', () => {
    const last = makeRun({ status: 'halted', started_at: '2026-11-21T11:00:00Z', ended_at: '2026-11-21T11:00:00Z', total_cost_micros: 4_200 });
    const row = documentRow(documentOf({ problems: { errors: 1, warnings: 2 } }), last, NOON);
    expect(row.description).toBe('1 error, 2 warnings · halted 1 h ago, $0.0042');
    expect(row.context).toBe('workflow');
    expect(documentRow(documentOf({ name: null }), null, NOON)).toMatchObject({ label: 'a.yaml', description: 'never ran' });
    expect(documentRow(documentOf({ name: null }), 'unknown', NOON).description).toBe('');
  });

  it('say of an agent who uses it, and offer no run', () => {
    expect(documentRow(documentOf({ kind: 'agent', family: 'agent', uses: 2 }), null, NOON)).toMatchObject({ description: 'used 2 times', context: 'agent' });
  });

  it('offer a comparison only where there is a version before', () => {
    const version = { id: 'v', kind: 'workflow' as const, name: 'Loop', version: 1, spec_hash: 'ac3d45cc73c3', source_path: null, created_at: '2026-11-21T11:59:59Z' };
    expect(versionRow(version, NOON)).toMatchObject({ label: 'Version 1', description: 'ac3d45cc · just now', context: 'version first' });
    expect(versionRow({ ...version, version: 2 }, NOON).context).toBe('version later');
  });
});

describe('the providers', () => {
  it('are shown with their keys, asked or not, and none is called ready that was not asked', () => {
    const rows = providerRows({ OPENAI_API_KEY: 'stored', ANTHROPIC_API_KEY: 'none' }, null, []);
    expect(rows.map(({ provider, state }) => `${provider}: ${state}`)).toEqual(['simulated: built in, offline, free', 'openai: key stored in the editor', 'anthropic: no key', 'ollama: not asked yet']);
    expect(rows.find(({ provider }) => provider === 'openai')?.context).toMatch(/stored$/);
  });

  it('say what they were found to have, or why they cannot be reached', () => {
    const listed = listedModels([
      { provider: 'ollama', model: '', state: 'not reachable', bytes: null, address: '', profile: null, hint: 'nobody listens' },
      { provider: 'openai', model: 'gpt-5-mini', state: 'ready', bytes: null, address: '', profile: null, hint: '' },
      'nonsense', { provider: 7 },
    ]);
    expect(listed).toHaveLength(2);
    const rows = providerRows({ OPENAI_API_KEY: 'environment' }, listed, []);
    expect(rows.find(({ provider }) => provider === 'ollama')?.state).toBe('not reachable');
    expect(rows.find(({ provider }) => provider === 'openai')?.models?.map(({ model }) => model)).toEqual(['gpt-5-mini']);
  });
});

describe('what a person is asked', () => {
  const question = { run: 'r', workflow_name: 'Publish', path: 'nodes/approval/ask', node_id: 'approval', form: {}, assignees: ['editor'], asked_at: '2026-11-21T12:00:00Z', kind: 'ask' as const };

  it('is shown with the task, the inputs and what earlier nodes found, as plain text', () => {
    const page = questionPage({ ...question, about: { goal: 'Is it true?', inputs: {}, upstream: { draft: { title: 'Spring <b>', words: 12 } } } });
    expect(page).toContain('Publish asks at "approval"');
    expect(page).toContain('for editor');
    expect(page).toContain('── The task ──\n\nIs it true?');
    expect(page).toContain('── From draft ──\n\ntitle: Spring <b>\nwords: 12');
    expect(page).not.toContain('Inputs');
  });

  it('leaves nothing out that it does not know', () => {
    expect(questionPage({ ...question, about: { goal: null, state: [1] } })).toContain('state: [\n  1\n]');
    expect(questionPage({ ...question, about: 'just a text' })).toContain('just a text');
  });
});
