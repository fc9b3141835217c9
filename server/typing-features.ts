import { CompletionItemKind, InsertTextFormat, MarkupKind, type CompletionItem as LspCompletionItem, type CompletionList, type Connection } from 'vscode-languageserver/node';
import { complete, hover, linkedEditing, resolveCompletion, signatureHelp, type CompletionItem, type CompletionKind } from '../language/index.ts';
import { always, usually, type FeatureHost, type FeatureRequest } from './feature-request.ts';

/** What an item carries until it is looked at. */
interface ItemData {
  readonly uri: string;
  readonly offset: number;
  readonly item: Pick<CompletionItem, 'resolve' | 'insertText' | 'snippet'>;
}

export function registerTyping(connection: Connection, host: FeatureHost): void {
  connection.onCompletion(usually(host, 'completion', null, (request, { position }): CompletionList => {
    const offset = request.offset(position);
    return { isIncomplete: false, items: complete(request.context, offset).map((item) => toItem(request, offset, item)) };
  }));
  connection.onCompletionResolve(async (item) => {
    const data = item.data as ItemData | undefined;
    if (data === undefined) return item;
    const resolve = always(host, 'completion', '', ({ context }) => resolveCompletion(context, data.offset, data.item));
    const value = await resolve({ textDocument: data }, NEVER);
    return value === '' ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
  });
  connection.onHover(always(host, 'hover', null, (request, { position }) => {
    const found = hover(request.context, request.offset(position), new Date());
    return found === null ? null : { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: request.range(found.span) };
  }));
  connection.onSignatureHelp(usually(host, 'signature help', null, (request, { position }) => {
    const found = signatureHelp(request.context, request.offset(position));
    if (found === null) return null;
    const { label, documentation, parameters, active } = found;
    return {
      signatures: [{ label, documentation: { kind: MarkupKind.Markdown, value: documentation }, parameters: parameters.map(({ start, end }) => ({ label: [start, end] as [number, number] })) }],
      activeSignature: 0,
      activeParameter: active,
    };
  }));
  connection.languages.onLinkedEditingRange(usually(host, 'linked editing', null, (request, { position }) => {
    const spans = linkedEditing(request.context, request.offset(position));
    return spans.length < 2 ? null : { ranges: spans.map((span) => request.range(span)) };
  }));
}

const NEVER = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };

function toItem(request: FeatureRequest, offset: number, { label, kind, detail, replace, insertText, snippet, sortText, retrigger, commitCharacters, resolve }: CompletionItem): LspCompletionItem {
  const data: ItemData = { uri: request.uri, offset, item: { resolve, insertText, snippet } };
  return {
    label,
    kind: toKind(kind),
    sortText,
    filterText: label,
    textEdit: { range: request.range(replace), newText: insertText },
    insertTextFormat: snippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    data,
    ...(detail === '' ? {} : { detail }),
    ...(commitCharacters.length === 0 ? {} : { commitCharacters: [...commitCharacters] }),
    ...(retrigger ? { command: { title: 'Suggest', command: 'editor.action.triggerSuggest' } } : {}),
  };
}

function toKind(kind: CompletionKind): CompletionItemKind {
  switch (kind) {
    case 'field':
      return CompletionItemKind.Property;
    case 'value':
      return CompletionItemKind.EnumMember;
    case 'node':
      return CompletionItemKind.Reference;
    case 'agent':
    case 'workflow':
      return CompletionItemKind.Class;
    case 'file':
      return CompletionItemKind.File;
    case 'tool':
      return CompletionItemKind.Method;
    case 'model':
      return CompletionItemKind.Constant;
    case 'name':
      return CompletionItemKind.Variable;
    case 'function':
      return CompletionItemKind.Function;
    case 'snippet':
      return CompletionItemKind.Snippet;
  }
}
