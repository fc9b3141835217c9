import { CodeActionKind, TextDocumentSyncKind, type ServerCapabilities } from 'vscode-languageserver/node';
import { CONVERT_COMMAND } from '../protocol/language-requests.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './structure-features.ts';

/** What the server offers. Diagnostics are pulled or pushed, as the editor can, never both. */
export function capabilities({ pulls, folders }: { readonly pulls: boolean; readonly folders: boolean }): ServerCapabilities {
  const yamlFiles = { filters: [{ scheme: 'file', pattern: { glob: '**/*.{yaml,yml}' } }] };
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: false },
    ...(pulls ? { diagnosticProvider: { identifier: 'dagbook', interFileDependencies: true, workspaceDiagnostics: true } } : {}),
    completionProvider: { resolveProvider: true, triggerCharacters: [' ', ':', '.', '/', '[', ',', '$', '-'] },
    hoverProvider: true,
    signatureHelpProvider: { triggerCharacters: ['(', ','] },
    definitionProvider: true,
    referencesProvider: true,
    documentHighlightProvider: true,
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    foldingRangeProvider: true,
    selectionRangeProvider: true,
    semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] }, full: true, range: true },
    documentLinkProvider: {},
    inlayHintProvider: true,
    callHierarchyProvider: true,
    linkedEditingRangeProvider: true,
    documentFormattingProvider: true,
    documentRangeFormattingProvider: true,
    codeLensProvider: {},
    executeCommandProvider: { commands: [CONVERT_COMMAND] },
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorExtract, CodeActionKind.RefactorRewrite] },
    workspace: {
      fileOperations: { willRename: yamlFiles },
      ...(folders ? { workspaceFolders: { supported: true, changeNotifications: true } } : {}),
    },
  };
}
