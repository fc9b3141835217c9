import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { LanguageServer } from './language-server.ts';
import type { LedgerPort } from './ledger-port.ts';
import { ProcessMemory } from './process-memory.ts';

/** Speaks over what the command line names: `--stdio`, `--node-ipc`, `--socket=…`. Ends the process when the editor says so. */
export function serve(ledger: LedgerPort | null = null): void {
  const memory = new ProcessMemory();
  const connection = createConnection(ProposedFeatures.all);
  new LanguageServer(connection, memory, ledger).listen();
}
