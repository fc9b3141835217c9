import { DagbookError } from '../../protocol/dagbook-error.ts';
import { tryDriver } from '../ledger/sqlite.ts';

/** The Node-API version the driver is built for. On an older Node, loading it ends the process without a word. */
const NAPI = 10;

/** Loads the database driver, or says what to do. Returns what it is called and its version. */
export function loadDriver(nativeBinding: string | undefined, napi = process.versions['napi']): string {
  if (Number(napi) < NAPI) {
    throw new DagbookError('node-too-old', `The ledger needs a Node with Node-API ${NAPI} or newer (Node 22, or VS Code 1.101); this is Node ${process.versions.node} with Node-API ${napi ?? 'none'}. Update VS Code.`);
  }
  try {
    return tryDriver(nativeBinding);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DagbookError('driver-unavailable', `The ledger's database driver cannot be loaded on ${process.platform}-${process.arch}: ${reason}. Install the extension built for this platform, or run \`dagbook\` in a terminal with Node 22.`);
  }
}
