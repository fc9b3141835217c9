import type { Diagnostic } from '../diagnostic.ts';
import { documentHash } from '../canonical/document-hash.ts';
import type { Agent } from '../documents/agent/agent.ts';
import type { ParsedDocument, ParsedFile } from '../documents/parse-documents.ts';
import type { DocumentLibrary } from '../documents/references/document-library.ts';
import { documentReferences } from '../documents/references/document-references.ts';
import { readSchema } from '../documents/references/read-schema.ts';
import { resolveReference, type LockedSpec, type Resolution, type ReferenceSources } from '../documents/references/resolve-reference.ts';
import { isObject } from '../documents/json-access.ts';
import { lowerStateMachine } from '../documents/states/lower-states.ts';
import { schemaOf, type ValidatedDocument } from '../documents/validate.ts';
import type { Workflow } from '../graph/workflow.ts';
import type { LineIndex } from '../syntax/line-index.ts';
import type { Problem } from '../syntax/problem.ts';
import type { Span } from '../syntax/span.ts';
import { YamlPlaces } from '../syntax/yaml-path.ts';
import type { Check, Report, ResolvedReference } from './check.ts';
import { agentContext, documentContext, statesContext, textSpan, workflowContext } from './contexts.ts';
import { applyIgnores } from './ignore-comments.ts';
import { checkOf, checks } from './registry.ts';

/** What the language cannot do by itself. */
export interface LanguageDependencies {
  /** Hex SHA-256 of a text's UTF-8 bytes. */
  readonly sha256: (text: string) => string;
  /** The ledger's versions by spec hash; absent where there is no ledger. */
  readonly lockedSpec?: (specHash: string) => LockedSpec | null;
}

/** One document of a file with what it means. `workflow` and `agent` are there even where it has mistakes. */
export type AnalyzedDocument = AnalyzedBase &
  (
    | { readonly kind: 'workflow' | 'states'; readonly workflow: Workflow }
    | { readonly kind: 'agent'; readonly agent: Agent }
    | { readonly kind: 'model-profile' }
    /** Nothing of it could be read. */
    | { readonly kind: 'unreadable' }
  );

interface AnalyzedBase {
  readonly name: string | null;
  readonly document: ParsedDocument;
  readonly references: readonly ResolvedReference[];
}

export interface FileAnalysis {
  readonly documents: readonly AnalyzedDocument[];
  readonly diagnostics: readonly Diagnostic[];
  /** What `dagbook-ignore` comments have silenced. */
  readonly silenced: readonly Diagnostic[];
  readonly lines: LineIndex;
}

/** Runs every phase over the documents of a file. */
export function analyzeDocuments(file: ParsedFile, library: DocumentLibrary, dependencies: LanguageDependencies): FileAnalysis {
  const { lines } = file;
  const analyzed = file.documents.map((document) => analyzeDocument(document, library, dependencies));
  const found = [...file.problems, ...analyzed.flatMap(({ problems }) => problems)];
  const trees = file.documents.flatMap((document) => document.tree ?? []);
  const { kept, silenced } = applyIgnores(file.text, lines, trees, found);
  return {
    documents: analyzed.map(({ result }) => result),
    diagnostics: toDiagnostics(kept, file.path),
    silenced: toDiagnostics(silenced, file.path),
    lines,
  };
}

/** In the order of the text, each once: an alias can lead to one mistake twice. */
function toDiagnostics(problems: readonly Problem[], file: string): readonly Diagnostic[] {
  const unique = new Map(problems.map((problem) => [`${problem.code} ${problem.span.start} ${problem.span.end}`, problem]));
  return [...unique.values()].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end).map((problem) => toDiagnostic(problem, file));
}

export function toDiagnostic(problem: Problem, file: string): Diagnostic {
  const { code, message, span, suggestion } = problem;
  const related = (problem.related ?? []).map((place) => ({ message: place.message, span: place.span, file: place.file ?? file }));
  return { code, severity: checkOf(code).severity, message, file, span, related, ...(suggestion === undefined ? {} : { suggestion }) };
}

interface DocumentAnalysis {
  readonly result: AnalyzedDocument;
  readonly problems: readonly Problem[];
}

function analyzeDocument(document: ParsedDocument, library: DocumentLibrary, dependencies: LanguageDependencies): DocumentAnalysis {
  const { name, tree, problems } = document;
  if (document.broken || tree === null) {
    return { result: { kind: 'unreadable', name, document, references: [] }, problems };
  }
  const validated = library.validated(document);
  const places = new YamlPlaces(tree);
  const { references, problems: referenceProblems } = resolveAll(document, places, validated, library, dependencies);
  const base = documentContext(document, tree, places, validated, library, references);
  const findings: Problem[] = [...(validated?.problems ?? []), ...referenceProblems];
  const run = <C>(check: Check, act: ((context: C, report: Report) => void) | undefined, context: C): void => {
    act?.(context, (finding) => { findings.push({ code: check.code, ...finding }); });
  };
  for (const check of checks) run(check, check.document, base);
  const result = lowerAndCheck();
  return { result, problems: [...problems, ...findings.filter((finding) => !touches(finding.span, problems))] };

  function lowerAndCheck(): AnalyzedDocument {
    switch (document.kind) {
      case 'workflow': {
        const context = workflowContext(base);
        for (const check of checks) run(check, check.workflow, context);
        return { kind: 'workflow', name, document, references, workflow: context.workflow };
      }
      case 'agent': {
        const context = agentContext(base);
        for (const check of checks) run(check, check.agent, context);
        return { kind: 'agent', name, document, references, agent: context.agent };
      }
      case 'states': {
        const context = statesContext(base);
        for (const check of checks) run(check, check.states, context);
        const { machine } = context;
        let workflow: Workflow | null = null;
        return {
          kind: 'states',
          name,
          document,
          references,
          // No check needs it.
          get workflow() {
            return (workflow ??= lowerStateMachine(machine, isObject(document.json) ? document.json : {}));
          },
        };
      }
      case 'model-profile':
        return { kind: document.kind, name, document, references };
    }
  }
}

/** What cannot be read has been reported; what a check makes of it is a consequence. */
function touches(span: Span, problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.span.start < span.end && span.start < problem.span.end);
}

function resolveAll(document: ParsedDocument, places: YamlPlaces, validated: ValidatedDocument | null, library: DocumentLibrary, dependencies: LanguageDependencies): { readonly references: readonly ResolvedReference[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  if (validated === null) return { references: [], problems };
  const sources = referenceSources(library, dependencies);
  // A thousand nodes may refer to one agent.
  const known = new Map<string, Resolution>();
  const references = documentReferences(validated.value, schemaOf(validated.schemaName), document.memory).map((reference): ResolvedReference => {
    if (reference.kind === 'schema') {
      const read = readSchema(reference.reference, document.path, places.valueSpan(reference.path), library);
      if (read.kind === 'refused') problems.push(read.problem);
      return { ...reference, resolution: null };
    }
    const key = `${reference.kind} ${reference.reference}`;
    const same = known.get(key);
    if (same?.kind === 'document' || same?.kind === 'locked') return { ...reference, resolution: same };
    const span = places.valueSpan(reference.path);
    const resolution = same?.kind === 'unavailable' ? { ...same, problem: { ...same.problem, span } } : resolveReference({ reference: reference.reference, wanted: reference.kind, from: document, span, part: (offset, length) => textSpan(document.text, places, reference.path, offset, length) }, sources);
    known.set(key, resolution);
    if (resolution.kind === 'refused' || resolution.kind === 'unavailable') problems.push(resolution.problem);
    return { ...reference, resolution };
  });
  return { references, problems };
}

export function referenceSources(library: DocumentLibrary, { sha256, lockedSpec }: LanguageDependencies): ReferenceSources {
  return { library, lockedSpec, hashOf: (document) => documentHash(document, library, sha256) };
}
