import { existsSync } from 'node:fs';
import path from 'node:path';
import type { DiskWorkspace } from '../disk/open-workspace.ts';
import { DagbookError } from '../protocol/dagbook-error.ts';
import type { Review } from '../runtime/index.ts';
import { endpointsFrom, openReader, profileEndpoints, Runtime, secretsFrom } from '../runtime/index.ts';
import type { VerbContext } from './verb.ts';

type Global = Pick<VerbContext, 'global'>;

/** `--ledger`, else the setting (relative to the workspace), else its default. */
export function ledgerFile({ global }: Global, workspace: DiskWorkspace): string {
  return global.ledger ?? path.resolve(workspace.root, workspace.allSettings().ledgerPath);
}

/**
 * Opens the ledger of a workspace with its settings, hands the runtime to `work`, and closes it whatever happens.
 * Every verb that runs something begins here.
 */
export async function withRuntime<T>(context: Global, workspace: DiskWorkspace, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const settings = workspace.allSettings();
  const bugs: unknown[] = [];
  const runtime = new Runtime({
    ledgerFile: ledgerFile(context, workspace),
    synchronous: settings.synchronous,
    workspace,
    models: { defaultModel: settings.defaultModel, tiers: settings.tiers },
    stallMs: settings.stallSeconds * 1000,
    leaveWaiting: true,
    secret: secretsFrom(process.env),
    endpoints: endpointsFrom(process.env),
    profileEndpoints: profileEndpoints(workspace.root),
    onBug: (error) => bugs.push(error),
  });
  try {
    const result = await work(runtime);
    // What the watch over the runs could not do has stopped them: that comes before any result.
    if (bugs.length > 0) throw bugs[0];
    return result;
  } finally {
    runtime.close();
  }
}

/** The same for a command about runs that are there already: where there is no ledger, none is made. */
export async function withExistingRuntime<T>(context: Global, workspace: DiskWorkspace, work: (runtime: Runtime) => Promise<T>): Promise<T> {
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
