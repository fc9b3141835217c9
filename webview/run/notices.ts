import type { Json } from '../../protocol/json.ts';
import type { QuestionRecord } from '../../protocol/run-records.ts';
import { icon } from '../shared/glyphs.ts';
import { h } from '../shared/vnode.ts';
import type { Child, VElement } from '../shared/vnode.ts';
import type { Acts, PanelView } from './run-view.ts';

/** More questions than these are one click away, at their nodes. */
const MOST_QUESTIONS = 3;

/** What a person must know before anything else: what failed, what is asked of them, why nothing runs. */
export function notices({ state: { run }, detail, failure, refusal }: PanelView, acts: Acts): VElement | null {
  const lines: Child[] = [
    run.error !== null && h('div', { class: 'notice' }, [icon(run.status === 'halted' ? 'halted' : 'failed', run.status === 'halted' ? 'halted' : 'error'), h('p', { class: 'two', title: run.error.message }, [h('b', {}, run.error.name), ` ${run.error.message}`, run.error.path !== undefined && h('span', { class: 'mono dim' }, ` ${run.error.path}`)])], { key: 'error' }),
    detail.questions.slice(0, MOST_QUESTIONS).map((question) => asked(question, refusal, acts)),
    failure !== null && h('div', { class: 'notice', role: 'alert' }, [icon('warning', 'warning'), h('p', { class: 'two', title: failure.hint }, [h('b', {}, failure.message), ` ${failure.hint}`]), h('button', { class: 'btn icon-only small', 'aria-label': 'Dismiss' }, icon('close'), { on: { click: () => acts.dismissFailure() } })], { key: 'failure' }),
  ];
  return lines.every((line) => line === false || (Array.isArray(line) && line.length === 0)) ? null : h('div', { class: 'notices' }, lines, { key: 'notices' });
}

function asked(question: QuestionRecord, refusal: string | null, acts: Acts): VElement {
  const goal = goalOf(question.about);
  const who = question.kind === 'pause' ? 'is paused' : question.assignees.length === 0 ? 'waits for an answer' : `waits for ${question.assignees.join(', ')}`;
  return h('div', { class: 'notice' }, [
    icon('waiting', 'waiting'), h('p', { class: 'two', title: goal }, [h('b', {}, question.node_id), ` ${who}${goal === '' ? '' : `: ${goal}`}`]),
    h('button', { class: 'btn small', disabled: refusal !== null, title: refusal ?? '' }, question.kind === 'pause' ? 'Go on…' : 'Answer…', { on: { click: () => acts.send({ kind: 'answer', run: question.run, path: question.path }) } }),
  ], { key: `${question.run}:${question.path}` });
}

function goalOf(about: Json): string {
  const goal = typeof about === 'object' && about !== null && 'goal' in about ? about['goal'] : '';
  return typeof goal === 'string' ? goal : '';
}
