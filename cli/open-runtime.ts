import path from 'node:path';
import { Runtime } from '../runtime/index.ts';
import type { VerbContext } from './verb.ts';
import type { DiskWorkspace } from './workspace.ts';

/** `--ledger`, else the setting (relative to the workspace), else its default. */
export function ledgerFile({ global }: Pick<VerbContext, 'global'>, workspace: DiskWorkspace): string {
  return global.ledger ?? path.resolve(workspace.root, workspace.allSettings().ledgerPath);
}

/**
 * Opens the ledger of a workspace with its settings, hands the runtime to `work`, and closes it whatever happens.
 * Every verb that runs or reviews begins here.
 */
export async function withRuntime<T>(context: Pick<VerbContext, 'global' | 'err'>, workspace: DiskWorkspace, work: (runtime: Runtime) => Promise<T>): Promise<T> {
  const settings = workspace.allSettings();
  const runtime = new Runtime({
    ledgerFile: ledgerFile(context, workspace),
    synchronous: settings.synchronous,
    workspace,
    models: { defaultModel: settings.defaultModel, tiers: settings.tiers },
    stallMs: settings.stallSeconds * 1000,
    leaveWaiting: true,
    onBug: (error) => context.err.line(`internal-error: ${error instanceof Error ? (context.global.debug ? (error.stack ?? error.message) : error.message) : String(error)}`),
  });
  try {
    return await work(runtime);
  } finally {
    runtime.close();
  }
}
