import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { LanguageServer } from './language-server.ts';

/** Speaks over what the command line names: `--stdio`, `--node-ipc`, `--socket=…`. Ends the process when the editor says so. */
export function serve(): void {
  const connection = createConnection(ProposedFeatures.all);
  new LanguageServer(connection).listen();
}
