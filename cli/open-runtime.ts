import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Review } from '../runtime/index.ts';
import { endpointsFrom, openReader, otlpTargetFrom, profileEndpoints, Runtime } from '../runtime/index.ts';
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
  const settings = workspace.allSettings();
  const bugs: unknown[] = [];
  const runtime = new Runtime({
    ledgerFile: ledgerFile(context, workspace),
    synchronous: settings.synchronous,
    workspace,
    folder: workspace.root,
    servers: settings.servers,
    models: { defaultModel: settings.defaultModel, tiers: settings.tiers, prices: settings.prices },
    stallMs: settings.stallSeconds * 1000,
    leaveWaiting: true,
    secrets: context.secrets,
    endpoints: endpointsFrom(process.env),
    profileEndpoints: () => profileEndpoints(workspace.root),
    otlp: otlpTargetFrom(process.env),
    onTelemetryFailure: (why) => { context.err.line(`note: the spans of this run were not sent: ${why}.`); },
    onBug: (error) => bugs.push(error),
  });
  try {
    const result = await work(runtime);
    await runtime.telemetrySent();
    // What the watch over the runs could not do has stopped them: that comes before any result.
    if (bugs.length > 0) throw bugs[0];
    return result;
  } finally {
    runtime.close();
  }
}

/** The same for a command about runs that are there already: where there is no ledger, none is made. */
export async function withExistingRuntime<T>(context: Output, workspace: DiskWorkspace, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const file = ledgerFile(context, workspace);
  if (!existsSync(file)) throw new DagbookError('ledger-unreadable', `There is no ledger at ${file} yet. Run a workflow first, or name another with --ledger.`);
  return await withRuntime(context, workspace, work);
}

/** Opens the ledger for looking only: nothing is made or changed, and other processes may write meanwhile. */
export async function withReader<T>(context: Pick<VerbContext, 'global' | 'workspace'>, work: (review: Review) => T | Promise<T>): Promise<T> {
  const review = openReader(ledgerFile(context, context.workspace()));
  try {
    return await work(review);
  } finally {
    review.close();
  }
}
