import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Json, JsonObject } from '../../protocol/json.ts';
import { formSteps } from '../forms/form-step.ts';
import { showForm } from '../forms/show-form.ts';
import type { HostPool, QuestionOfFolder } from '../hosts/host-pool.ts';
import { columnBeside } from '../workbench/column-beside.ts';
import { inform, pickRow, sayBriefly } from '../workbench/plain-window.ts';
import { pauseChoices } from './question-words.ts';
import { questionUri } from './record-documents.ts';
import type { Disposable, Signal } from '../signal.ts';
import { showPassingNotice } from '../workbench/passing-notice.ts';

/** Asks the person, and tells the run. Whoever leaves lets the run go on waiting. */
export async function answerQuestion(hosts: HostPool, question: QuestionOfFolder): Promise<void> {
  const host = hosts.of(question.folder);
  const value = question.kind === 'pause' ? await decide(question) : await fillIn(question);
  if (value === null) return;
  if (value === HALT) {
    await host.call('halt', { run: question.run, hold: false });
    return;
  }
  await host.call('answer', { run: question.run, path: question.path, value });
  sayBriefly('check', l10n.t('The answer is recorded.'), 5_000);
}

const HALT = 'halt';

/** The form, with what it is about beside it. */
async function fillIn(question: QuestionOfFolder): Promise<Json | null> {
  await vscode.window.showTextDocument(questionUri(question), { viewColumn: columnBeside(), preserveFocus: true, preview: true });
  const title = l10n.t('{0} asks at {1}', question.workflow_name, question.node_id);
  const value = formSteps(question.form).length === 0 ? await confirm(title) : await showForm({ title, schema: question.form });
  await closePage(questionUri(question));
  return value;
}

/** A form without a question still wants a person who has looked. */
async function confirm(title: string): Promise<Json | null> {
  const picked = await pickRow([{ icon: 'debug-continue', label: l10n.t('Go on'), description: l10n.t('nothing else is asked') }], { title, placeHolder: l10n.t('What it is about stands beside.'), ignoreFocusOut: true });
  return picked === undefined ? null : {};
}

async function decide(question: QuestionOfFolder): Promise<Json | null> {
  const picked = await pickRow(pauseChoices(question.node_id), { title: l10n.t('{0} is paused before {1}', question.workflow_name, question.node_id), ignoreFocusOut: true });
  switch (picked?.choice) {
    case undefined:
      return null;
    case 'go':
      return { action: 'go' };
    case 'skip':
      return { action: 'skip' };
    case 'halt':
      return HALT;
    case 'change': {
      const { inputs = {} } = question.about as { readonly inputs?: Json };
      const schema = { type: 'object', required: ['inputs'], properties: { inputs: { type: 'object', description: l10n.t('What "{0}" receives, as JSON.', question.node_id), default: inputs } } };
      const changed = await showForm({ title: l10n.t('Other inputs for {0}', question.node_id), schema });
      return changed === null ? null : { action: 'go', ...(changed as JsonObject) };
    }
  }
}

async function closePage(uri: vscode.Uri): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all).filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());
  await vscode.window.tabGroups.close(tabs, true);
}

/** The question that is meant: given by a row, a notification or a panel (`{run, node}` or `{run, path}`), else picked. */
export async function chooseQuestion(hosts: HostPool, argument: unknown): Promise<QuestionOfFolder | null> {
  const { run, path, node } = typeof argument === 'object' && argument !== null ? (argument as { readonly run?: unknown; readonly path?: unknown; readonly node?: unknown }) : {};
  const id = typeof run === 'object' && run !== null && 'id' in run ? run.id : run;
  const meant = hosts.questions.filter((question) => (id === undefined || question.run === id) && (path === undefined || question.path === path) && (node === undefined || question.node_id === node));
  const [first] = meant;
  if (meant.length <= 1 || first === undefined) {
    if (first === undefined) void inform(l10n.t('No run waits for an answer.'));
    return first ?? null;
  }
  const picked = await pickRow(meant.map((question) => ({ icon: 'person', label: question.node_id, description: question.workflow_name, question })), { title: l10n.t('Which question?') });
  return picked?.question ?? null;
}

/** Where a run can be seen at the moment, and told whenever that changes. */
export interface Sight {
  readonly shows: (run: string) => boolean;
  readonly changed: Signal<void>;
}

/** More than so many are told together: a window may be opened where hundreds wait. */
const MOST_NOTICES = 3;
/** No key of a question. */
const MANY = '';

/** New questions are told once, for as long as they are open; whoever looks at the run sees them there. */
export function announceQuestions(hosts: HostPool, sight: Sight): Disposable {
  const told = new Set<string>();
  const notices = new Map<string, Disposable>();
  const close = (key: string): void => {
    notices.get(key)?.dispose();
    notices.delete(key);
  };
  const keep = (): void => {
    const open = hosts.questions;
    const unseen = open.filter(({ run }) => !sight.shows(run));
    const fresh = unseen.filter((question) => !told.has(keyOf(question)));
    const many = unseen.length > MOST_NOTICES;
    const keys = new Set(many ? [MANY] : unseen.map(keyOf));
    for (const key of notices.keys()) if (!keys.has(key)) close(key);
    if (!many) for (const question of fresh) notices.set(keyOf(question), tell(question));
    else if (fresh.length > 0 && !notices.has(MANY)) notices.set(MANY, tellMany());
    told.clear();
    for (const question of open) told.add(keyOf(question));
  };
  const listening = [hosts.questionsChanged.listen(keep), sight.changed.listen(keep)];
  return {
    dispose: () => {
      for (const one of listening) one.dispose();
      for (const key of notices.keys()) close(key);
    },
  };
}

function tell(question: QuestionOfFolder): Disposable {
  const [workflow, node] = [shortened(question.workflow_name), shortened(question.node_id)];
  const paused = question.kind === 'pause';
  const words = paused ? l10n.t('{0} is paused before "{1}".', workflow, node) : l10n.t('{0} waits for you at "{1}".', workflow, node);
  return showPassingNotice(words, paused ? l10n.t('Go on…') : l10n.t('Answer…'), () => void vscode.commands.executeCommand('dagbook.answer', question));
}

function tellMany(): Disposable {
  return showPassingNotice(l10n.t('Several runs wait for you.'), l10n.t('Answer…'), () => void vscode.commands.executeCommand('dagbook.answer'));
}

/** The line of a notification holds some sixty letters, and what can be done stands at its end. */
function shortened(name: string): string {
  return name.length <= 20 ? name : `${name.slice(0, 12)}…${name.slice(-7)}`;
}

function keyOf({ run, path, asked_at: at }: QuestionOfFolder): string {
  return `${run} ${path} ${at}`;
}
