import { CodeActionKind, FoldingRangeKind, InlayHintKind, SemanticTokensBuilder, type CodeAction as LspCodeAction, type CodeLens as LspCodeLens, type Connection, type DocumentSymbol as LspDocumentSymbol, type SelectionRange, type SemanticTokens, type TextEdit as LspTextEdit } from 'vscode-languageserver/node';
import { codeActions, codeLenses, conversions, documentLinks, documentSymbols, foldingRanges, format, formatRange, inlayHints, selectionRanges, semanticTokens, shownDiagnostics, type CodeAction, type DocumentSymbol, type ShownLenses, type Span, type TextEdit, type TokenType } from '../language/index.ts';
import { always, usually, type FeatureHost, type FeatureRequest } from './feature-request.ts';
import { LastAnswers } from './last-answers.ts';
import { symbolKind } from './to-lsp.ts';

export function registerStructure(connection: Connection, host: FeatureHost, runsCommands: () => boolean): void {
  connection.onDocumentSymbol(usually(host, 'document symbols', null, (request) => documentSymbols(request.context).map((symbol) => toSymbol(request, symbol))));
  connection.onFoldingRanges(usually(host, 'folding', null, (request) =>
    foldingRanges(request.context).map(({ startLine, endLine, kind }) => ({ startLine: startLine - 1, endLine: endLine - 1, ...(kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {}) })),
  ));
  connection.onSelectionRanges(usually(host, 'selection ranges', null, (request, { positions }) => positions.map((position) => nested(request, selectionRanges(request.context, request.offset(position))))));
  connection.onDocumentLinks(usually(host, 'document links', null, (request) => documentLinks(request.context).map(({ span, target }) => ({ range: request.range(span), target: request.uriOf(target) }))));
  connection.languages.inlayHint.on(usually(host, 'inlay hints', null, (request, { range }) =>
    inlayHints(request.context, request.span(range)).map(({ offset, label, tooltip }) => ({ position: request.range({ start: offset, end: offset }).start, label, tooltip, kind: InlayHintKind.Type, paddingLeft: true })),
  ));
  const shown = new LastAnswers<ShownLenses>(host.documents);
  connection.onCodeLens(always(host, 'code lens', null, (request) => {
    const { uri, context } = request;
    const lenses = codeLenses(context, shown.get(uri));
    shown.set(uri, { text: context.text, lenses });
    return lenses.map(({ span, title, action, arguments: given }): LspCodeLens => ({
      range: request.range(span),
      command: { title, command: action !== null && runsCommands() ? `dagbook.${action}` : '', arguments: [{ uri, ...given }] },
    }));
  }));
  connection.onCodeAction(always(host, 'code actions', null, (request, { range, context: { only } }) =>
    [...codeActions(request.context, request.span(range)), ...conversions(request.context, request.span(range))]
      // What is not shown has nothing to mend.
      .filter(({ diagnostic }) => diagnostic === null || shownDiagnostics([diagnostic], request.settings.severity).length > 0)
      .filter(({ kind }) => only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`)))
      .map((action) => toAction(request, action)),
  ));
  const edits = (request: FeatureRequest, changes: readonly TextEdit[]): LspTextEdit[] => changes.map(({ span, newText }) => ({ range: request.range(span), newText }));
  connection.onDocumentFormatting(usually(host, 'formatting', null, (request) => edits(request, format(request.context))));
  connection.onDocumentRangeFormatting(usually(host, 'range formatting', null, (request, { range }) => edits(request, formatRange(request.context, request.span(range)))));
  const tokens = (request: FeatureRequest, span?: Span): SemanticTokens => buildTokens(request, span);
  connection.languages.semanticTokens.on(usually(host, 'semantic tokens', { data: [] }, (request) => tokens(request)));
  connection.languages.semanticTokens.onRange(usually(host, 'semantic tokens', { data: [] }, (request, { range }) => tokens(request, request.span(range))));
}

function toSymbol(request: FeatureRequest, { name, detail, kind, span, selection, children }: DocumentSymbol): LspDocumentSymbol {
  return { name: name === '' ? '(nameless)' : name, detail, kind: symbolKind(kind), range: request.range(span), selectionRange: request.range(selection), children: children.map((child) => toSymbol(request, child)) };
}

/** The innermost first in the language, each with its parent in the protocol. */
function nested(request: FeatureRequest, spans: readonly Span[]): SelectionRange {
  const ordered = spans.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  const made = ordered.reduce<SelectionRange | undefined>((parent, span) => ({ range: request.range(span), ...(parent === undefined ? {} : { parent }) }), undefined);
  return made ?? { range: request.range({ start: 0, end: 0 }) };
}

function toAction(request: FeatureRequest, { title, kind, diagnostic, changes, preferred }: CodeAction): LspCodeAction {
  return {
    title,
    kind: kind === 'quickfix' ? CodeActionKind.QuickFix : kind,
    isPreferred: preferred,
    edit: request.edit(changes),
    ...(diagnostic === null ? {} : { diagnostics: [{ range: request.range(diagnostic.span), message: diagnostic.message, code: diagnostic.code, source: 'dagbook' }] }),
  };
}

/** Names every editor has a colour for. */
export const TOKEN_TYPES = ['variable', 'parameter', 'namespace', 'class', 'type', 'macro', 'function', 'property', 'string', 'number', 'operator', 'comment'] as const;
export const TOKEN_MODIFIERS = ['declaration'] as const;

function tokenType(type: TokenType): (typeof TOKEN_TYPES)[number] {
  switch (type) {
    case 'node':
    case 'state':
    case 'variable':
      return 'variable';
    case 'input':
      return 'parameter';
    case 'server':
      return 'namespace';
    case 'agent':
    case 'workflow':
      return 'class';
    case 'schema':
      return 'type';
    case 'expressionBrace':
      return 'macro';
    default:
      return type;
  }
}

function buildTokens(request: FeatureRequest, span?: Span): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  for (const { span: at, type, isDefinition } of semanticTokens(request.context, span)) {
    const { start, end } = request.range(at);
    // Tokens of several lines are more than editors take.
    if (start.line === end.line) builder.push(start.line, start.character, end.character - start.character, TOKEN_TYPES.indexOf(tokenType(type)), isDefinition ? 1 : 0);
  }
  return builder.build();
}
