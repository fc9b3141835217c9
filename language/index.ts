/** The language's one door: everything the runtime, the command line and the language server may use. */
export { analyzeFile, bugDiagnostic, type Analysis, type AnalyzeOptions } from './checks/analyze-file.ts';
export type { AnalyzedDocument, LanguageDependencies } from './checks/analyze-documents.ts';
export { explain, type ManualPage } from './checks/explain.ts';
export { allCodes } from './checks/registry.ts';
export { canonicalJson, schemaVersion } from './canonical/canonical-content.ts';
export { lockAgent, lockWorkflow, type AgentLockResult, type LockResult, type LockSource } from './snapshot/lock.ts';
export type { LockDependencies, SpecToLock } from './snapshot/lock-session.ts';
export { checkChanged } from './snapshot/check-locked.ts';
export { openAgent, openWorkflow } from './snapshot/open-spec.ts';
export { specText, type SpecText } from './snapshot/spec-text.ts';
export { convertDocument, type Conversion, type ConversionTarget } from './convert/convert.ts';
export { conversions, convertedPath } from './convert/convert-action.ts';
export { shownDiagnostics, type Diagnostic, type Severities, type Severity } from './diagnostic.ts';
export type { Agent, AgentMemory, AgentModel, AgentRetrieval, AgentTool, Guardrails, McpServer } from './documents/agent/agent.ts';
export type { DocumentKind } from './documents/document-kind.ts';
export { matchesGlob } from './documents/glob.ts';
export { nearestWord } from './documents/nearest-word.ts';
export { DocumentLibrary } from './documents/references/document-library.ts';
export { findDocuments, type FoundDocument } from './documents/references/find-documents.ts';
export type { LockedSpec } from './documents/references/resolve-reference.ts';
export {
  createExpressionCache,
  evaluateExpression,
  evaluateTemplate,
  templateEffects,
  type Evaluation,
  type EvaluationError,
  type ExpressionCache,
  type ExpressionEnvironment,
  type ExpressionScope,
  type TemplateEffects,
} from './expressions/evaluate.ts';
export { createSeededRandom } from './expressions/seeded-random.ts';
export { analyzeExpression, analyzeTemplate, type EmbeddedExpression } from './expressions/template.ts';
export { backEdges } from './graph/back-edges.ts';
export { findCycles } from './graph/cycles.ts';
export { ancestors, descendants, fanOut, graphOf, makeGraph, sinks, sources, type Graph } from './graph/graph.ts';
export { criticalPath, longestRemainingPaths, topologicalOrder } from './graph/topological-order.ts';
export type * from './graph/workflow.ts';
export { AnalysisSession, type LedgerKnowledge, type SessionOptions } from './session/analysis-session.ts';
export { limits } from './syntax/limits.ts';
export { LineIndex, type LineColumn } from './syntax/line-index.ts';
export type { Span } from './syntax/span.ts';
export type { FileRead, LanguageSettings, Workspace } from './workspace.ts';
export { applyEdits } from './features/apply-edits.ts';
export type {
  FeatureContext,
  FileChange,
  IndexedDocument,
  IndexedFile,
  IndexedUse,
  LastRun,
  LockedVersion,
  Place,
  TextEdit,
  WorkspaceIndex,
} from './features/feature-context.ts';
export { summariseFile } from './features/summarise-file.ts';
export { createWorkspaceIndex, type WorkspaceSources } from './features/workspace-index.ts';
export { complete } from './features/completion.ts';
export type { CompletionItem, CompletionKind, CompletionResolve } from './features/completion-item.ts';
export { resolveCompletion } from './features/resolve-completion.ts';
export { hover, type Hover } from './features/hover.ts';
export { signatureHelp, type SignatureHelp } from './features/signature-help.ts';
export { definition, type Definition } from './features/definition.ts';
export { highlights, type Highlight } from './features/highlights.ts';
export { references } from './features/references.ts';
export { prepareRename, rename, type Rename, type RenameTarget } from './features/rename.ts';
export { renameFile } from './features/rename-file.ts';
export { codeActions, type CodeAction } from './features/code-actions.ts';
export { callItems, incomingCalls, outgoingCalls, type Call, type CallItem } from './features/call-hierarchy.ts';
export { codeLenses, type CodeLens } from './features/code-lens.ts';
export { type ShownLenses } from './features/kept-lenses.ts';
export { documentLinks, type DocumentLink } from './features/document-links.ts';
export { documentSymbols, type DocumentSymbol } from './features/document-symbols.ts';
export { foldingRanges, type FoldingRange } from './features/folding.ts';
export { inlayHints, type InlayHint } from './features/inlay-hints.ts';
export { pictures } from './features/picture.ts';
export { countOf as nodeCount, kindOf as nodeKind } from './features/picture-node.ts';
export { linkedEditing } from './features/linked-editing.ts';
export { selectionRanges } from './features/selection-ranges.ts';
export { semanticTokens, type SemanticToken, type TokenType } from './features/semantic-tokens.ts';
export { workspaceSymbols, type WorkspaceSymbol } from './features/workspace-symbols.ts';
export { newWorkflow, workflowStarts, type WorkflowStart } from './features/new-document.ts';
export { format, formatRange } from './features/format.ts';
