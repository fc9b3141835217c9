import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostPool } from '../../client/hosts/host-pool.ts';
import { announceQuestions } from '../../client/runs/answer-question.ts';
import { Signal } from '../../client/signal.ts';

const shown = vi.hoisted(() => ({ notices: [] as string[] }));

vi.mock('vscode', () => ({}));
vi.mock('../../client/workbench/passing-notice.ts', () => ({
  showPassingNotice: (words: string) => {
    shown.notices.push(words);
    return { dispose: () => { shown.notices.splice(shown.notices.indexOf(words), 1); } };
  },
}));

beforeEach(() => { shown.notices.length = 0; });

function desk(): { readonly ask: (count: number) => void } {
  const questions: { run: string; path: string; asked_at: string; workflow_name: string; node_id: string; kind: string }[] = [];
  const questionsChanged = new Signal<void>();
  const hosts = { questionsChanged, get questions() { return questions; } } as unknown as HostPool;
  announceQuestions(hosts, { shows: () => false, changed: new Signal<void>() });
  return {
    ask: (count) => {
      questions.splice(0, questions.length, ...Array.from({ length: count }, (_, at) => ({ run: `r${String(at)}`, path: 'nodes/a/ask', asked_at: '2026-11-21T12:00:00Z', workflow_name: `W${String(at)}`, node_id: 'a', kind: 'ask' })));
      questionsChanged.fire();
    },
  };
}

describe('runs that wait for somebody', () => {
  it('are told one by one, each as long as it waits', () => {
    const { ask } = desk();
    ask(2);
    ask(2);
    expect(shown.notices).toEqual(['W0 waits for you at "a".', 'W1 waits for you at "a".']);
    ask(1);
    expect(shown.notices).toEqual(['W0 waits for you at "a".']);
    ask(0);
    expect(shown.notices).toEqual([]);
  });

  it('are told together where they are many, and no flood comes of two hundred', () => {
    const { ask } = desk();
    ask(200);
    ask(201);
    expect(shown.notices).toEqual(['Several runs wait for you.']);
    ask(3);
    expect(shown.notices).toEqual([]);
    ask(4);
    expect(shown.notices).toEqual(['Several runs wait for you.']);
  });
});
