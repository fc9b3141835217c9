import { DocumentHighlightKind, LSPErrorCodes, ResponseError, type CallHierarchyItem, type CancellationToken, type Connection } from 'vscode-languageserver/node';
import { callItems, definition, highlights, incomingCalls, outgoingCalls, prepareRename, references, rename, renameFile, workspaceSymbols, type CallItem, type WorkspaceSymbol } from '../language/index.ts';
import { symbolKind, toRange } from './to-lsp.ts';
import { always, everywhere, usually, workspaceEdit, type FeatureHost, type FeatureRequest } from './feature-request.ts';

export function registerNavigation(connection: Connection, host: FeatureHost): void {
  connection.onDefinition(everywhere(host, 'definition', null, (request, { position }) => {
    const found = definition(request.context, request.offset(position));
    return found === null ? null : found.targets.map((place) => request.location(place));
  }, always));
  connection.onReferences(everywhere(host, 'references', null, (request, { position, context }) => references(request.context, request.offset(position), context.includeDeclaration).map((place) => request.location(place))));
  connection.onDocumentHighlight(usually(host, 'highlights', null, (request, { position }) =>
    highlights(request.context, request.offset(position)).map(({ span, kind }) => ({ range: request.range(span), kind: kind === 'write' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read })),
  ));
  connection.onPrepareRename(everywhere(host, 'rename', null, (request, { position }) => {
    const found = prepareRename(request.context, request.offset(position));
    if (found.kind === 'refused') throw new ResponseError(LSPErrorCodes.RequestFailed, found.reason);
    return { range: request.range(found.span), placeholder: found.placeholder };
  }));
  connection.onRenameRequest(everywhere(host, 'rename', null, (request, { position, newName }) => {
    const found = rename(request.context, request.offset(position), newName);
    if (found.kind === 'refused') throw new ResponseError(LSPErrorCodes.RequestFailed, found.reason);
    return request.edit(found.changes);
  }));
  connection.workspace.onWillRenameFiles(async ({ files }) => {
    await host.settled();
    const changes = files.flatMap(({ oldUri, newUri }) => {
      const { workspace, path } = host.workspaces.locate(oldUri);
      const to = workspace.pathOf(newUri);
      return to === null ? [] : (workspaceEdit(renameFile(workspace.session.index(), path, to), workspace, host.documents).documentChanges ?? []);
    });
    return { documentChanges: changes };
  });
  connection.onWorkspaceSymbol(async ({ query }) => {
    await host.settled();
    return host.workspaces.folders().flatMap((workspace) =>
      workspaceSymbols(workspace.session.index(), query).map(({ name, kind, container, place }) => ({
        name,
        kind: symbolKind(kind),
        ...(container === '' ? {} : { containerName: container }),
        location: { uri: host.documents.uriOf(workspace, place.file), range: rangeOf(workspace, place) },
      })),
    );
  });
  registerCalls(connection, host);
}

function registerCalls(connection: Connection, host: FeatureHost): void {
  const { callHierarchy } = connection.languages;
  callHierarchy.onPrepare(everywhere(host, 'call hierarchy', null, (request, { position }) => callItems(request.context, request.offset(position)).map((item) => toCallItem(request, item))));
  const ofItem = <R>(name: string, answer: (request: FeatureRequest, item: CallItem) => R) => async ({ item }: { readonly item: CallHierarchyItem }, token: CancellationToken): Promise<R | null> =>
    await everywhere<{ readonly textDocument: CallHierarchyItem }, R | null>(host, name, null, (request) => answer(request, item.data as CallItem))({ textDocument: item }, token);
  callHierarchy.onIncomingCalls(ofItem('incoming calls', (request, item) =>
    incomingCalls(request.context, item).map((call) => ({ from: toCallItem(request, call.item), fromRanges: call.places.map((span) => request.rangeIn(call.item.file, span)) })),
  ));
  callHierarchy.onOutgoingCalls(ofItem('outgoing calls', (request, item) =>
    outgoingCalls(request.context, item).map((call) => ({ to: toCallItem(request, call.item), fromRanges: call.places.map((span) => request.range(span)) })),
  ));
}

function toCallItem(request: FeatureRequest, item: CallItem): CallHierarchyItem {
  const range = request.rangeIn(item.file, item.span);
  return { name: item.name, detail: item.detail, kind: symbolKind(item.kind), uri: request.uriOf(item.file), range, selectionRange: range, data: item };
}

function rangeOf(workspace: Parameters<typeof workspaceEdit>[1], { file, span }: WorkspaceSymbol['place']): CallHierarchyItem['range'] {
  return toRange(workspace.session.lines(file), span);
}
