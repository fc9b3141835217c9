import { describe, expect, it } from 'vitest';
import { jsonDifferences } from '../../protocol/json-difference.ts';
import { progressPrinter } from '../../cli/progress.ts';
import { commandLine, timeAgo } from '../../cli/run-words.ts';
import { sampleAnswer } from '../../cli/sample-answer.ts';
import type { Frame } from '../../protocol/frame.ts';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { recordTerminal } from './record-terminal.ts';

function frame(stage: Frame['stage'], seconds: number, extras: Readonly<Record<string, Json>> = {}): Frame {
  return { task_id: 't', workflow_run_id: 'r', stage, message: `message of ${stage}`, timestamp: 1_000 + seconds, seq: 0, ...extras };
}

const NODE = { node_id: 'research', agent_run_id: 'a1', agent: 'lite', attempt: 1, model: 'simulated' };

describe('progress', () => {
  it('has the time, tokens, money and duration of each node in columns', () => {
    const terminal = recordTerminal();
    const { print } = progressPrinter(terminal);
    print(frame('workflow.started', 0, { workflow: 'Loop', models: 'simulated' }));
    print(frame('node.research.started', 0.005, NODE));
    print(frame('node.research.completed', 1.305, { ...NODE, tokens: 1204, cost_usd: 0.0021 }));
    print(frame('node.trader.started', 1.4, { ...NODE, agent_run_id: 'a2' }));
    print(frame('node.trader.rejected', 1.5, { ...NODE, agent_run_id: 'a2', tokens: 7, cost_usd: 0, error: { name: 'Dagbook.BudgetExceeded', message: 'No money.' } }));
    print(frame('node.late.skipped', 1.6, { ...NODE, agent_run_id: 'a3', tokens: 0, cost_usd: 0, error: { name: 'Dagbook.Skipped', message: 'Skipped: trader was rejected.' } }));
    print(frame('workflow.rejected', 2, { tokens: 1211, cost_usd: 0.0021 }));
    expect(terminal.text()).toBe([
      '0 ms     ▸ workflow         Loop, on simulated',
      '5 ms     ▸ research         lite, on simulated',
      '1.3 s    ✓ research           1,204 tokens    $0.0021      1.3 s',
      '1.4 s    ▸ trader           lite, on simulated',
      '1.5 s    ✗ trader                 7 tokens         $0     100 ms  Dagbook.BudgetExceeded: No money.',
      '1.6 s    – late             Skipped: trader was rejected.',
      '2.0 s    ✗ workflow           1,211 tokens    $0.0021      2.0 s',
      '',
    ].join('\n'));
  });

  it('says nothing of what came before, but counts it', () => {
    const terminal = recordTerminal();
    const { print } = progressPrinter(terminal, { label: 'r1' });
    print(frame('workflow.started', 0, { workflow: 'Loop', models: 'simulated' }), true);
    print(frame('workflow.started', 60, { workflow: 'Loop', models: 'simulated', resumed: true }));
    expect(terminal.text()).toBe('r1 1 m 00 s ▸ workflow         Loop goes on, on simulated\n');
  });

  it('shows streamed text on a terminal only, as one line that goes away, and calmly', () => {
    const token = (text: string): Frame => ({ ...frame('agent.token', 1, NODE), message: text });
    const plain = recordTerminal();
    progressPrinter(plain).print(token('Hello'));
    expect(plain.text()).toBe('');
    const terminal = { ...recordTerminal(), interactive: true };
    const written: string[] = [];
    const { print, clear } = progressPrinter({ ...terminal, write: (text) => written.push(text), line: (text = '') => written.push(`${text}\n`) });
    for (let at = 0; at < 500; at++) print(token(`word${at}\n\u001b[2J`));
    expect(written.length).toBeLessThan(20);
    expect(written.join('').replaceAll('\r\u001b[K', '')).not.toContain('\u001b');
    print(frame('node.research.completed', 2, { ...NODE, tokens: 1, cost_usd: 0 }));
    clear();
    const [drawn] = written;
    expect(drawn).toMatch(/^ {9}research .*word0/);
    expect(written.at(-1)).toMatch(/✓ research/);
    expect(written.at(-2)).toBe('\r\u001b[K');
  });

  it.each([79, 40, 30, 20, 5, 1])('shows no streamed text wider than %i columns, which could not be taken away again', (width) => {
    const written: string[] = [];
    const { print, clear } = progressPrinter({ ...recordTerminal(), interactive: true, width, write: (text) => written.push(text), line: () => undefined });
    print({ ...frame('agent.token', 1, NODE), message: 'word '.repeat(100) });
    clear();
    const shown = written.join('').replaceAll('\r\u001b[K', '');
    expect(shown.length).toBeLessThan(width);
    expect(shown !== '', 'a wide one shows it').toBe(width >= 30);
  });
});

describe('a sample answer', () => {
  it.each<readonly [JsonObject, Json]>([
    [{ type: 'object', required: ['approved'], properties: { approved: { type: 'boolean' }, note: { type: 'string' } } }, { approved: true }],
    [{ properties: { note: { type: 'string' }, n: { type: 'integer', minimum: 3 } } }, { note: 'text', n: 3 }],
    [{ enum: ['buy', 'sell'] }, 'buy'], [{ const: 7 }, 7], [{ type: ['null', 'number'], default: 2 }, 2], [{ type: ['null', 'array'] }, []], [{}, 'text'],
  ])('of %j is %j', (form, answer) => expect(sampleAnswer(form)).toEqual(answer));
});

describe('differences of JSON', () => {
  it('are named by the deepest place', () => {
    expect(jsonDifferences({ a: [1, { b: 2 }], c: 'x' }, { a: [1, { b: 3 }, 4], d: null })).toEqual([
      { path: 'a[1].b', a: 2, b: 3 }, { path: 'a[2]', a: undefined, b: 4 }, { path: 'c', a: 'x', b: undefined }, { path: 'd', a: undefined, b: null },
    ]);
    expect(jsonDifferences({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual([]);
    expect(jsonDifferences([], {})).toEqual([{ path: '', a: [], b: {} }]);
  });
});

describe('words', () => {
  it('of a command can be pasted into a shell, about the same workspace and ledger', () => {
    const global = { workspace: '/my work', ledger: null, json: true, debug: false };
    expect(commandLine({ global }, ['answer', 'r', 'p', '--value', `{"a":"it's"}`])).toBe(String.raw`dagbook answer r p --value '{"a":"it'\''s"}' -C '/my work'`);
  });
  it.each([[3, 'just now'], [59, '59 s ago'], [61, '1 m ago'], [7_300, '2 h ago'], [90_000, '1 d ago'], [3e6, '2026-01-01'], [-5, 'just now'], [-7_300, '2026-01-01']])('of %i seconds ago are %s', (seconds, words) => {
    const then = '2026-01-01T00:00:00.000Z';
    expect(timeAgo(then, Date.parse(then) + seconds * 1_000)).toBe(words);
  });
});
