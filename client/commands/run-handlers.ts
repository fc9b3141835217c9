import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ForkParams, StartedRun } from '../../protocol/host.ts';
import type { RunRecord } from '../../protocol/run-records.ts';
import type { HostPool } from '../hosts/host-pool.ts';
import { beginRun } from '../runs/begin-run.ts';
import { maySpend } from '../runs/confirm-paid.ts';
import { forksEdited } from '../runs/fork-text.ts';
import { mayRun } from '../runs/may-run.ts';
import type { RunLauncher } from '../runs/run-launcher.ts';
import { pickRun, runRefOf, type PickRun, type RunRef } from '../runs/run-ref.ts';
import { inform, pickRow, sayBriefly, whileWorking } from '../workbench/plain-window.ts';
import { fileUri, workspaceFile } from '../workspace/folders.ts';
import type { ChooseWorkflow } from '../workbench/choose-workflow.ts';
import { isOpenRun } from '../words/status-words.ts';
import type { Handler } from './command-id.ts';
import { documentNameOf, textOf, uriOf } from './register-commands.ts';

export interface RunHandlerParts {
  readonly hosts: HostPool;
  readonly launcher: RunLauncher;
  readonly memory: vscode.Memento;
  readonly chooseWorkflow: ChooseWorkflow;
}

type RunCommand = 'dagbook.run' | 'dagbook.runWithInputs' | 'dagbook.runNode' | 'dagbook.fork' | 'dagbook.forkFromFailure' | 'dagbook.replay' | 'dagbook.replayRecorded' | 'dagbook.resume' | 'dagbook.snapshot';

/** Everything that begins a run, or locks what one would stand on. */
export function runHandlers(parts: RunHandlerParts): Readonly<Record<RunCommand, Handler>> {
  const { hosts, launcher } = parts;
  const launch = async (argument: unknown, askInputs: boolean): Promise<string | null> => {
    const uri = uriOf(argument) ?? (await parts.chooseWorkflow(l10n.t('Which workflow shall run?')));
    const ask = askInputs || (typeof argument === 'object' && argument !== null && 'askInputs' in argument && argument.askInputs === true);
    return uri === null ? null : launcher.launch({ uri, name: documentNameOf(argument), askInputs: ask, until: textOf(argument, 'until') });
  };
  const fork = async (ref: RunRef | null, point: ForkParams['point'], now = false): Promise<void> => {
    if (ref === null || !(await mayRun())) return;
    const { run } = await hosts.of(ref.folder).call('show', { run: ref.id });
    const edited = await forksEdited(ref.folder, run, now);
    if (edited !== null) await again(parts, ref, { edited }, async () => hosts.of(ref.folder).call('fork', { run: ref.id, point, set: {}, edited }));
  };
  const replay = async (argument: unknown, recorded: boolean): Promise<void> => {
    const ref = await chosen(parts, argument, { title: recorded ? l10n.t('Which run shall be replayed from its record?') : l10n.t('Which run shall be replayed?'), only: (run) => !recorded || !isOpenRun(run) });
    if (ref !== null) await again(parts, ref, recorded ? 'free' : { edited: false }, async () => hosts.of(ref.folder).call('replay', { run: ref.id, recorded }));
  };
  return {
    'dagbook.run': (argument) => launch(argument, false),
    'dagbook.runWithInputs': (argument) => launch(argument, true),
    'dagbook.runNode': async (argument) => {
      const ref = await chosen(parts, argument, { title: l10n.t('On the record of which run?') });
      const path = ref === null ? null : (nodeOf(argument) ?? (await pickNode(hosts, ref)));
      if (path !== null) await fork(ref, { kind: 'only', path });
    },
    'dagbook.fork': async (argument) => {
      const ref = await chosen(parts, argument, { title: l10n.t('Which run shall be forked?') });
      if (ref === null) return;
      const only = textOf(argument, 'only');
      const path = only ?? textOf(argument, 'from') ?? nodeOf(argument) ?? (await pickNode(hosts, ref));
      // A code lens is about the text below it.
      if (path !== null) await fork(ref, { kind: only === null ? 'from' : 'only', path }, uriOf(argument) !== null);
    },
    'dagbook.forkFromFailure': async (argument) => {
      const failed = (run: RunRecord): boolean => run.status === 'error' || run.status === 'rejected' || run.status === 'halted';
      await fork(await chosen(parts, argument, { title: l10n.t('Which failed run shall go on?'), only: failed }), { kind: 'from-failure' });
    },
    'dagbook.replay': (argument) => replay(argument, false),
    'dagbook.replayRecorded': (argument) => replay(argument, true),
    'dagbook.resume': (argument) => resume(parts, argument),
    'dagbook.snapshot': (argument) => snapshot(parts, argument),
  };
}

/** Goes on with runs whose process has gone. */
export async function resumeRuns({ hosts, launcher, memory }: Omit<RunHandlerParts, 'chooseWorkflow'>, folder: vscode.WorkspaceFolder, runs: readonly RunRecord[]): Promise<void> {
  if (!(await mayRun())) return;
  const models = (await Promise.all(runs.map(async ({ id }) => hosts.of(folder).call('paidModels', { of: { kind: 'run', run: id, edited: false } })))).flat();
  if (!(await maySpend(memory, { folder, models: [...new Set(models)], capUsd: null }))) return;
  const title = runs.length === 1 ? l10n.t('Resuming {0}', runs[0]?.workflow_name ?? '') : l10n.t('Resuming {0} runs', runs.length);
  // The lease of a process that has died is waited for: seconds.
  await whileWorking({ location: vscode.ProgressLocation.Window, title }, async () => {
    for (const run of runs) launcher.began({ folder }, await hosts.of(folder).call('resume', { run: run.id }));
  });
}

/** One more run on the record of another, once it is clear that it may cost something. */
async function again(parts: RunHandlerParts, ref: RunRef, cost: 'free' | { readonly edited: boolean }, begin: () => Promise<StartedRun>): Promise<void> {
  if (!(await mayRun())) return;
  const host = parts.hosts.of(ref.folder);
  if (cost !== 'free') {
    const [{ run }, models] = await Promise.all([host.call('show', { run: ref.id }), host.call('paidModels', { of: { kind: 'run', run: ref.id, ...cost } })]);
    if (!(await maySpend(parts.memory, { folder: ref.folder, models, capUsd: run.cap_micros === null ? null : run.cap_micros / 1e6 }))) return;
  }
  parts.launcher.began(ref, await beginRun({ host, begin, isMeant: ({ id, parent_run_id: parent }) => parent === ref.id && !parts.launcher.own.has(id) }));
}

async function chosen({ hosts }: RunHandlerParts, argument: unknown, pick: PickRun): Promise<RunRef | null> {
  return runRefOf(argument) ?? ((await mayRun()) ? pickRun(hosts, pick) : null);
}

/** Of a row of the ledger view. */
function nodeOf(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null || !('agentRun' in argument)) return null;
  return textOf(argument.agentRun, 'node_id');
}

async function pickNode(hosts: HostPool, ref: RunRef): Promise<string | null> {
  const { agent_runs: agentRuns } = await hosts.of(ref.folder).call('show', { run: ref.id });
  const nodes = [...new Set(agentRuns.map(({ node_id: node }) => node))];
  return (await pickRow(nodes.map((node) => ({ label: node })), { title: l10n.t('From which node on?') }))?.label ?? null;
}

async function resume(parts: RunHandlerParts, argument: unknown): Promise<void> {
  const ref = runRefOf(argument);
  if (ref !== null) {
    await resumeRuns(parts, ref.folder, [(await parts.hosts.of(ref.folder).call('show', { run: ref.id })).run]);
    return;
  }
  if (!(await mayRun())) return;
  for (const { folder, host } of parts.hosts.all) {
    const runs = await host.call('resumable', {});
    if (runs.length === 0) continue;
    await resumeRuns(parts, folder, runs);
    return;
  }
  void inform(l10n.t('No run was interrupted: there is nothing to resume.'));
}

async function snapshot({ hosts, chooseWorkflow }: RunHandlerParts, argument: unknown): Promise<void> {
  if (!(await mayRun())) return;
  const uri = uriOf(argument) ?? (await chooseWorkflow(l10n.t('Which document shall be locked?'), ['workflow', 'agent']));
  const file = uri === null ? null : workspaceFile(uri);
  if (uri === null || file === null) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const name = documentNameOf(argument);
  const locked = await hosts.of(file.folder).call('snapshot', { target: { workflow: file.file, ...(document.isDirty || document.isUntitled ? { text: document.getText() } : {}), ...(name === null ? {} : { name }) } });
  const made = locked.filter(({ created }) => created);
  const words = locked.map(({ name, version, spec_hash: hash }) => `${name} v${version} (${hash.slice(0, 8)})`).join(', ');
  sayBriefly('check', made.length === 0 ? l10n.t('Nothing has changed since it was last locked: {0}.', words) : l10n.t('Locked: {0}.', words), 10_000);
}

/** The document a run was locked from, as it is now. */
export function sourceOf(folder: vscode.WorkspaceFolder, { source_path: source }: RunRecord): vscode.Uri | null {
  return source === null ? null : fileUri(folder, source);
}
