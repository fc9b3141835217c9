import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../cli/check-files.ts';
import { exitCodeOf, exitCodeOfRun } from '../../cli/exit.ts';
import { reportFailure } from '../../cli/failure.ts';
import { ledgerFile, withRuntime } from '../../cli/open-runtime.ts';
import { readRunInputs } from '../../cli/run-inputs.ts';
import { openWorkspace } from '../../disk/open-workspace.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import { createSecrets } from '../../runtime/index.ts';
import { makeWorkspace } from './kit.ts';
import { recordTerminal } from './record-terminal.ts';

describe('a failure', () => {
  it('that a person can mend is one line with its place, and exits as documented', () => {
    const err = recordTerminal();
    expect(reportFailure(err, new DagbookError('document-invalid', 'No.', { file: 'a.yaml', line: 3, column: 4 }), false)).toBe(1);
    expect(err.text()).toBe('a.yaml:3:4: document-invalid: No.\n');
    expect([exitCodeOf('usage'), exitCodeOf('file-not-found'), exitCodeOf('ledger-full')]).toEqual([2, 2, 1]);
  });

  it('that is a bug exits 70 and shows its stack with --debug only', () => {
    const [quiet, loud] = [recordTerminal(), recordTerminal()];
    const bug = new TypeError('x is not a function', { cause: new Error('deeper') });
    expect([reportFailure(quiet, bug, false), reportFailure(loud, bug, true), reportFailure(recordTerminal(), 'text', false)]).toEqual([70, 70, 70]);
    expect(quiet.text()).toBe('internal-error: x is not a function\nThis is a mistake in Dagbook, not in your files. Run the same command with --debug to see where.\n');
    expect(loud.text()).toMatch(/^internal-error: x is not a function\nTypeError: x is not a function\n\s+at [\s\S]*caused by:\nError: deeper/);
  });

  it('steers no terminal', () => {
    const err = recordTerminal();
    reportFailure(err, new DagbookError('usage', 'There is no verb "\u001b[2J".'), false);
    expect(err.text()).not.toContain('\u001b');
  });

  it('of a check is a finding: an empty list is never a lie', () => {
    const workspace = openWorkspace(makeWorkspace({ 'a.yaml': 'name: a', 'b.yaml': 'name: b' }));
    const { findings, bugs } = checkFiles([{ workspace, file: 'a.yaml', named: true }, { workspace, file: 'b.yaml', named: true }], workspace.root, (file) => {
      if (file === 'a.yaml') throw new TypeError('oops');
      return { path: file, documents: [], diagnostics: [], lines: { at: () => ({ line: 1, column: 1 }) } as never };
    });
    expect(findings).toMatchObject([{ file: 'a.yaml', code: 'internal-error', severity: 'error', line: 1, column: 1 }]);
    expect(bugs).toHaveLength(1);
  });

  it('of a run has an exit code for every status', () => {
    expect((['completed', 'error', 'halted', 'rejected', 'waiting'] as const).map(exitCodeOfRun)).toEqual([0, 1, 3, 4, 5]);
  });
});

describe('the inputs of a run', () => {
  it('are JSON where they read as JSON, text elsewhere, and override the file', () => {
    const folder = makeWorkspace({ 'in.json': '{"a": 1, "b": [2]}', 'long.txt': 'several\nlines' });
    expect(readRunInputs(['a=5', 'c=true', 'd=SPY', 'e=x=y', 'f="7"', `g=@${path.join(folder, 'long.txt')}`], path.join(folder, 'in.json'))).toEqual({ a: 5, b: [2], c: true, d: 'SPY', e: 'x=y', f: '7', g: 'several\nlines' });
  });
  it.each([[['novalue'], null, 'usage'], [['=x'], null, 'usage'], [[], 'missing.json', 'file-not-found'], [['a=@missing'], null, 'file-not-found']] as const)('%j with %j is a coded error', (pairs, file, code) => {
    expect(() => readRunInputs(pairs, file)).toThrow(expect.objectContaining({ code }));
  });
  it.each(['[1]', '{', '3'])('in a file that holds %s are a coded error', (text) => {
    const folder = makeWorkspace({ 'in.json': text });
    expect(() => readRunInputs([], path.join(folder, 'in.json'))).toThrow(expect.objectContaining({ code: 'inputs-invalid' }));
  });
});

describe('the ledger of a command', () => {
  const global = { workspace: null, ledger: null, json: false, debug: false };

  it('is the one that is named, else that of the setting, else the default', () => {
    const plain = openWorkspace(makeWorkspace({}));
    const set = openWorkspace(makeWorkspace({ '.vscode/settings.json': '{"dagbook.ledger.path": "runs/l.db"}' }));
    expect(ledgerFile({ global: { ...global, ledger: '/x/y.db' } }, set)).toBe('/x/y.db');
    expect(ledgerFile({ global }, set)).toBe(path.join(set.root, 'runs/l.db'));
    expect(ledgerFile({ global }, plain)).toBe(path.join(plain.root, '.dagbook/ledger.db'));
  });

  it('is open for the work and closed after it, also when the work fails', async () => {
    const workspace = openWorkspace(makeWorkspace({}));
    const context = { global, err: recordTerminal(), secrets: createSecrets(() => null) };
    for (let round = 0; round < 2; round++) {
      expect(await withRuntime(context, workspace, async (runtime) => await Promise.resolve(runtime.ledger.file))).toBe(path.join(workspace.root, '.dagbook/ledger.db'));
    }
    let kept: { readonly ledger: { held(): boolean } } | null = null;
    await expect(withRuntime(context, workspace, (runtime) => {
      kept = runtime;
      return Promise.reject(new Error('no'));
    })).rejects.toThrow('no');
    expect(() => kept!.ledger.held()).toThrow();
  });
});
