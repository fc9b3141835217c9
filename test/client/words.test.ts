import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../protocol/run-records.ts';
import { moneyWords } from '../../client/words/money-words.ts';
import { statusBarWords } from '../../client/words/open-run-words.ts';
import { statusLook } from '../../client/words/status-words.ts';
import { plainWords } from '../../client/words/plain-words.ts';
import { runIdsIn } from '../../client/words/run-ids.ts';
import { agoWords, dayKey, dayWords, durationWords, shortMomentWords } from '../../client/words/time-words.ts';
import { agentRunRow, runRow, stepRow } from '../../client/ledger/run-item.ts';
import { makeAgentRun, makeRun, makeStep } from './records.ts';

const NOON = Date.parse('2026-11-21T12:00:00Z');

describe('what a document or a model has written', () => {
  /** As the editor looks for them (`parseLinkedText`, `renderLabelWithIcons`). */
  const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;
  const ICON = /\$\(([A-Za-z0-9-]+(?:~[A-Za-z]+)?)\)/;

  it('is read for no link and no icon, and looks as it was written', () => {
    const written = '$(flame) [Free money](command:workbench.action.quit) and [more](https://example.org) $(sync~spin)';
    expect(written).toMatch(LINK);
    expect(written).toMatch(ICON);
    expect(plainWords(written)).not.toMatch(LINK);
    expect(plainWords(written)).not.toMatch(ICON);
    expect(plainWords(written).replaceAll('\u2060', '')).toBe(written);
    expect(plainWords('costs $5 (or less), as in [1]')).toBe('costs $5 (or less), as in [1]');
  });
});

describe('words of figures', () => {
  it('writes money with as many digits as it needs', () => {
    expect([0, 1, 31, 4_200, 12_000, 500_000, 12_345_678, 1_204_000_000].map(moneyWords)).toEqual(['$0', '$0.000001', '$0.000031', '$0.0042', '$0.0120', '$0.5000', '$12.35', '$1,204']);
  });

  it('writes durations as people say them', () => {
    expect([0, 340, 1_240, 9_960, 59_400, 184_000, 7_500_000].map(durationWords)).toEqual(['0 ms', '340 ms', '1.2 s', '10 s', '59 s', '3 m 04 s', '2 h 05 m']);
  });

  it('writes times relative to now, and long past ones as a day', () => {
    const before = (seconds: number): string => agoWords(new Date(NOON - seconds * 1_000).toISOString(), NOON);
    expect([2, 42, 300, 3_599, 7_200, 200_000].map(before)).toEqual(['just now', '42 s ago', '5 m ago', '59 m ago', '2 h ago', '2 d ago']);
    expect(before(40 * 86_400)).toBe('2026-10-12');
    expect(agoWords(new Date(NOON + 60_000).toISOString(), NOON)).toBe('just now');
  });

  it('writes a moment of today without its day, any other one with it', () => {
    expect(shortMomentWords(new Date(2026, 10, 21, 9, 3, 7).toISOString(), new Date(2026, 10, 21, 23, 59).getTime())).toBe('09:03:07');
    expect(shortMomentWords(new Date(2026, 10, 20, 23, 59, 59).toISOString(), new Date(2026, 10, 21, 0, 0).getTime())).toBe('2026-11-20 23:59:59');
  });

  it('calls days by what they are to the reader', () => {
    const key = (days: number): string => dayKey(new Date(NOON - days * 86_400_000).toISOString());
    expect([0, 1].map((days) => dayWords(key(days), NOON, 'en'))).toEqual(['Today', 'Yesterday']);
    expect(dayWords(key(2), NOON, 'en')).toContain('November 19');
    expect(dayWords('2025-03-02', NOON, 'en')).toContain('2025');
  });

  it('has an icon and a word for every status, never a colour alone', () => {
    const looks = (['pending', 'running', 'waiting', 'completed', 'error', 'rejected', 'halted', 'skipped'] as const).map(statusLook);
    expect(new Set(looks.map(({ icon }) => icon)).size).toBe(looks.length);
    expect(looks.every(({ word }) => word !== '')).toBe(true);
  });
});

describe('the status bar', () => {
  const words = (runs: readonly RunRecord[], more: Partial<Parameters<typeof statusBarWords>[0]> = {}): ReturnType<typeof statusBarWords> => statusBarWords({ runs, held: false, questions: 0, hostDown: false, ...more });

  it('counts what runs and what waits, and sums the money', () => {
    const runs = [makeRun({ status: 'running', total_cost_micros: 4_000 }), makeRun({ status: 'pending', total_cost_micros: 200 }), makeRun({ status: 'waiting' })];
    expect(words(runs).text).toBe('$(loading~spin) 2 running · $(watch) 1 waiting · $0.0042');
  });

  it('is calm when nothing is open, and says that runs are held', () => {
    expect(words([])).toMatchObject({ text: '$(type-hierarchy) Dagbook: idle', look: 'plain' });
    expect(words([], { held: true })).toMatchObject({ text: '$(debug-pause) Dagbook: held', look: 'warning' });
  });

  it('asks for attention when somebody is asked, and most of all when the host is down', () => {
    expect(words([makeRun({ status: 'waiting' })], { questions: 1 }).look).toBe('warning');
    expect(words([makeRun({ status: 'running' })], { hostDown: true }).look).toBe('error');
  });
});

describe('rows of the ledger', () => {
  it('says of a run when, what it cost, how long it took, and what it came from', () => {
    expect([runRow(makeRun({ status: 'completed', relation: 'recorded' }), NOON), runRow(makeRun({ status: 'error', relation: 'recorded' }), NOON), agentRunRow(makeAgentRun({ status: 'completed', replayed: true }), NOON)].map(({ look }) => look.word)).toEqual(['replayed from record', 'error', 'replayed from record']);
    const row = runRow(makeRun({ status: 'completed', started_at: '2026-11-21T11:00:00.000Z', ended_at: '2026-11-21T11:00:01.200Z', total_cost_micros: 4_200, relation: 'recorded', parent_run_id: '01a1fc7a-6031-7589-9852-3c0758dc1e1c' }), NOON);
    expect([row.label, row.description]).toEqual(['11:00 Loop', 'replayed from record · $0.0042 · 1.2 s']);
    expect(row.context).toBe('run finished child');
    expect(row.tooltip).toContain('01a1fc7a-6031 (replayed from record)');
  });

  it('says of a run when it was before what it is called, so that no name pushes the time out of a narrow side bar', () => {
    const long = 'QuarterlyResearchOfEverythingThatMayMatter';
    expect([3, 4].map((minute) => runRow(makeRun({ workflow_name: long, started_at: `2026-11-21T14:0${String(minute)}:00Z` }), NOON).label)).toEqual([`14:03 ${long}`, `14:04 ${long}`]);
  });

  it('tells menus what can be done: only open runs halt, only failed ones go on from their failure', () => {
    expect(runRow(makeRun({ status: 'running' }), NOON).context).toBe('run open');
    expect(runRow(makeRun({ status: 'waiting' }), NOON).context).toBe('run open waiting');
    expect(runRow(makeRun({ status: 'rejected', ended_at: '2026-11-21T11:00:01Z' }), NOON).context).toBe('run finished failed');
  });

  it('says iterations, attempts, pins and what came from a record', () => {
    const row = agentRunRow(makeAgentRun({ iteration: 2, attempt: 3, replayed: true, pinned: true, status: 'error', error: { name: 'Runner.Timeout', message: 'silent' } }), NOON);
    expect(row.description).toMatch(/^iteration 2 · attempt 3 · error · from record · pinned · /);
    expect(row.tooltip).toContain('Runner.Timeout: silent');
  });

  it('shows text of documents and models as it is', () => {
    const evil = '<img src=x onerror=alert(1)> [x](command:evil)';
    expect(agentRunRow(makeAgentRun({ node_id: evil }), NOON).label).toBe(evil);
  });

  it('calls a step by what it asked, not by its path', () => {
    const label = (more: Parameters<typeof makeStep>[0]): string => stepRow(makeStep(more)).label;
    expect(label({ name: 'nodes/research/model/1', model: 'simulated' })).toBe('llm: simulated');
    expect(label({ kind: 'llm', name: 'nodes/a/model/1', model: 'openai:gpt-5-mini' })).toBe('llm: gpt-5-mini');
    expect(label({ kind: 'tool', name: 'nodes/a/search/2' })).toBe('tool: search 2');
    expect(label({ kind: 'guardrail', name: 'nodes/a/guardrails/require_rationale' })).toBe('guardrail: require_rationale');
    expect(label({ kind: 'output', name: 'nodes/research/output', model: 'simulated' })).toBe('output');
  });
});

describe('ids of runs in a terminal', () => {
  it('are found whole and shortened, and nothing else is', () => {
    const found = (line: string): readonly string[] => runIdsIn(line).map(({ id }) => id);
    expect(found('run 01a1fc8c-6d14-7589-9852-3c0758dc1e1c completed')).toEqual(['01a1fc8c-6d14-7589-9852-3c0758dc1e1c']);
    expect(found('01a1fc8c-6d14  ✓ completed  fork of 01a1fc8c-0175')).toEqual(['01a1fc8c-6d14', '01a1fc8c-0175']);
    expect(runIdsIn('dagbook show 01a1fc8c-6d14-7 --steps')).toEqual([{ at: 13, id: '01a1fc8c-6d14-7' }]);
    expect(found('6f9619ff-8b86-d011-b42d-00cf4fc964ff a01a1fc8c-6d14 01a1fc8c-6d14-4589-9852-3c0758dc1e1c 01a1fc8c')).toEqual([]);
  });
});
