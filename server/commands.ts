import { ErrorCodes, ResponseError, type Connection } from 'vscode-languageserver/node';
import { convertDocument, convertedPath, LineIndex } from '../language/index.ts';
import { CONVERT_COMMAND, type ConvertAnswer, type ConvertParams } from '../protocol/language-requests.ts';
import type { FeatureHost } from './feature-request.ts';
import { toRange } from './to-lsp.ts';

/** Commands over the text. They answer and change nothing: what comes of the answer is the editor's to do. */
export function registerCommands(connection: Connection, host: FeatureHost): void {
  connection.onExecuteCommand(async ({ command, arguments: given }): Promise<ConvertAnswer> => {
    await host.ready();
    const [params] = (given ?? []) as readonly unknown[];
    if (command !== CONVERT_COMMAND) throw new ResponseError(ErrorCodes.InvalidParams, `There is no command "${command}".`);
    if (!isConvertParams(params)) throw new ResponseError(ErrorCodes.InvalidParams, `${CONVERT_COMMAND} needs {uri, to}, with "states" or "asl" as what to write.`);
    return convert(host, params);
  });
}

function convert({ workspaces, documents }: FeatureHost, { uri, to }: ConvertParams): ConvertAnswer {
  const { workspace, path } = documents.get(uri) ?? workspaces.locate(uri);
  const read = workspace.session.read(path);
  if (read.kind !== 'text') throw new ResponseError(ErrorCodes.InvalidParams, read.kind === 'missing' ? `There is no file ${path}.` : `${path} cannot be read${read.kind === 'unreadable' ? `: ${read.reason}` : ''}.`);
  const converted = convertDocument(path, read.text, to);
  if (!converted.ok) {
    const lines = new LineIndex(read.text);
    return { ok: false, problems: converted.diagnostics.map(({ code, message, span }) => ({ code, message, range: toRange(lines, span) })) };
  }
  const { text, notes } = converted;
  return { ok: true, text, language: to === 'asl' ? 'json' : 'dagbook', uri: workspace.uriOf(convertedPath(path, to, workspace.session.index())), notes };
}

function isConvertParams(value: unknown): value is ConvertParams {
  const { uri, to } = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  return typeof uri === 'string' && (to === 'states' || to === 'asl');
}
