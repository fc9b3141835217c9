import { beforeEach, describe, expect, it, vi } from 'vitest';
import { HostFailure } from '../../client/host/host-connection.ts';
import { showFailure } from '../../client/workbench/show-failure.ts';
import { editor, newEditor, vscode } from './fake-vscode.ts';

vi.mock('vscode', async () => (await import('./fake-vscode.ts')).vscode);

const logged = vi.fn<(error: unknown) => void>();
const log = { error: logged } as never;
const failure = (code: HostFailure['code']): HostFailure => new HostFailure({ code, message: `It is ${code}.`, place: null });

beforeEach(() => { newEditor(); logged.mockClear(); });

describe('a failure', () => {
  it.each(['ledger-newer', 'ledger-not-ours', 'ledger-read-only', 'ledger-unreadable'] as const)('of a ledger that cannot be used (%s) leads to the setting that names another', async (code) => {
    editor.person.button = 'Choose Another Ledger';
    await showFailure(failure(code), log);
    expect(editor.shown).toEqual([['error', `It is ${code}.`, ['Choose Another Ledger']]]);
    expect(editor.executed).toEqual([['workbench.action.openSettings', 'dagbook.ledger.path']]);
  });

  it('leads to what else a person would do next, by its code; a bug to the log', async () => {
    const ways = { 'run-held': 'dagbook.release', 'inputs-invalid': 'dagbook.runWithInputs', 'model-not-available': 'dagbook.models.useReal', 'host-unavailable': 'dagbook.restartHost', 'ledger-corrupt': 'dagbook.ledgerVerify', 'bug': 'dagbook.showLog' } as const;
    for (const [code, command] of Object.entries(ways)) {
      newEditor();
      await showFailure(failure(code as keyof typeof ways), log);
      editor.person.button = editor.shown[0]?.[2]?.[0];
      await showFailure(failure(code as keyof typeof ways), log);
      expect(editor.executed).toEqual([[command]]);
    }
  });

  it('leads nowhere when the person puts it away, and is told to nobody who has cancelled', async () => {
    await showFailure(failure('ledger-newer'), log);
    await showFailure(new vscode.CancellationError(), log);
    expect([editor.shown.length, editor.executed, logged.mock.calls.length]).toEqual([1, [], 1]);
  });
});
