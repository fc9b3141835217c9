import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { showForm } from '../forms/show-form.ts';
import type { HostPool, QuestionOfFolder } from '../hosts/host-pool.ts';
import type { Disposable } from '../signal.ts';

/** Asks the person, and tells the run. Null = they left; the run goes on waiting. */
export async function answerQuestion(hosts: HostPool, question: QuestionOfFolder): Promise<void> {
  const title = question.kind === 'pause' ? l10n.t('{0} is paused before {1}', question.workflow_name, question.node_id) : l10n.t('{0} asks at {1}', question.workflow_name, question.node_id);
  const value = await showForm({ title, schema: question.form });
  if (value === null) return;
  await hosts.of(question.folder).call('answer', { run: question.run, path: question.path, value });
  vscode.window.setStatusBarMessage(`$(check) ${l10n.t('The answer is recorded.')}`, 5_000);
}

/** The question that is meant: given by a row, a notification or a panel (`{run, node}` or `{run, path}`), else picked. */
export async function chooseQuestion(hosts: HostPool, argument: unknown): Promise<QuestionOfFolder | null> {
  const { run, path, node } = typeof argument === 'object' && argument !== null ? (argument as { readonly run?: unknown; readonly path?: unknown; readonly node?: unknown }) : {};
  const id = typeof run === 'object' && run !== null && 'id' in run ? run.id : run;
  const meant = hosts.questions.filter((question) => (id === undefined || question.run === id) && (path === undefined || question.path === path) && (node === undefined || question.node_id === node));
  const [first] = meant;
  if (meant.length <= 1 || first === undefined) {
    if (first === undefined) void vscode.window.showInformationMessage(l10n.t('No run waits for an answer.'));
    return first ?? null;
  }
  const picked = await vscode.window.showQuickPick(meant.map((question) => ({ label: `$(person) ${question.node_id}`, description: question.workflow_name, question })), { title: l10n.t('Which question?') });
  return picked?.question ?? null;
}

/** New questions are told once; whoever looks at the run sees them there. */
export function announceQuestions(hosts: HostPool, isSeen: () => boolean): Disposable {
  const told = new Set<string>();
  return hosts.questionsChanged.listen(() => {
    const open = hosts.questions;
    const keys = new Set(open.map(keyOf));
    for (const key of told) if (!keys.has(key)) told.delete(key);
    for (const question of open) {
      if (told.has(keyOf(question))) continue;
      told.add(keyOf(question));
      if (question.kind === 'ask' || !isSeen()) void tell(question);
    }
  });
}

async function tell(question: QuestionOfFolder): Promise<void> {
  const answer = l10n.t('Answer…');
  const look = l10n.t('Show Run');
  const message = question.kind === 'pause' ? l10n.t('{0} is paused before "{1}".', question.workflow_name, question.node_id) : l10n.t('{0} waits for you at "{1}".', question.workflow_name, question.node_id);
  const chosen = await vscode.window.showInformationMessage(message, answer, look);
  if (chosen === answer) await vscode.commands.executeCommand('dagbook.answer', question);
  else if (chosen === look) await vscode.commands.executeCommand('dagbook.show', { run: question.run, folder: question.folder, node: question.node_id });
}

function keyOf({ run, path, asked_at: at }: QuestionOfFolder): string {
  return `${run} ${path} ${at}`;
}
