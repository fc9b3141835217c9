import { describe, expect, it } from 'vitest';
import { codeFrame } from '../../cli/code-frame.ts';
import { nearest } from '../../cli/did-you-mean.ts';
import { asLine, displayWidth, harmless, middleCut } from '../../cli/display-text.ts';
import type { Finding } from '../../cli/finding.ts';
import { progressPrinter } from '../../cli/progress.ts';
import { formatCount, formatDuration, printTable } from '../../cli/table.ts';
import type { Frame } from '../../protocol/frame.ts';
import { recordTerminal } from './record-terminal.ts';

describe('a table', () => {
  it('lines up columns and digits, also with wide characters', () => {
    const terminal = recordTerminal();
    const columns = [
      { title: 'workflow', cell: (row: readonly [string, number]) => row[0] },
      { title: 'tokens', cell: (row: readonly [string, number]) => formatCount(row[1]), align: 'right' as const },
    ];
    printTable(terminal, columns, [['research', 1204], ['研究', 7], ['a\u001b[31mb\nc', 12]]);
    expect(terminal.text()).toBe('workflow   tokens\nresearch    1,204\n研究            7\na␛[31mb⏎c      12\n');
  });

  it.each([[0, '0 ms'], [840, '840 ms'], [1234, '1.2 s'], [59_949, '59.9 s'], [59_999, '1 m 00 s'], [184_000, '3 m 04 s'], [7_500_000, '2 h 05 m']])('writes %i ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('progress', () => {
  it('is one line a frame, without tokens, harmless', () => {
    const terminal = recordTerminal();
    const { print } = progressPrinter(terminal);
    const frame = (stage: Frame['stage'], message: string, timestamp: number, seq: number): Parameters<typeof print>[0] => ({ task_id: 't', workflow_run_id: 'r', stage, message, timestamp, seq });
    print(frame('workflow.started', 'MyFirstResearchLoop', 10, 1));
    print(frame('node.research.started', 'simulated', 10.01, 2));
    print(frame('agent.token', 'Th', 10.1, 3));
    print(frame('node.research.completed', '120 tokens\u001b[2J', 11.24, 4));
    expect(terminal.text()).toBe(
      '0 ms     ▸ workflow         MyFirstResearchLoop\n10 ms    ▸ research         simulated\n1.2 s    ✓ research         120 tokens␛[2J\n',
    );
  });
});

describe('a code frame', () => {
  const at = (text: string, line: number, column: number, endLine: number, endColumn: number): Finding => ({ file: 'a', shown: 'a', line, column, endLine, endColumn, code: 'c', severity: 'error', message: '', related: [], text });
  const frame = (...args: Parameters<typeof at>): string => codeFrame(at(...args), 'red', recordTerminal()).join('\n');

  it('puts its carets below what is meant', () => {
    expect(frame('nodes:\n  - depends_on: [reserch]\n', 2, 18, 2, 25)).toBe('  1 | nodes:\n  2 |   - depends_on: [reserch]\n    |                  ^^^^^^^');
  });
  it('counts tabs and wide characters as the terminal does', () => {
    expect(frame('\t研究: x', 1, 6, 1, 7)).toBe('  1 |     研究: x\n    |           ^');
  });
  it('marks an empty range with one caret, also at the end of the text', () => {
    expect(frame('name:', 1, 6, 1, 6)).toBe('  1 | name:\n    |      ^');
  });
  it('marks a range over several lines up to the end of its first', () => {
    expect(frame('a: [1,\n  2]', 1, 4, 2, 5)).toBe('  1 | a: [1,\n    |    ^^^');
  });
  it('shows what stands around a place in a very long line', () => {
    const [line, carets] = frame(`${'x'.repeat(5000)}HERE${'y'.repeat(5000)}`, 1, 5001, 1, 5005).split('\n');
    expect(line!.length).toBeLessThan(90);
    expect(line!.slice(carets!.indexOf('^'), carets!.lastIndexOf('^') + 1)).toBe('HERE');
  });
  it('lets no control character through', () => {
    expect(frame('a: \u001b[31mred', 1, 1, 1, 2)).not.toContain('\u001b');
  });
});

describe('text for a terminal', () => {
  it('shows what would steer it', () => {
    expect(harmless('a\u001b[2Jb\rc\u0007\u009b\u202ed\n\te')).toBe('a␛[2Jb␍c␇��d\n\te');
    expect(asLine('a\r\nb\tc')).toBe('a⏎b    c');
  });
  it('knows how wide it is', () => {
    expect([displayWidth('abc'), displayWidth('研究'), displayWidth('👩‍🔬'), displayWidth('é')]).toEqual([3, 4, 2, 1]);
  });
  it('is cut in the middle', () => {
    expect(middleCut('abcdefghij', 7)).toBe('abc…hij');
  });
});

describe('did you mean', () => {
  it.each([['chekc', 'check'], ['chek', 'check'], ['graf', 'graph'], ['ex', 'explain'], ['grpah', 'graph']])('%s → %s', (typed, meant) => {
    expect(nearest(typed, ['check', 'explain', 'graph'])).toBe(meant);
  });
  it('says nothing when nothing is near', () => {
    expect(nearest('frobnicate', ['check', 'explain', 'graph'])).toBeNull();
  });
});
