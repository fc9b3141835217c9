import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { HostConnection } from '../../client/host/host-connection.ts';
import { startHost } from '../../client/host/host-connection.ts';
import type { Frame } from '../../protocol/frame.ts';
import type { HostEvent, HostSettings, RunParams, StartedRun } from '../../protocol/host.ts';
import type { RunDetailRecord, RunRecord } from '../../protocol/run-records.ts';
import { plainEnv, ROOT } from '../cli/kit.ts';
import { eventually, ledgerOf } from '../cli/run-kit.ts';

const SCRIPT = path.join(ROOT, 'dist/host.mjs');
const ENDED: readonly string[] = ['completed', 'error', 'rejected', 'halted'];

export interface TestHost extends HostConnection {
  /** Everything it has told unasked. */
  readonly events: readonly HostEvent[];
  /** What the process itself wrote. */
  readonly lines: readonly string[];
  frames(run: string): readonly Frame[];
  start(workflow: string, more?: Partial<RunParams>): Promise<StartedRun>;
  ended(run: string): Promise<RunDetailRecord>;
  openRuns(): readonly RunRecord[];
}

export function settingsOf(folder: string, more: Partial<HostSettings> = {}): HostSettings {
  return {
    workspace: folder, ledgerFile: ledgerOf(folder), synchronous: 'NORMAL', defaultModel: 'simulated', tiers: {}, prices: {}, agents: {}, workflowGlobs: [], stallSeconds: 300, secrets: {}, ...more,
  };
}

/** A real host process over the ledger of a folder, opened; ended with the test. */
export async function openHost(folder: string, more: Partial<HostSettings> = {}, env: Readonly<Record<string, string>> = {}): Promise<TestHost> {
  const host = forkHost(env);
  await host.call('open', settingsOf(folder, more));
  return host;
}

export function forkHost(env: Readonly<Record<string, string>> = {}): TestHost {
  const events: HostEvent[] = [];
  const lines: string[] = [];
  const connection = startHost({ execPath: process.execPath, script: SCRIPT, env: { ...plainEnv(), ...env }, log: (line) => lines.push(line) });
  onTestFinished(() => connection.dispose());
  connection.onEvent((event) => events.push(event));
  return {
    pid: connection.pid, events, lines,
    call: (method, params, signal) => connection.call(method, params, signal),
    onEvent: (listener) => connection.onEvent(listener),
    onExit: (listener) => connection.onExit(listener),
    dispose: () => connection.dispose(),
    frames: (run) => events.flatMap((event) => (event.kind === 'frame' && event.frame.workflow_run_id === run ? [event.frame] : [])),
    start: async (workflow, options = {}) => await connection.call('run', { ...runParams(workflow), ...options }),
    openRuns: () => events.findLast((event) => event.kind === 'open-runs')?.runs ?? [],
    async ended(run) {
      let detail = await connection.call('show', { run });
      await eventually(async () => {
        detail = await connection.call('show', { run });
        return ENDED.includes(detail.run.status);
      }, `run ${run} to end; it is ${detail.run.status}`);
      return detail;
    },
  };
}

export function runParams(workflow: string): RunParams {
  return { target: { workflow }, inputs: {}, model: null, until: null, pauseAt: [], pins: {}, experiment: null, test: null };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
