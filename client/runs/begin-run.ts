import * as l10n from '@vscode/l10n';
import type { StartedRun } from '../../protocol/host.ts';
import type { RunRecord } from '../../protocol/run-records.ts';
import { HostFailure } from '../host/host-connection.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';

export interface Beginning {
  readonly host: Pick<RuntimeHost, 'call'>;
  readonly begin: () => Promise<StartedRun>;
  /** Whether a run that began since may be the one that was asked for. */
  readonly isMeant: (run: RunRecord) => boolean;
}

/** As many as can have begun while one was asked for. */
const LATEST = 50;

/**
 * Begins a run. A host that dies before it has answered may have begun it all the same: then the ledger knows it, and once the host is there again
 * it is found. Rejects with what the runtime refuses, with what keeps the host from coming back, or because nothing was begun.
 */
export async function beginRun({ host, begin, isMeant }: Beginning): Promise<StartedRun> {
  const asked = Date.now();
  try {
    return await begin();
  } catch (error) {
    if (!(error instanceof HostFailure) || error.code !== 'host-unavailable') throw error;
    const { runs } = await host.call('runs', { limit: LATEST, cursor: null, status: null, workflow: null });
    const run = runs.find((one) => Date.parse(one.started_at) >= asked && isMeant(one));
    if (run === undefined) throw new Error(l10n.t('No run was begun: the runtime host ended before it had written one down. Run it again. ({0})', error.message), { cause: error });
    return { run, notes: [l10n.t('The runtime host ended before it had told of this run. The ledger knows it.')] };
  }
}
