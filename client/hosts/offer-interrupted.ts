import type { RunRecord } from '../../protocol/run-records.ts';
import { offerResume } from './host-messages.ts';
import type { FolderHost, HostPool } from './host-pool.ts';
import type { Disposable } from '../signal.ts';

/** When a folder's host is there for the first time: what an earlier window or terminal has left in the middle. */
export function offerInterrupted(hosts: HostPool, resume: (runs: readonly RunRecord[], of: FolderHost) => Promise<void>): Disposable {
  const asked = new Set<string>();
  return hosts.changed.listen(() => {
    for (const of of hosts.all) {
      const key = of.folder.uri.toString();
      if (of.host.state.kind !== 'ready' || asked.has(key)) continue;
      asked.add(key);
      void of.host.call('resumable', {}).then(
        async (runs) => (runs.length === 0 ? undefined : offerResume(of, runs, resume)),
        () => undefined,
      );
    }
  });
}
