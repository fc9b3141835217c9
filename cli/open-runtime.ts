import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Review } from '../runtime/index.ts';
import { endpointsFrom, noLedger, openReader, otlpTargetFrom, profileEndpoints, Runtime, verifyLedger } from '../runtime/index.ts';
import { writingCommands } from './run-words.ts';
import type { VerbContext } from './verb.ts';

type Global = Pick<VerbContext, 'global'>;
type Output = Pick<VerbContext, 'global' | 'err' | 'secrets'>;

/** `--ledger`, else the setting (relative to the workspace), else its default. */
export function ledgerFile({ global }: Global, workspace: DiskWorkspace): string {
  return global.ledger ?? path.resolve(workspace.root, workspace.allSettings().ledgerPath);
}

/**
 * Opens the ledger of a workspace with its settings, hands the runtime to `work`, and closes it whatever happens.
 * Every verb that runs something begins here.
 */
export async function withRuntime<T>(context: Output, workspace: DiskWorkspace, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const file = ledgerFile(context, workspace);
  return await overLedger(context, file, async () => {
    const bugs: unknown[] = [];
    const runtime = openRuntime(context, workspace, file, bugs);
    try {
      const result = await work(runtime);
      await runtime.telemetrySent();
      if (bugs.length > 0) throw bugs[0];
      if (!runtime.ledger.isCurrent()) throw new DagbookError('ledger-unreadable', `${file} was removed or replaced while this command worked with it: what it did is not on record there.`);
      return result;
    } catch (error) {
      // What the watch over the runs could not do has stopped them: that comes before what came of it.
      throw bugs[0] ?? error;
    } finally {
      runtime.close();
    }
  });
}

function openRuntime({ err, secrets }: Output, workspace: DiskWorkspace, ledgerFile: string, bugs: unknown[]): Runtime {
  const settings = workspace.allSettings();
  return new Runtime({
    ledgerFile,
    synchronous: settings.synchronous,
    workspace,
    folder: workspace.root,
    servers: settings.servers,
    models: { defaultModel: settings.defaultModel, tiers: settings.tiers, prices: settings.prices },
    stallMs: settings.stallSeconds * 1000,
    leaveWaiting: true,
    secrets,
    endpoints: endpointsFrom(process.env),
    profileEndpoints: () => profileEndpoints(workspace.root),
    otlp: otlpTargetFrom(process.env),
    onTelemetryFailure: (why) => { err.line(`note: the spans of this run were not sent: ${why}.`); },
    onBug: (error) => bugs.push(error),
  });
}

/** The same for a command about runs that are there already: where there is no ledger, none is made. */
export async function withExistingRuntime<T>(context: Output, workspace: DiskWorkspace, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const file = ledgerFile(context, workspace);
  if (!existsSync(file)) throw noLedger(file);
  return await withRuntime(context, workspace, work);
}

/** Opens the ledger for looking only: nothing is made or changed, and other processes may write meanwhile. */
export async function withReader<T>(context: Pick<VerbContext, 'global' | 'workspace'>, work: (review: Review) => T | Promise<T>): Promise<T> {
  const file = ledgerFile(context, context.workspace());
  return await overLedger(context, file, async () => {
    const review = openReader(file);
    try {
      return await work(review);
    } finally {
      review.close();
    }
  });
}

/** What goes wrong over a ledger that is not what was written is no bug of ours: the ledger is asked before one is told of. */
async function overLedger<T>(context: Global, file: string, work: () => Promise<T>): Promise<T> {
  return await writingCommands(context, async () => {
    try {
      return await work();
    } catch (error) {
      throw error instanceof DagbookError ? error : (damageOf(file) ?? error);
    }
  });
}

function damageOf(file: string): DagbookError | null {
  try {
    const review = openReader(file);
    try {
      const [first] = review.ledger.read(() => verifyLedger(review.ledger.db)).problems;
      return first === undefined ? null : new DagbookError('ledger-corrupt', (command) => `${file} is not what was written: ${first.table} ${first.row}: ${first.problem}. All of it: ${command('ledger', 'verify')}`);
    } finally {
      review.close();
    }
  } catch (error) {
    return error instanceof DagbookError && error.code === 'ledger-corrupt' ? error : null;
  }
}
