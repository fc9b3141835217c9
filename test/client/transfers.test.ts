import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runVerb } from '../../client/command-line/run-verb.ts';
import { transferHandlers } from '../../client/commands/transfer-handlers.ts';
import { graphAction } from '../../client/panels/graph-actions.ts';
import { noteIn } from '../../client/views/view-note.ts';
import { editor, newEditor, uri } from './fake-vscode.ts';

vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode);

const root = path.resolve(import.meta.dirname, '../..');

beforeEach(newEditor);

/** A folder that is open in the editor. */
function openFolder() {
  const workspace = mkdtempSync(path.join(tmpdir(), 'dagbook-transfers-'));
  onTestFinished(() => { rmSync(workspace, { recursive: true, force: true, maxRetries: 20 }); });
  const folder = { uri: uri(`file://${workspace}`), name: path.basename(workspace), index: 0 };
  editor.folders = [folder];
  return { workspace, folder, runs: async () => (await runVerb({ extension: root, workspace, words: ['runs'] })) as unknown };
}

function handlers() {
  const tree = { message: '' };
  const reloaded = vi.fn<() => void>();
  const all = transferHandlers({ extension: uri(`file://${root}`), hosts: {} as never, ledger: { reload: reloaded } as never, ledgerNote: noteIn(tree) });
  return { ...all, tree, reloaded };
}

/** A run that has been, and the file it was exported to. */
async function exportedRun(): Promise<{ readonly id: string; readonly file: string }> {
  const { workspace, folder } = openFolder();
  cpSync(path.join(root, 'examples/parallel-review/configs'), path.join(workspace, 'configs'), { recursive: true });
  const { run_id: id } = (await runVerb({ extension: root, workspace, words: ['run', 'ParallelReview'] })) as { readonly run_id: string };
  const file = path.join(workspace, 'kept.dagbook');
  editor.person.save = uri(`file://${file}`);
  await handlers()['dagbook.ledgerExport']({ folder, run: id });
  expect(editor.shown).toEqual([['dialog', path.join(workspace, `run-${id.slice(0, 13)}.dagbook`)], ['status', '$(check) The run and all it stands on: kept.dagbook.']]);
  newEditor();
  return { id, file };
}

describe('a run that was exported', () => {
  it('is imported into the ledger of the folder that is open, noted above the rows of the view, and shown', async () => {
    const { id, file } = await exportedRun();
    const { folder, runs } = openFolder();
    const { 'dagbook.ledgerImport': take, tree, reloaded } = handlers();
    editor.person.open = [uri(`file://${file}`)];
    await take();
    expect(await runs()).toMatchObject([{ id, status: 'completed' }]);
    expect(tree.message).toMatch(/^\d\d:\d\d · Imported: every hash holds\.$/);
    expect(reloaded).toHaveBeenCalledOnce();
    expect(editor.executed).toEqual([['dagbook.show', { run: id, folder }]]);
  });

  it('is refused where its file was changed: nothing is said to be imported, and nothing is', async () => {
    const { file } = await exportedRun();
    const { runs } = openFolder();
    const { 'dagbook.ledgerImport': take, tree, reloaded } = handlers();
    const text = gunzipSync(readFileSync(file)).toString('utf8');
    const forged = text.replace('"status":"completed"', '"status":"rejected"');
    expect(forged).not.toBe(text);
    writeFileSync(file, gzipSync(forged));
    editor.person.open = [uri(`file://${file}`)];
    await expect(take()).rejects.toThrow(/bundle/);
    expect([tree.message, reloaded.mock.calls, editor.executed]).toEqual(['', [], []]);
    expect(await runs().catch(() => 'no ledger')).toSatisfy((left) => left === 'no ledger' || (Array.isArray(left) && left.length === 0));
  });

  it('is left alone when the person leaves the dialog', async () => {
    openFolder();
    const { 'dagbook.ledgerImport': take, tree, reloaded } = handlers();
    await take();
    expect([tree.message, reloaded.mock.calls, editor.shown, editor.executed]).toEqual(['', [], [], []]);
  });
});

describe('the picture of a graph', () => {
  const drawn = uri('file:///w/flows/a.workflow.yaml');
  const save = async (name: string, format: 'svg' | 'png', data: string, from = drawn): Promise<void> => {
    editor.folders = [{ uri: uri('file:///w'), name: 'w', index: 0 }];
    await graphAction({} as never, { uri: from, picture: { name } } as never, { kind: 'export', format, data });
  };

  it('is saved beside its document, under the name of its workflow: SVG as text, PNG as the bytes it has', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>é → 日本</text></svg>';
    editor.person.save = uri('file:///w/flows/Loop.svg');
    await save('Loop', 'svg', svg);
    expect(editor.written.get('/w/flows/Loop.svg')?.toString('utf8')).toBe(svg);
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff, 0x0a]);
    editor.person.save = uri('file:///w/flows/Loop.png');
    await save('Loop', 'png', bytes.toString('base64'));
    expect(editor.written.get('/w/flows/Loop.png')).toEqual(bytes);
    expect(editor.shown).toEqual([
      ['dialog', '/w/flows/Loop.svg'], ['status', '$(check) Saved flows/Loop.svg.'],
      ['dialog', '/w/flows/Loop.png'], ['status', '$(check) Saved flows/Loop.png.'],
    ]);
  });

  it('has a name that every disk takes, and is written nowhere when the person leaves the dialog', async () => {
    await save('A/B: "what?" <*>|\\', 'svg', '<svg/>');
    expect(editor.shown).toEqual([['dialog', '/w/flows/A-B- -what-- -----.svg']]);
    expect(editor.written.size).toBe(0);
  });
});
