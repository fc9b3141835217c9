import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { LensRefresh } from '../../client/language/refresh-lenses.ts';
import { Signal } from '../../client/signal.ts';
import { documentOf, editor, newEditor, uri } from './fake-vscode.ts';

vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode);

beforeEach(() => { newEditor(); vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

/** A text that somebody types into, and how often its editor was told to ask for lenses. */
function desk() {
  const state = { version: 1, told: 0 };
  const onDidChangeCodeLensEmitter = new Signal<void>();
  onDidChangeCodeLensEmitter.listen(() => { state.told += 1; });
  const document = { ...documentOf(uri('file:///w/a.workflow.yaml')), get version() { return state.version; } };
  editor.visible.push({ document });
  const client = { getFeature: () => ({ getProvider: (of: unknown) => (of === document ? { onDidChangeCodeLensEmitter } : undefined) }) };
  const refresh = new LensRefresh(() => Promise.resolve(client as never));
  onTestFinished(() => { refresh.dispose(); });
  return {
    state, document, refresh,
    type: () => { state.version += 1; editor.textChanged.fire({ document, contentChanges: [{}] }); },
    ask: () => { refresh.asked(document as never); },
    pass: async (ms: number) => { await vi.advanceTimersByTimeAsync(ms); },
  };
}

describe('the code lenses of a text', () => {
  it('are asked for again after somebody typed and went to the side bar or a terminal before their editor had asked', async () => {
    const { state, type, ask, pass } = desk();
    ask();
    type();
    await pass(600);
    type();
    await pass(600);
    expect(state.told).toBe(0);
    await pass(600);
    expect(state.told).toBe(1);
    ask();
    await pass(60_000);
    expect(state.told).toBe(1);
  });

  it('are not asked for a second time where the editor has asked for what was typed', async () => {
    const { state, type, ask, pass } = desk();
    for (let key = 0; key < 5; key++) {
      type();
      await pass(300);
      ask();
      await pass(5_000);
    }
    expect(state.told).toBe(0);
  });

  it('are asked for although another document, such as a log, never comes to rest', async () => {
    const { state, type, pass } = desk();
    const log = documentOf(uri('output:log'));
    type();
    for (let line = 0; line < 10; line++) {
      editor.textChanged.fire({ document: log, contentChanges: [{}] });
      await pass(200);
    }
    expect(state.told).toBe(1);
  });

  it('are asked for in no document that nobody sees, and after no change that changed nothing', async () => {
    const { state, document, type, pass } = desk();
    editor.textChanged.fire({ document, contentChanges: [] });
    await pass(5_000);
    editor.visible.length = 0;
    type();
    await pass(5_000);
    expect(state.told).toBe(0);
  });

  it('are asked for once more where another editor became the active one: what it shows may be remembered', async () => {
    const { state, ask, pass } = desk();
    ask();
    editor.activeEditorChanged.fire(undefined);
    editor.activeEditorChanged.fire(undefined);
    await pass(5_000);
    expect(state.told).toBe(1);
  });
});
